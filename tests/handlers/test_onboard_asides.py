"""An application that does not go straight: left, taken up again, interrupted, edited, deleted."""

from dataclasses import replace

import pytest

from handlers.effects import DropIntake, OpenTicket, Record, Remember, Reply, SaveTicket
from handlers.intake import FIELDS, IntakeState
from handlers.message import Command, Tap, Text
from handlers.onboard_questions import FORM_KEYS
from handlers.ticket import Action, claim
from knowledge.book import Book
from tests.handlers.applying import TOLD, Owner, applying, ready
from tests.handlers.asking import only as the_only
from tests.handlers.asking import opened


def test_it_can_be_left_and_taken_up_again(book: Book) -> None:
    owner = applying(book, *TOLD[:3])
    assert "「続きから」を押すか" in owner.taps("あとで続ける")
    asked = owner.says("セミナーの参加費はいくらですか")
    assert "無料" in asked
    assert owner.says("続きから") == "どのようなお仕事がありますか。(4/7)"


def test_who_begins_again_chooses_between_the_old_and_a_new_one(book: Book) -> None:
    owner = applying(book, *TOLD[:3])
    owner.says("あとで続ける", "協力事業所に登録したい")
    assert owner.offered == ["続きから", "はじめから"]
    owner.says("えっと")
    assert owner.offered == ["続きから", "はじめから"]
    owner.taps("はじめから")
    assert owner.effects[0] == DropIntake()
    assert owner.form == ("name", ())


def test_the_command_begins_it_and_offers_what_is_underway(book: Book) -> None:
    owner = Owner(book)
    owner.does(Command("join"))
    assert owner.heard.endswith("(1/7)")
    owner.says("みどり食堂", "/join")
    assert owner.offered == ["続きから", "はじめから"]


def test_after_a_long_silence_a_text_is_not_taken_without_asking(book: Book) -> None:
    owner = applying(book)
    owner.waits(hours=13)
    owner.says("みどり食堂")
    assert owner.offered == ["質問として聞く", "「事業所のお名前」の答えにする"]
    assert owner.taps("「事業所のお名前」の答えにする").endswith("(2/7)")
    assert owner.told("name") == "みどり食堂"


def test_after_a_long_silence_a_yes_sends_nothing_before_the_summary_was_seen_again(book: Book) -> None:
    owner = ready(book)
    owner.waits(hours=13)
    assert owner.says("はい").endswith("・ご相談とご連絡への利用: 同意する")
    assert owner.says("はい").startswith("協力事業所のご相談を担当者にお送りしました。")


def test_what_can_be_tapped_can_be_written_out(book: Book) -> None:
    owner = ready(book)
    assert owner.says("「ご連絡先」を直す").startswith("ご連絡先のお名前")
    assert owner.says("このままにする").endswith("・ご相談とご連絡への利用: 同意する")
    assert owner.says("後で").startswith("ここまでの内容をお預かりしています。")


def test_a_question_among_the_answers_can_be_asked(book: Book) -> None:
    owner = applying(book, "みどり食堂")
    owner.says("セミナーの参加費はいくらですか")
    assert owner.offered == ["質問として聞く", "「所在地」の答えにする"]
    owner.taps("質問として聞く")
    answer, again = [effect.text for effect in owner.effects if isinstance(effect, Reply)]
    assert "無料" in answer
    assert again == "ご相談の入力に戻ります。\n\n事業所のある都道府県と市区町村を教えてください。(2/7)"


def test_a_worry_may_well_be_a_question(book: Book) -> None:
    owner = applying(book, *TOLD[:4], "保険はどうなりますか")
    assert owner.heard.endswith("(6/7)")


@pytest.mark.parametrize("place", [0, 2, 4, 6])
def test_someone_in_danger_is_handed_over_at_once_and_the_form_stays(book: Book, place: int) -> None:
    owner = applying(book, *TOLD[:place])
    before = owner.intake
    assert "110番" in owner.says("もう死にたいです")
    assert [ticket.urgent for ticket in owner.sent] == [True]
    assert owner.intake == before
    owner.says("うーん")
    assert "110番" not in owner.heard


def test_a_command_is_answered_and_the_form_waits(book: Book) -> None:
    owner = applying(book, "みどり食堂")
    owner.does(Command("seminars"))
    assert "6月29日" in owner.heard
    owner.does(Tap("entry:seminar-fee", None))
    assert "無料" in owner.heard
    assert owner.says("千葉県船橋市").endswith("(3/7)")


def test_who_wants_a_person_gets_one_and_the_form_rests(book: Book) -> None:
    owner = applying(book, "みどり食堂")
    owner.says("人と話したい")
    assert [ticket.question for ticket in owner.sent] == ["人と話したい"]
    assert owner.intake is not None
    assert owner.intake.state is IntakeState.PAUSED
    assert owner.offered == ["続きから"]


def test_answers_are_neither_remembered_nor_on_a_ticket(book: Book) -> None:
    owner = Owner(book)
    for text in ("協力事業所に登録したい", *TOLD, "同意する", "うーん"):
        owner.says(text)
        assert [e for e in owner.effects if isinstance(e, Remember | OpenTicket | Record | SaveTicket)] == []


def test_what_is_no_text_is_not_taken(book: Book) -> None:
    owner = applying(book, "みどり食堂")
    heard = owner.sends("photo", "店の写真 090-1234-5678")
    assert heard.startswith("お送りの写真は、ここでは受け取れません。文字でお書きください。")
    assert owner.sent == []


