"""Opting out wherever one is: in words that name no notices, to a person who talks to one, amid an application."""

import json
from dataclasses import replace
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.effects import Effect, OpenTicket, Record, Reply, SaveTicket, SetSubscription
from handlers.message import Command, Edit, Media, Text
from handlers.notice_sentences import Want
from handlers.situation import Situation
from handlers.subscription import Subscription
from handlers.ticket import Action, add, claim
from handlers.wishes_notices import LONGEST_WISH, Wish, bare_opt_out, notice_wish, sure_opt_out
from knowledge.announcement import NoticeTopic
from knowledge.book import Book
from tests.handlers.applying import TOLD, applying, ready
from tests.handlers.asking import NOW, decided, having, only, opened, recorded, reply
from tests.moments import at

QUESTIONS = Path(__file__).parents[1] / "questions"
SEMINAR, SUPPORT, EMPLOYER, LETTER = NoticeTopic
NOTHING_MORE = [SetSubscription(topic, False) for topic in NoticeTopic]
TAKEN = claim(opened(3), "佐藤")

NAMED = [
    ("お知らせを希望しません", set()),
    ("お知らせは希望していません", set()),
    ("通知は希望しない", set()),
    ("購読解除", set()),
    ("購読をやめたいです", set()),
    ("購読を停止してください", set()),
    ("デスク便り以外止めて", {SEMINAR, SUPPORT, EMPLOYER}),
    ("デスク便り以外はいりません", {SEMINAR, SUPPORT, EMPLOYER}),
    ("セミナー以外は全部止めてください", {SUPPORT, EMPLOYER, LETTER}),
    ("セミナーと協力事業所以外を停止して", {SUPPORT, LETTER}),
    ("通知はもういらない", set()),
    ("Unsubscribe me", set()),
    ("unsubscribe from all", set(NoticeTopic)),
    ("please unsubscribe me from everything", set()),
]
BARE = [
    "もう送らないで",
    "もう送らないでください。",
    "すみません、これ以上送らないでもらえますか",
    "今後は送ってこないでください",
    "もう何も届かないようにしてください",
    "二度と送信しないで",
    "登録解除",
    "登録を解除したいです",
    "登録の解除をお願いします",
    "受信を停止してください",
    "全部止めて",
    "全部やめてください",
    "すべて停止してください",
    "ぜんぶ解除したい",
    "ストップ",
    "stop",
    "ＳＴＯＰ",
    "STOP。",
    "Please stop.",
    "stop all",
    "Stop sending me messages, please",
    "don't message me any more",
    "No more messages!",
]
# Beside what is asked elsewhere: what sounds like it and is about something else, or is none at all.
OTHER = [
    "",
    "送らないで",
    "送らないでよかった",
    "もう送りました",
    "もう送らないのですか",
    "もう送らないでと言いましたか",
    "もう届かないのですか",
    "何も届かない",
    "もう届かないようです",
    "資料はもう送らないで",
    "登録",
    "登録解除はどこからできますか",
    "登録を解除しないでください",
    "登録を解除しないと参加できませんか",
    "デスクの登録を解除したい",
    "セミナーの登録解除",
    "協力事業所の登録を解除したい",
    "受信できません",
    "停止",
    "全部",
    "全部止めないで",
    "全部止めたくない",
    "全部やめたい",
    "もう全部やめたい",
    "全部消して",
    "全部取り消して",
    "すべてキャンセルしてください",
    "全部教えて",
    "仕事を全部やめてしまいました",
    "止めて",
    "やめて",
    "やめてください",
    "もう要りません",
    "もういらない",
    "もういいです",
    "バスが止まりました",
    "ノンストップ",
    "ワンストップの窓口ですか",
    "お知らせを止めないで",
    "お知らせを希望しませんか",
    "お知らせを受け取りませんか",
    "セミナーを希望しません",
    "セミナーは希望しません",
    "見学を希望しません",
    "セミナー以外はありますか",
    "セミナー以外は不要ですか",
    "デスク便り以外は何がありますか",
    "デスク便り以外止めないで",
    "デスク便り以外を読みたい",
    "購読料",
    "購読はできますか",
    "購読をやめないで",
    "新聞の購読をやめたい",
    "don't stop",
    "please don't stop",
    "I want to stop working",
    "bus stop",
    "nonstop",
    "stop the program",
    "I can't stop worrying",
    "how do I stop",
    "unsubscribe?  how does that work",
    "don't unsubscribe me",
    "send me messages",
]
SURE = [
    "お知らせを止めて",
    "デスク便りはいりません",
    "配信停止",
    "購読解除",
    "Stop the notifications",
    "unsubscribe me",
]
# Said to a person, these may be about what that person does.
UNSURE = ["もう送らないで", "登録解除", "全部止めて", "stop", "ご案内はもう結構です", "セミナーだけ止めて", "お知らせ"]
UNSURE += ["お知らせを止めないで", "お知らせを止めるにはどうすればいいですか", "お知らせを受け取りたい"]


def _getting(*topics: NoticeTopic) -> Situation:
    return having(subscription=Subscription(frozenset(topics)))


def _taken_over() -> Situation:
    return replace(_getting(SEMINAR, LETTER), tickets=(TAKEN,))


def _set(effects: list[Effect]) -> list[Effect]:
    return [effect for effect in effects if isinstance(effect, SetSubscription)]


@pytest.mark.parametrize(("text", "topics"), NAMED)
def test_there_are_many_ways_to_say_it(text: str, topics: set[NoticeTopic]) -> None:
    assert notice_wish(text) == Wish(Want.OPT_OUT, frozenset(topics), text.isascii())


