"""Sentences by which people wish for notices, and those that only sound like it."""

import json
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.notice_sentences import Want
from handlers.wishes_notices import LONGEST_WISH, notice_wish, topics_named
from knowledge.announcement import NoticeTopic
from knowledge.book import Book

QUESTIONS = Path(__file__).parents[1] / "questions"
SEMINAR, SUPPORT, EMPLOYER, LETTER = NoticeTopic
NONE: set[NoticeTopic] = set()

STOP = [
    "お知らせを止めて",
    "お知らせを止めてください。",
    "お知らせを止めてもらえますか？",
    "お知らせ、やめてほしいです",
    "すみませんが、お知らせを停止していただけますか",
    "もうお知らせは送らないでください",
    "通知はもう要りません",
    "通知を切ってほしい",
    "通知オフ",
    "配信停止",
    "配信を止めたいのですが",
    "お知らせの配信を停止してください",
    "お知らせの登録を解除したい",
    "お知らせを受け取りたくないです",
    "お知らせが来ないようにしてください",
    "お知らせ、いらんわ",
    "お知らせはもうええわ",
    "お知らせば止めてほしか",
    "お知らせせんでええよ",
    "お知らせ とめてけろ",
    "おしらせを とめて ください",
    "リマインダーは不要です",
    "デスクからのお知らせを止めてください",
    "このお知らせはもう結構です",
    "お手数ですが通知の解除をお願いします",
]
GET = [
    "お知らせを受け取りたい",
    "お知らせを登録したい",
    "お知らせがほしいです",
    "お知らせを送ってください",
    "お知らせの受け取りを希望します",
    "お知らせをもらえるようにしてください",
    "通知をオンにして",
    "お知らせを再開してください",
    "ここにお知らせを流してください",
    "このチャンネルにお知らせを届けて",
    "お知らせを受け取りたいんやけど",
    "リマインドを送ってほしいのですが",
]
SHOW = [
    "お知らせの設定",
    "お知らせの設定を変えたい",
    "お知らせの設定はどうなっていますか",
    "通知設定を見せて",
    "何を登録していますか",
    "いま何を受け取っていますか",
    "何のお知らせを受け取っていますか",
    "どのお知らせが届いていますか",
    "お知らせの登録状況を教えてください",
    "お知らせの登録内容を確認したい",
    "お知らせの止め方を教えてください",
    "お知らせを止めるにはどうすればいいですか",
    "お知らせを止めることはできますか",
    "お知らせの受け取り方がわからない",
    "配信を停止するにはどうすればいいですか",
    "お知らせ",
]
CALENDAR = [
    "カレンダーを見たい",
    "カレンダーを見せてください",
    "カレンダー",
    "カレンダーを開いて",
    "カレンダーに登録したい",
    "セミナーの日程をスマホのカレンダーに入れたい",
    "Googleカレンダーに追加したいです",
    "日程のカレンダーをください",
    "カレンダーのリンクを送って",
]
LINK = [
    "ほかのアプリとつなぎたい",
    "別の端末でも受け取りたい",
    "Telegramでもお知らせを受け取りたい",
    "スラックとも連携したい",
    "連携コードをください",
]
NAMED = [
    ("セミナーのお知らせを登録したい", Want.SUBSCRIBE, {SEMINAR}),
    ("協力事業所のお知らせを届けてほしい", Want.SUBSCRIBE, {EMPLOYER}),
    ("デスク便りを購読したいです", Want.SUBSCRIBE, {LETTER}),
    ("セミナーと応援プログラムのお知らせがほしい", Want.SUBSCRIBE, {SEMINAR, SUPPORT}),
    ("すべてのお知らせを受け取りたい", Want.SUBSCRIBE, set(NoticeTopic)),
    ("デスク便りだけ解除", Want.OPT_OUT, {LETTER}),
    ("セミナーだけ止めて", Want.OPT_OUT, {SEMINAR}),
    ("デスク便りはいりません", Want.OPT_OUT, {LETTER}),
    ("協力事業所の案内はもう結構です", Want.OPT_OUT, {EMPLOYER}),
    ("セミナー以外のお知らせを止めて", Want.OPT_OUT, {SUPPORT, EMPLOYER, LETTER}),
    ("お知らせを全部止めたい", Want.OPT_OUT, set(NoticeTopic)),
    ("Please stop the seminar reminders", Want.OPT_OUT, {SEMINAR}),
    ("I'd like to subscribe to the seminar notices.", Want.SUBSCRIBE, {SEMINAR}),
]
ENGLISH = [
    ("Please unsubscribe me", Want.OPT_OUT),
    ("stop the notifications", Want.OPT_OUT),
    ("I don’t want any more notifications", Want.OPT_OUT),
    ("subscribe", Want.SUBSCRIBE),
    ("what am I subscribed to?", Want.SHOW),
    ("Show me the calendar, please", Want.CALENDAR),
    ("link another device", Want.LINK),
]
OTHER = [
    "",
    "お知らせを止めないで",
    "お知らせを止めないでください",
    "お知らせは止めましたか",
    "お知らせを止めたのにまだ届きます",
    "お知らせが届きません",
    "お知らせが届かないのはなぜですか",
    "セミナーのお知らせはどこに載りますか",
    "セミナーのお知らせはいつ来ますか",
    "お知らせはいつ届きますか",
    "お知らせはメールで来ますか",
    "最新のお知らせはどこに載りますか",
    "新しいお知らせはありますか",
    "お知らせの紙をもう一枚ください",
    "お知らせに書いてあった締切を教えて",
    "お知らせに載っているフォームが開けません",
    "お知らせを読みました",
    "お知らせください",
    "日程が決まったらお知らせください",
    "開始時刻をお知らせください",
    "結果のお知らせはいつですか",
    "採否の通知はいつごろ届きますか",
    "参加決定通知書は出ますか",
    "マイナンバーの通知カードをなくしました",
    "通知文の書き方を教えて",
    "町内会のお知らせ文を代わりに作ってください",
    "チラシを送ってほしい",
    "チラシのデータをください",
    "案内を送ってください",
    "ご案内をいただきたい",
    "セミナーの案内をください",
    "資料を送ってほしい",
    "申込みをキャンセルしたい",
    "セミナーをキャンセルしたい",
    "セミナーをやめたい",
    "セミナーの申込みを取り消したい",
    "セミナーの登録を解除したい",
    "デスクの登録をやめたい",
    "協力事業所の登録を取り消したい",
    "登録証をください",
    "登録したい",
    "登録した情報を削除してほしい",
    "セミナーに登録したい",
    "応援プログラムに登録したい",
    "協力事業所に登録したい",
    "登録状況を確認してほしい",
    "今何してるの",
    "設定を見せてください",
    "動画の配信はありますか",
    "セミナーの配信を希望します",
    "見逃し配信がほしい",
    "配信が多すぎるので減らしてもらえますか",
    "配信は何時からですか",
    "メルマガの配信を止めたいのですが",
    "ニュースレターを登録したい",
    "メールを止めてください",
    "機関誌の購読料はいくらですか",
    "年間の開催カレンダーはどうなっていますか",
    "カレンダーに書くので日にちを全部教えてください",
    "カレンダーの見方がわからない人への支援",
    "プログラムを止めたい",
    "プログラムを受け取りたい",
    "講座を停止してほしい",
    "便りがないのは良い便り",
    "デスク便りとは何ですか",
    "デスク便りには何が載りますか",
    "コードがわからない",
    "QRコードをください",
    "スマホでも受けられますか",
    "パソコンでも参加したい",
    "もう要りません",
    "止めて",
    "やめてください",
    "How do I unsubscribe from the desk?",
    "Do you have a newsletter I can subscribe to?",
    "Stop",
    "when are all the webinars? need to block my calendar",
]
# What the base asks about notices in so many words; the desk can do it by now.
MEANT = {
    "デスクからのお知らせを止めてください": Want.OPT_OUT,
    "デスクからのお知らせを止めてほしいのですが": Want.OPT_OUT,
    "配信を停止するにはどうすればいいですか": Want.SHOW,
}