def test_an_answer_that_is_edited_is_put_right_wherever_the_owner_is_by_now(book: Book) -> None:
    owner = applying(book, *TOLD[:3])
    assert owner.edits("みどり食堂", "あおば食堂").startswith("「事業所のお名前」を直しました。")
    assert (owner.told("name"), owner.heard.splitlines()[-1]) == ("あおば食堂", "どのようなお仕事がありますか。(4/7)")


@pytest.mark.parametrize(("old", "new"), [("協力事業所に登録したい", "協力事業所になりたい"), (TOLD[5], "佐藤")])
def test_another_edit_is_left_to_the_summary(book: Book, old: str, new: str) -> None:
    owner = ready(book)
    before = owner.form
    assert owner.edits(old, new).startswith("前のお答えは、最後の確認のところで直せます。")
    assert owner.form == before


def test_consent_is_not_edited_into_something_else(book: Book) -> None:
    owner = applying(book, *TOLD, "同意する")
    owner.edits("同意する", "同意しない")
    assert owner.told("consent") == "同意する"


def test_an_edit_that_changes_nothing_is_not_answered(book: Book) -> None:
    owner = applying(book, "みどり食堂")
    owner.edits("みどり食堂", "みどり食堂")
    assert owner.effects == []


def test_an_edit_of_a_question_on_a_ticket_is_no_answer(book: Book) -> None:
    owner = applying(book, "みどり食堂")
    owner.has(opened(3))
    owner.situation = replace(owner.situation, before_on=3)
    owner.edits("駐車場は？", "駐輪場は？")
    assert [effect.action for effect in owner.effects if isinstance(effect, Record)] == [Action.EDITED]


def test_it_is_deleted_after_being_asked_once(book: Book) -> None:
    owner = applying(book, *TOLD[:4])
    assert owner.says("キャンセル") == "入力した内容をすべて消します。よろしいですか。"
    assert owner.offered == ["すべて消す", "消さずに続ける"]
    owner.taps("消さずに続ける")
    assert owner.heard.endswith("(5/7)")
    owner.taps("やめる", "すべて消す")
    assert owner.effects == [DropIntake(), Reply("デスクに保存した入力内容を、すべて消しました。")]


@pytest.mark.parametrize(("said", "is_left"), [("はい", False), ("いいえ", True), ("うーん", True)])
def test_yes_and_no_are_about_what_was_asked_last(book: Book, said: str, is_left: bool) -> None:
    owner = applying(book, *TOLD)
    owner.taps("やめる")
    owner.says(said)
    assert (owner.intake is not None) is is_left
    assert owner.told("consent") is None


def test_an_old_button_does_nothing_that_is_not_asked_for_now(book: Book) -> None:
    owner = applying(book, *TOLD[:3])
    before = owner.form
    old = [f"form:{FORM_KEYS[0]}", "decide", "back:name", "back:forms", "keep:work", "skip:wishes", "yes", "no", "send"]
    old += [*(f"fix:{name}" for name in FIELDS), "take:work", "nonsense", "form:x", ""]
    for value in old:
        assert owner.forges(f"intake:{value}").startswith("その選択肢は、いまはお使いいただけません。"), value
        assert owner.form == before


def test_an_old_button_to_delete_only_asks(book: Book) -> None:
    owner = applying(book, "みどり食堂")
    assert owner.forges("intake:erase") == "入力した内容をすべて消します。よろしいですか。"
    assert owner.intake is not None


def test_an_old_button_to_begin_anew_only_asks(book: Book) -> None:
    owner = applying(book, "みどり食堂")
    owner.forges("intake:restart")
    assert owner.told("name") == "みどり食堂"
    assert owner.offered == ["続きから", "はじめから"]


def test_a_button_without_an_application_forgets_what_its_post_said(book: Book) -> None:
    owner = Owner(book)
    assert owner.forges("intake:send") == "いま、入力の途中のご相談はありません。"
    assert owner.effects[0] == DropIntake()


def test_sending_twice_is_told_and_done_once(book: Book) -> None:
    owner = ready(book)
    owner.taps("この内容で送る")
    assert owner.forges("intake:send") == "このご相談は、受付番号 7 でお送りいただいています。"
    assert owner.sent == []


def test_who_has_sent_one_can_begin_another(book: Book) -> None:
    owner = ready(book)
    owner.taps("この内容で送る")
    assert owner.forges("intake:start").startswith("受付番号 7 のご相談をお預かりしています。")
    assert owner.taps("別の事業所の相談を始める").endswith("(1/7)")


def test_words_go_to_the_person_who_talks_to_them_until_they_come_back_to_the_form(book: Book) -> None:
    owner = applying(book, "みどり食堂")
    owner.has(claim(opened(3), "佐藤"))
    owner.says("駅の近くです")
    assert the_only(Record, owner.effects).action is Action.SAID
    owner.forges("intake:resume")
    assert the_only(Record, owner.effects).action is Action.BOT_WANTED
    assert [ticket.taken_over for ticket in owner.situation.tickets] == [False]
    assert owner.says("千葉県船橋市").endswith("(3/7)")


def test_a_sentence_to_staff_begins_nothing(book: Book) -> None:
    owner = Owner(book)
    owner.has(claim(opened(3), "佐藤"))
    owner.does(Text("協力事業所に登録したい"))
    assert owner.intake is None
    assert the_only(Record, owner.effects).action is Action.SAID