@pytest.mark.parametrize("text", BARE)
def test_who_gets_notices_need_not_name_them(book: Book, text: str) -> None:
    effects = decided(book, Text(text), _getting(SEMINAR, LETTER))
    assert _set(effects) == NOTHING_MORE
    assert reply(effects).choices[0].value == "topics:seminar,letter:on"


@pytest.mark.parametrize("text", BARE)
def test_who_gets_none_means_something_else_by_it(book: Book, text: str) -> None:
    assert _set(decided(book, Text(text), _getting())) == []


@pytest.mark.parametrize("text", OTHER)
def test_what_only_sounds_like_it_stops_nothing(text: str) -> None:
    wish = notice_wish(text) or bare_opt_out(text)
    assert wish is None or wish.want is not Want.OPT_OUT


def test_there_are_as_many_that_are_none() -> None:
    assert len(set(OTHER)) >= len([*NAMED, *BARE])


def test_no_phrasing_of_the_base_and_no_question_of_the_test_sets_is_one_without_a_name(book: Book) -> None:
    phrasings = [phrasing for entry in book.content.entries for phrasing in (entry.title, *entry.phrasings)]
    lines = [line for file in sorted(QUESTIONS.glob("*.jsonl")) for line in file.read_text("utf-8").splitlines()]
    questions = [value for line in lines for value in json.loads(line).values() if isinstance(value, str)]
    assert len(phrasings) > 20_000
    assert len(questions) > 1_000
    assert [text for text in (*phrasings, *questions) if bare_opt_out(text) is not None] == []


def test_a_long_text_is_none() -> None:
    assert bare_opt_out("もう" * LONGEST_WISH + "送らないで") is None


PIECES = ["もう", "全部", "一切", "送らないで", "ください", "止めて", "を", "です", "今後は", "stop ", "please ", "ね"]


@given(pieces=st.lists(st.sampled_from(PIECES), max_size=40))
def test_none_takes_long_to_understand(pieces: list[str]) -> None:
    began = process_time()
    bare_opt_out("".join(pieces)[:LONGEST_WISH])
    assert process_time() - began < 0.5


def test_danger_comes_before_words_that_name_no_notices(book: Book) -> None:
    effects = decided(book, Text("もう死にたい"), _getting(SEMINAR))
    assert only(OpenTicket, effects).urgent
    assert _set(effects) == []


@pytest.mark.parametrize("text", SURE)
def test_what_can_mean_nothing_else_is_sure(text: str) -> None:
    assert sure_opt_out(text) == notice_wish(text)
    assert sure_opt_out(text) is not None


@pytest.mark.parametrize("text", UNSURE)
def test_what_may_mean_something_else_is_not(text: str) -> None:
    assert sure_opt_out(text) is None


@pytest.mark.parametrize("content", [Text("お知らせを止めて"), Command("ask", "お知らせを止めて")])
def test_notices_stop_at_once_while_a_person_talks_to_them_who_reads_it_too(
    book: Book, content: Text | Command
) -> None:
    effects = decided(book, content, _taken_over())
    said = Record(3, Action.SAID, text="お知らせを止めて")
    assert effects[:-1] == [SaveTicket(add(TAKEN, at(NOW))), said, *NOTHING_MORE]
    assert reply(effects).text.startswith("お知らせを止めました: セミナー、デスク便り")


def test_under_a_picture_it_is_heard_then_too(book: Book) -> None:
    effects = decided(book, Media("photo", "お知らせを止めて"), _taken_over())
    assert (len(recorded(effects)), _set(effects)) == (1, NOTHING_MORE)


def test_a_sentence_to_staff_that_was_mended_counts_once_it_says_so(book: Book) -> None:
    situation = replace(_taken_over(), before="お知らせを止めt", before_on=3)
    effects = decided(book, Edit("お知らせを止めて"), situation)
    assert ([one.action for one in recorded(effects)], _set(effects)) == ([Action.EDITED], NOTHING_MORE)
    again = replace(situation, before="お知らせを止めて")
    assert decided(book, Edit("お知らせを止めて"), again) == []


@pytest.mark.parametrize("text", UNSURE)
def test_words_that_may_be_for_that_person_only_reach_them(book: Book, text: str) -> None:
    effects = decided(book, Text(text), _taken_over())
    assert effects == [SaveTicket(add(TAKEN, at(NOW))), Record(3, Action.SAID, text=text)]


@pytest.mark.parametrize("place", range(len(TOLD) + 1))
def test_amid_an_application_it_is_heard_and_answers_no_field(book: Book, place: int) -> None:
    owner = applying(book, *TOLD[:place])
    before = owner.form
    owner.says("お知らせを止めて")
    assert (_set(owner.effects), owner.form) == (NOTHING_MORE, before)
    assert "✓" not in owner.heard


def test_before_an_application_is_sent_it_is_heard_and_sends_nothing(book: Book) -> None:
    owner = ready(book)
    owner.says("配信停止")
    assert (_set(owner.effects), owner.sent) == (NOTHING_MORE, [])
    assert [effect.text for effect in owner.effects if isinstance(effect, Reply)] == [owner.heard]


def test_an_answer_that_is_edited_into_it_stays_as_it_was(book: Book) -> None:
    owner = applying(book, "みどり食堂")
    owner.edits("みどり食堂", "お知らせを止めて")
    assert (_set(owner.effects), owner.told("name")) == (NOTHING_MORE, "みどり食堂")


def test_words_that_may_be_an_answer_are_one(book: Book) -> None:
    owner = applying(book, *TOLD[:4], "登録解除")
    assert (_set(owner.effects), owner.told("wishes")) == ([], "登録解除")