@pytest.mark.parametrize(
    ("text", "want"),
    [
        *((text, Want.OPT_OUT) for text in STOP),
        *((text, Want.SUBSCRIBE) for text in GET),
        *((text, Want.SHOW) for text in SHOW),
        *((text, Want.CALENDAR) for text in CALENDAR),
        *((text, Want.LINK) for text in LINK),
    ],
)
def test_a_wish_about_notices_is_recognised(text: str, want: Want) -> None:
    wish = notice_wish(text)
    assert wish is not None
    assert (wish.want, wish.topics - {SEMINAR}, wish.english) == (want, NONE, False)


@pytest.mark.parametrize(("text", "want", "topics"), NAMED)
def test_a_wish_names_topics(text: str, want: Want, topics: set[NoticeTopic]) -> None:
    wish = notice_wish(text)
    assert wish is not None
    assert (wish.want, wish.topics) == (want, topics)


@pytest.mark.parametrize(("text", "want"), ENGLISH)
def test_a_wish_in_plain_english_is_recognised(text: str, want: Want) -> None:
    wish = notice_wish(text)
    assert wish is not None
    assert (wish.want, wish.topics, wish.english) == (want, NONE, True)


@pytest.mark.parametrize("text", OTHER)
def test_what_is_said_about_other_things_is_none(text: str) -> None:
    assert notice_wish(text) is None


