"""What users of other desks complain of about the handover to people: each complaint is a test here."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.store.desk_models import Event, Ticket
from bot.store.models import Conversation, Delivery, Inbound
from bot.store.transactions import Store
from handlers.message import Message, Text
from handlers.rules import Rules
from handlers.ticket import Action
from knowledge.book import Book
from tests.bot.fakes import MONDAY, FixedClock
from tests.bot.kept import Kept
from tests.bot.theatre import CHANNEL, ROOM_PLACE, PlainStage, plain_stage
from tests.moments import at

QUESTION = "会場に駐車場はありますか"
KNOWN = "セミナーの参加費はいくらですか"
# What staff write to each other, which begins, looks or sounds as if it was for the participant.
UNMARKED = (
    "センターに電話で確認します",
    "返信です、駐車場はありません",
    "返信 駐車場はありません",
    "「返信: 駐車場はありません」でどうでしょう",
    "あとで 返信: を付けて送ります",
    "re: 駐車場はありません",
    "@花子 駐車場はありません",
    "メモ: 返信: まだ送らない",
    "参加者に伝えてください。駐車場はありません",
    "承知しました。",
)
MANY = 1000


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(at("2022-07-04 10:00"))


@pytest.fixture
def stage(store: Store, book: Book, clock: FixedClock) -> PlainStage:
    return plain_stage(store, book, Rules(), clock)


def heard(stage: PlainStage, who: str = "花子") -> str:
    return "\n".join(post.text for post in stage.heard(who))


def seen(stage: PlainStage) -> str:
    return "\n".join(post.text for post in stage.seen("佐藤"))


def tickets(stage: PlainStage) -> int:
    return Kept(stage.store).count(Ticket)


def note(number: int, thread: str) -> Message:
    """Something that a member writes into a ticket's thread."""
    key, text = f"n{number}", Text(f"{UNMARKED[number // 10 % len(UNMARKED)]} ({number})")
    return Message(CHANNEL, f"{ROOM_PLACE}:{thread}", "佐藤", key, MONDAY, text, key)


def to_all(session: Session, people: list[str]) -> list[str]:
    """Everything that is or was on its way to these people, whatever became of it."""
    sent = select(Delivery).join(Conversation).where(Conversation.address.in_(people)).order_by(Delivery.id)
    return [one.payload.text for one in session.scalars(sent)]


def notes(session: Session) -> int:
    """How many were kept."""
    return session.scalar(select(func.count()).where(Event.action == Action.NOTED)) or 0


class TestTheBotKeepsTalkingAfterTheHandoverOrLoops:
    """Complaint 5."""

    def test_once_a_person_has_taken_over_the_bot_says_nothing_whatever_is_written(self, stage: PlainStage) -> None:
        stage.say("花子", QUESTION)
        stage.press("佐藤", "担当する")
        before = stage.heard("花子")
        for text in (KNOWN, "ありがとうございます", "はい", "？", "人と話したい", QUESTION):
            stage.say("花子", text)
        assert stage.heard("花子") == before

    def test_the_bot_speaks_again_when_it_is_asked_for_or_the_ticket_is_closed(self, stage: PlainStage) -> None:
        stage.say("花子", QUESTION)
        stage.press("佐藤", "担当する")
        stage.tap("花子", "自動応答に戻す")
        stage.say("花子", KNOWN)
        assert "無料" in stage.heard("花子")[-1].text
        stage.say("太郎", QUESTION)
        stage.write("佐藤", "返信: オンラインです。")
        stage.press("佐藤", "終了")
        stage.say("太郎", KNOWN)
        assert "無料" in stage.heard("太郎")[-1].text

    def test_what_the_desk_shows_staff_is_never_taken_for_a_message(self, stage: PlainStage, store: Store) -> None:
        stage.say("花子", QUESTION)
        stage.write("佐藤", "返信: オンラインです。")
        assert Kept(store).count(Inbound) == 2


class TestTheHandoverIsSilentOrNeverHappens:
    """Complaint 6."""

    def test_a_question_that_cannot_be_answered_reaches_staff_and_the_participant_is_told(
        self, stage: PlainStage
    ) -> None:
        stage.say("花子", QUESTION)
        assert "受付番号は" in heard(stage)
        assert QUESTION in seen(stage)

    def test_a_person_can_be_asked_for_before_anything_else(self, stage: PlainStage) -> None:
        stage.say("花子", "人と話したい")
        assert "お取り次ぎします" in heard(stage)
        assert "人と話したい" in seen(stage)

    def test_outside_of_office_hours_it_is_said_when_somebody_is_there(
        self, stage: PlainStage, clock: FixedClock
    ) -> None:
        clock.at = at("2022-07-15 18:00")
        stage.say("花子", QUESTION)
        assert "7月19日(火)9:00以降" in heard(stage)

    def test_who_waits_too_long_is_told_and_staff_are_reminded(self, stage: PlainStage) -> None:
        stage.say("花子", QUESTION)
        for minutes in (10, 20, 90):
            stage.wait(minutes)
        assert "お待たせしており、申し訳ありません" in heard(stage)
        assert "リーダーの方は確認をお願いします" in seen(stage)


