"""Whoever can be reached in one of their conversations gets notices there, whichever of them they prefer."""

import pytest
from sqlalchemy import select, update

from bot.store import notice_desk, notice_lists
from bot.store.models import Conversation, Delivery, DeliveryState
from bot.store.transactions import Store
from handlers.notice import OccurrenceState
from tests.bot.subscribers import SEMINAR, People


@pytest.fixture
def people(store: Store) -> People:
    """One who reads in two conversations, and prefers the second."""
    people = People(store)
    people.want("a", SEMINAR)
    people.link("a", "b")
    return people


def gone(people: People, **reasons: str | None) -> None:
    """Why each of these conversations cannot be written to (None: it can)."""
    for address, reason in reasons.items():
        change = update(Conversation).where(Conversation.address == address).values(gone=reason)
        people.run(lambda session, change=change: session.execute(change) and None)


def preferred(people: People) -> str:
    first, *_ = people.known("a").mailboxes
    return next(one for one in ("a", "b") if people.conversation(one) == first.conversation)


def fates(people: People, number: int) -> list[tuple[str, str]]:
    """Where a notice goes, and how it stands there."""
    theirs = (
        select(Conversation.address, Delivery.state)
        .join(Delivery, Delivery.conversation_id == Conversation.id)
        .where(Delivery.occurrence_id == number)
    )
    return [(address, state.value) for address, state in people.run(lambda session: session.execute(theirs).all())]


def test_who_comes_back_elsewhere_gets_notices_there(people: People) -> None:
    gone(people, a="blocked", b="blocked")
    assert fates(people, people.notice()) == []
    gone(people, a=None)
    assert fates(people, people.notice()) == [("a", "queued")]
    assert preferred(people) == "a"


def test_who_comes_back_where_they_prefer_it_gets_notices_there(people: People) -> None:
    gone(people, a="blocked", b="blocked")
    gone(people, a=None, b=None)
    assert fates(people, people.notice()) == [("b", "queued")]


def test_who_is_nowhere_to_be_reached_keeps_what_they_prefer(people: People) -> None:
    gone(people, a="blocked", b="blocked")
    people.notice()
    assert preferred(people) == "b"


def test_what_did_not_reach_them_can_be_sent_again_where_they_came_back(people: People) -> None:
    number = people.notice()
    lost = update(Delivery).values(state=DeliveryState.FAILED, error="blocked")
    people.run(lambda session: session.execute(lost) and None)
    gone(people, a="blocked", b="blocked")
    seen = people.run(notice_lists.notice, number)
    assert seen is not None
    now = people.clock.now()
    assert people.run(notice_desk.resendable, seen, now) == 0
    gone(people, a=None)
    assert people.run(notice_desk.resendable, seen, now) == 1
    assert people.run(notice_desk.resend, seen, "佐藤", now) == 1
    assert fates(people, number) == [("a", "queued")]


def test_however_many_are_stranded_each_gets_it_once(store: Store) -> None:
    people = People(store)
    for number in range(7):
        people.want(f"x{number}", SEMINAR)
        people.link(f"x{number}", f"y{number}", f"BCDF234{number + 2}")
    gone(people, **{f"y{number}": "blocked" for number in range(7)})
    number = people.notice(at_most=3, state=OccurrenceState.SENDING)
    people.freeze(number)
    assert sorted(fates(people, number)) == [(f"x{one}", "queued") for one in range(7)]