def test_both_lists_are_long_enough_to_measure_by() -> None:
    assert len([*STOP, *GET, *SHOW, *CALENDAR, *LINK, *NAMED, *ENGLISH]) >= 60
    assert len(set(OTHER)) >= 60


def test_no_phrasing_of_the_base_is_taken_for_a_wish_that_it_is_not(book: Book) -> None:
    asked = [phrasing for entry in book.content.entries for phrasing in (entry.title, *entry.phrasings)]
    assert len(asked) > 20_000
    assert {text: wish.want for text in asked if (wish := notice_wish(text)) is not None} == MEANT


def test_no_question_of_the_test_sets_is_taken_for_a_wish() -> None:
    lines = [line for file in sorted(QUESTIONS.glob("*.jsonl")) for line in file.read_text("utf-8").splitlines()]
    asked = [value for line in lines for value in json.loads(line).values() if isinstance(value, str)]
    assert len(asked) > 1_000
    assert [text for text in asked if notice_wish(text) is not None] == []


PIECES = [
    "お知らせ",
    "を",
    "止めて",
    "のです",
    "もう",
    "全部",
    "セミナー",
    "と",
    "か",
    "ください",
    "all ",
    "the ",
    "通知",
    "は",
]


@given(pieces=st.lists(st.sampled_from(PIECES), max_size=40))
def test_no_sentence_takes_long_to_understand(pieces: list[str]) -> None:
    began = process_time()
    notice_wish("".join(pieces)[:LONGEST_WISH])
    assert process_time() - began < 0.5


def test_a_long_text_is_no_wish() -> None:
    assert notice_wish("お知らせを止めて" + "。" * LONGEST_WISH) is None


@pytest.mark.parametrize(
    ("words", "topics"),
    [
        ("", NONE),
        ("セミナー", {SEMINAR}),
        ("セミナー、デスク便り", {SEMINAR, LETTER}),
        ("セミナーのお知らせ", {SEMINAR}),
        ("ｾﾐﾅｰ と 協力事業所", {SEMINAR, EMPLOYER}),
        ("seminar letter", {SEMINAR, LETTER}),
        ("すべて", set(NoticeTopic)),
        ("all", set(NoticeTopic)),
        ("天気", None),
        ("セミナー 天気", None),
    ],
)
def test_topics_behind_a_command_are_named_in_many_ways(words: str, topics: set[NoticeTopic] | None) -> None:
    assert topics_named(words) == topics