class TestAnInternalCommentReachesTheParticipantOrAReplyBecomesANote:
    """Complaint 7."""

    def test_of_a_thousand_unmarked_messages_none_leaves(self, stage: PlainStage, store: Store) -> None:
        people = [f"p{number}" for number in range(10)]
        for person in people:
            stage.say(person, QUESTION)
        threads = [post.thread for post in stage.posts if post.thread]
        kept = Kept(store)
        before = kept.do(to_all, people)
        stage.take(*(note(number, threads[number % len(threads)]) for number in range(MANY)))
        assert kept.do(to_all, people) == before
        assert kept.do(notes) == MANY

    def test_who_may_take_a_note_for_a_reply_is_told_that_it_was_not_sent(self, stage: PlainStage) -> None:
        stage.say("花子", QUESTION)
        stage.write("佐藤", "返信です、駐車場はありません")
        assert "参加者には届いていません" in seen(stage)

    def test_a_reply_is_shown_as_one_with_what_became_of_it(self, stage: PlainStage) -> None:
        stage.say("花子", QUESTION)
        stage.write("佐藤", "返信：駐車場はありません")
        assert "↩ 佐藤さん:\n駐車場はありません\n― 届きました" in seen(stage)


class TestStaffRepliesNeverReachTheParticipant:
    """Complaint 8."""

    def test_a_reply_reaches_the_conversation_that_was_asked_in_however_many_are_open(self, stage: PlainStage) -> None:
        stage.say("花子", QUESTION)
        stage.say("太郎", "手話通訳はつきますか")
        stage.answer("佐藤", QUESTION, "オンラインです。")
        assert ("オンラインです。" in heard(stage), "オンラインです。" in heard(stage, "太郎")) == (True, False)

    def test_a_thread_is_known_after_everything_was_restarted(
        self, stage: PlainStage, store: Store, book: Book, clock: FixedClock
    ) -> None:
        stage.say("花子", QUESTION)
        later = plain_stage(store, book, Rules(), clock)
        later.keys, later.posts = stage.keys, stage.posts
        later.write("佐藤", "返信: オンラインです。")
        assert "オンラインです。" in heard(later)

    def test_what_cannot_arrive_is_said_to_staff_and_never_lost_silently(self, stage: PlainStage) -> None:
        stage.say("花子", QUESTION)
        stage.block("花子")
        stage.write("佐藤", "返信: オンラインです。")
        assert "届きませんでした(相手がこのデスクをブロックしています)" in seen(stage)


class TestOneBurstBecomesManyTickets:
    """Complaint 9."""

    def test_twenty_forwarded_messages_are_one_ticket_with_every_word(
        self, stage: PlainStage, clock: FixedClock
    ) -> None:
        texts = [f"転送{number}: 手話通訳と車椅子の件" for number in range(20)]
        stage.say("花子", QUESTION)
        for text in texts:
            clock.move(0.2)
            stage.say("花子", text)
        assert tickets(stage) == 1
        assert [text for text in texts if text not in seen(stage)] == []


class TestEditsAreNotMirroredOrTwoStaffAnswerAtOnce:
    """Complaint 10."""

    def test_an_edit_of_the_participant_is_shown_as_an_edit(self, stage: PlainStage) -> None:
        stage.say("花子", QUESTION)
        stage.edit("花子", QUESTION, "会場に駐輪場はありますか")
        assert f"変更前: {QUESTION}\n変更後: 会場に駐輪場はありますか" in seen(stage)

    def test_an_edit_of_staff_changes_what_the_participant_sees(self, stage: PlainStage) -> None:
        stage.say("花子", QUESTION)
        stage.write("佐藤", "返信: あります。")
        stage.fill("佐藤", "修正", "ございません。")
        answers = [post.text for post in stage.heard("花子") if "担当者より" in post.text]
        assert [answer.splitlines()[:2] for answer in answers] == [["担当者より", "ございません。"]]

    def test_of_two_replies_within_a_minute_the_second_waits_for_a_yes(self, stage: PlainStage) -> None:
        stage.say("花子", QUESTION)
        stage.write("佐藤", "返信: オンラインです。")
        stage.write("鈴木", "返信: 駐車場はありません。")
        assert "駐車場はありません。" not in heard(stage)
        stage.press("鈴木", "それでも送る")
        assert "駐車場はありません。" in heard(stage)
