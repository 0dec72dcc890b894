"""What was most asked: how many conversations got an entry as their answer, in a span of time."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from bot.store.asked import most_asked
from bot.store.models import Delivery, DeliveryState
from bot.store.transactions import Store
from handlers.announce import Asked
from handlers.effects import Reply
from knowledge.finding import Outcome
from tests.bot.fakes import message
from tests.bot.kept import Kept
from tests.moments import at

JULY, AUGUST = at("2022-07-01 00:00"), at("2022-08-01 00:00")
FEE, DAY, ZOOM = "fee", "day", "zoom"


def answer(*entries: str) -> Reply:
    return Reply("お答えします。", Outcome.ANSWER, entries, ("チラシ",), rateable=True, question="内緒の質問")


class Desk(Kept):
    """Where people ask and get replies."""

    def said(
        self, reply: Reply, address: str, when: str = "2022-07-20 10:00", state: DeliveryState = DeliveryState.SENT
    ) -> None:
        """A reply in a conversation, and what became of it."""
        self.settle(message("質問", f"{address}-{self.count(Delivery)}", address), reply)
        self.do(_fate, self.delivery().id, at(when), state)

    def asked(self, at_least: int = 1, at_most: int = 9) -> tuple[Asked, ...]:
        return self.do(most_asked, JULY, AUGUST, at_least, at_most)


def _fate(session: Session, number: int, when: datetime, state: DeliveryState) -> None:
    delivery = session.get_one(Delivery, number)
    delivery.created_at, delivery.state = when, state


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


def test_a_conversation_counts_once_for_an_entry_however_often_it_asks(desk: Desk) -> None:
    desk.said(answer(FEE), "a")
    desk.said(answer(FEE), "a")
    desk.said(answer(DAY, FEE), "a")
    desk.said(answer(FEE), "b")
    assert desk.asked() == (Asked(FEE, 2), Asked(DAY, 1))


def test_only_the_most_asked_are_told_and_only_those_that_enough_people_asked(desk: Desk) -> None:
    for address in "abc":
        desk.said(answer(FEE), address)
    for address in "ab":
        desk.said(answer(ZOOM, DAY), address)
    desk.said(answer("name"), "a")
    assert (desk.asked(at_least=2), desk.asked(at_least=1, at_most=2)) == (
        (Asked(FEE, 3), Asked(DAY, 2), Asked(ZOOM, 2)),
        (Asked(FEE, 3), Asked(DAY, 2)),
    )


def test_a_month_is_that_of_japan_from_its_first_moment_to_before_the_next(desk: Desk) -> None:
    desk.said(answer(FEE), "a", "2022-06-30 23:59:59")
    desk.said(answer(DAY), "a", "2022-07-01 00:00")
    desk.said(answer(ZOOM), "a", "2022-07-31 23:59:59")
    desk.said(answer(FEE), "a", "2022-08-01 00:00")
    assert desk.asked() == (Asked(DAY, 1), Asked(ZOOM, 1))


def test_what_is_on_its_way_counts_and_what_never_went_does_not(desk: Desk) -> None:
    for state in DeliveryState:
        desk.said(answer(state), "a", state=state)
    assert {asked.entry for asked in desk.asked()} == {"queued", "sending", "sent", "unknown"}


def test_only_answers_from_the_content_count(desk: Desk) -> None:
    small_talk = Reply("こんにちは。", Outcome.ANSWER, ("hello",))
    suggestion = Reply("もしかして", Outcome.SUGGEST, (FEE,), rateable=True)
    handover = Reply("おつなぎします。", Outcome.HANDOFF, (FEE,), rateable=True)
    correction = Reply("改めました。", entries=(FEE,))
    by_staff = Reply("担当者です。", by="staff")
    for reply in (small_talk, suggestion, handover, correction, by_staff, answer(DAY)):
        desk.said(reply, "a")
    assert desk.asked() == (Asked(DAY, 1),)


def test_nobody_asked_anything(desk: Desk) -> None:
    assert desk.asked() == ()
