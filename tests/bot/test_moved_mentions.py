"""Those who read of a session in a notice about something else are told as well when it moves."""

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.store.models import Delivery, DeliveryState
from bot.store.notice_models import STAFF, FormerText, Occurrence
from bot.store.transactions import Store
from handlers.effects import Reply
from handlers.notice import OccurrenceState
from knowledge.announcement import NoticeTopic
from knowledge.build import Edition
from tests.bot.fakes import MONDAY
from tests.bot.programmes import Desk, added, small_season
from tests.bot.test_moved_answers import Answers

LETTER = "デスク便りです。\n\n次のセミナー\n第2回 7月13日(水) 13:30~16:00"


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    return small_season(tmp_path_factory.mktemp("content"))


@pytest.fixture
def desk(store: Store, edition: Edition) -> Desk:
    return Desk(store, edition)


@pytest.fixture
def answers(store: Store, desk: Desk) -> Answers:
    return Answers(store, desk)


def letter(desk: Desk, text: str = LETTER, key: str = "letter") -> int:
    row = Occurrence(
        notice=STAFF,
        key=key,
        topic=NoticeTopic.LETTER,
        state=OccurrenceState.DONE,
        title="デスク便り",
        payload=Reply(text, by="notice"),
        made_at=MONDAY,
        started_at=MONDAY,
        audience_to=1000,
    )
    return desk.do(added, row)


def test_who_read_the_old_day_in_a_letter_is_told_the_new_one(desk: Desk, answers: Answers) -> None:
    reader = desk.subscriber("reader", NoticeTopic.LETTER)
    desk.told(letter(desk), reader)
    desk.move(2, "2022-07-14")
    ((text, told, gone),) = answers.open()
    assert (told, gone) == (["reader"], [])
    assert "7月14日(木)" in text
    answers.approve(1)
    answers.send()
    assert answers.told() == [("reader", text)]


def test_a_letter_that_names_no_day_of_the_session_misleads_nobody(desk: Desk, answers: Answers) -> None:
    reader = desk.subscriber("reader", NoticeTopic.LETTER)
    desk.told(letter(desk, "デスク便りです。第3回は7月27日(水)です。"), reader)
    desk.move(2, "2022-07-14")
    assert answers.open() == []


def test_who_wants_no_notices_any_more_is_left_in_peace(desk: Desk, answers: Answers) -> None:
    reader = desk.subscriber("reader")
    desk.told(letter(desk), reader)
    desk.unsubscribe(reader)
    desk.move(2, "2022-07-14")
    assert answers.open() == []


def test_who_gets_the_notice_of_the_move_is_not_told_twice(desk: Desk, answers: Answers) -> None:
    both, reader = desk.subscriber("both"), desk.subscriber("reader", NoticeTopic.LETTER)
    desk.told(letter(desk), both, reader)
    desk.told(desk.occurrence(2, "2022-07-13"), both)
    desk.move(2, "2022-07-14")
    assert [told for _, told, _ in answers.open()] == [["reader"]]
    assert [row.told for row in desk.occurrences()] == [MONDAY.replace(day=14, hour=4, minute=30)]


def test_what_a_notice_said_when_it_went_counts_not_what_it_says_since(desk: Desk, answers: Answers) -> None:
    early, late, waits = (desk.subscriber(name, NoticeTopic.LETTER) for name in ("early", "late", "waits"))
    sending = letter(desk, "あと1週間です。")
    desk.told(sending, waits, state=DeliveryState.QUEUED)
    desk.told(sending, early, late)
    desk.do(_went_before, sending, early, LETTER)
    desk.move(2, "2022-07-14")
    assert [told for _, told, _ in answers.open()] == [["early"]]


def test_what_a_notice_said_before_misleads_only_those_who_read_it_then(desk: Desk, answers: Answers) -> None:
    early, late, waits = (desk.subscriber(name, NoticeTopic.LETTER) for name in ("early", "late", "waits"))
    sending = letter(desk)
    desk.told(sending, waits, state=DeliveryState.QUEUED)
    desk.told(sending, early, late)
    desk.do(_went_before, sending, early, "あと1週間です。")
    desk.move(2, "2022-07-14")
    assert [told for _, told, _ in answers.open()] == [["late", "waits"]]


def _went_before(session: Session, occurrence: int, subscriber: int, text: str) -> None:
    """A notice was rendered anew after this subscriber got it."""
    session.add(FormerText(occurrence_id=occurrence, rendering=0, payload=Reply(text, by="notice")))
    session.get_one(Occurrence, occurrence).rendering = 1
    is_later = Delivery.occurrence_id == occurrence, Delivery.subscriber_id != subscriber
    went = update(Delivery).where(*is_later, Delivery.state == DeliveryState.SENT)
    session.execute(went.values(rendering=1))
