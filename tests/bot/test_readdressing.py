"""Notices that go out again: where their subscriber reads now, if they are still wanted, and never twice."""

import pytest
from sqlalchemy.orm import Session

from bot.pacing import UNLIMITED
from bot.store import notice_desk, notice_lists, outbox, stuck
from bot.store.notice_desk import Settling
from bot.store.notice_models import Occurrence
from bot.store.outbox import Claimed
from bot.store.stuck import Verdict
from handlers.effects import Reply
from handlers.notice import OccurrenceState
from tests.bot.subscribers import CANCELLED, EMPLOYER, FAILED, LETTER, QUEUED, SEMINAR, SENDING, SENT, UNKNOWN, People


def at_home_and_office(people: People) -> int:
    """Somebody who prefers the second of two conversations; a notice for them."""
    people.want("home", SEMINAR)
    people.link("home", "office")
    return people.notice()


def done(people: People, number: int) -> None:
    def end(session: Session) -> None:
        session.get_one(Occurrence, number).state = OccurrenceState.DONE

    people.run(end)


def underway(people: People, number: int, address: str) -> Claimed:
    """The try that is underway there."""
    people.settle(number, address, SENDING)
    row, now = people.delivery(number, address), people.clock.now()
    values = {"conversation": row.conversation_id, "address": address, "place": address, "to": None, "since": now}
    counts = {"tries": row.tries, "failures": 0, "doubts": 0}
    return Claimed(id=row.id, channel=people.channel, reply=Reply("会場"), occurrence=number, **values, **counts)  # type: ignore[arg-type]


def comes_back(people: People, claimed: Claimed) -> None:
    now = people.clock.now()
    people.run(outbox.again, claimed, UNLIMITED, now, now, "busy")


def is_gone(people: People, claimed: Claimed) -> None:
    people.run(outbox.recipient_gone, claimed, UNLIMITED, people.clock.now(), "blocked")


def resent(people: People, number: int) -> int | None:
    seen = people.run(notice_lists.notice, number)
    assert seen is not None
    return people.run(notice_desk.resend, seen, "鈴木", people.clock.now())


def test_what_staff_send_again_does_not_go_to_who_has_opted_out_since(people: People) -> None:
    people.want("a", SEMINAR)
    number = people.notice()
    people.settle(number, "a", UNKNOWN)
    done(people, number)
    people.stop("a", SEMINAR)
    seen, settling = (
        people.run(notice_lists.notice, number),
        Settling(people.delivery(number, "a").id, Verdict.AGAIN, "鈴木", ""),
    )
    assert seen is not None
    assert people.run(notice_desk.settle, seen, settling, people.clock.now())
    assert people.fates(number) == [("a", CANCELLED, "opted_out")]
    assert people.run(notice_lists.notice, number).state is OccurrenceState.DONE  # type: ignore[union-attr]


def test_what_an_operator_sends_again_goes_only_where_it_is_wanted(people: People) -> None:
    people.want("a", SEMINAR)
    people.want("b", SEMINAR)
    number = people.notice()
    people.settle(number, "a", UNKNOWN)
    people.settle(number, "b", UNKNOWN)
    people.stop("a", SEMINAR)
    ids = [people.delivery(number, address).id for address in ("a", "b")]
    assert [people.run(stuck.settle_by_hand, one, Verdict.AGAIN, people.clock.now()) for one in ids] == [
        CANCELLED,
        QUEUED,
    ]


def test_what_comes_back_from_a_conversation_that_left_goes_where_they_read(people: People) -> None:
    number = at_home_and_office(people)
    claimed = underway(people, number, "office")
    people.leave("office")
    comes_back(people, claimed)
    assert people.fates(number) == [("home", QUEUED, "busy")]


def test_what_failed_is_resent_where_they_read_and_not_where_they_left(people: People) -> None:
    number = at_home_and_office(people)
    people.settle(number, "office", FAILED)
    done(people, number)
    people.leave("office")
    assert resent(people, number) == 1
    assert people.fates(number) == [("home", QUEUED, None)]


def test_opting_out_reaches_what_waits_in_whatever_conversation(people: People) -> None:
    number = at_home_and_office(people)
    claimed = underway(people, number, "office")
    people.leave("office")
    comes_back(people, claimed)
    people.stop("home", SEMINAR)
    assert people.fates(number) == [("home", CANCELLED, "opted_out")]


def test_who_blocked_us_in_one_conversation_is_reached_in_the_other(people: People) -> None:
    number, following = at_home_and_office(people), people.notice()
    is_gone(people, underway(people, number, "office"))
    assert people.fates(number) == [("home", QUEUED, "blocked")]
    assert people.fates(following) == [("home", QUEUED, None)]
    assert people.fates(people.notice()) == [("home", QUEUED, None)]


def test_who_blocked_us_everywhere_is_left_out_of_the_next(people: People) -> None:
    number, following = at_home_and_office(people), people.notice()
    is_gone(people, underway(people, number, "office"))
    is_gone(people, underway(people, number, "home"))
    assert people.fates(number) == [("home", FAILED, "blocked")]
    assert people.fates(following) == [("home", FAILED, "blocked")]
    assert people.fates(people.notice()) == []


@pytest.mark.parametrize("is_queued", [True, False])
def test_who_had_it_and_then_joins_another_subscriber_does_not_get_theirs(people: People, is_queued: bool) -> None:
    people.want("home", SEMINAR)
    people.link("home", "office")
    people.want("other", SEMINAR)
    number = people.notice(at_most=2 if is_queued else 1)
    people.settle(number, "office", SENT)
    people.leave("office")
    people.link("other", "office", "GHJK6789")
    people.freeze(number)
    theirs = [("other", CANCELLED, "linked")] if is_queued else []
    assert people.fates(number) == [("office", SENT, None), *theirs]


def test_other_topics_stay(people: People) -> None:
    people.want("a", SEMINAR, EMPLOYER, LETTER)
    numbers = [people.notice(topic) for topic in (SEMINAR, EMPLOYER)]
    claims = [underway(people, number, "a") for number in numbers]
    people.stop("a", SEMINAR)
    for claimed in claims:
        comes_back(people, claimed)
    assert [people.fates(number) for number in numbers] == [[("a", CANCELLED, "opted_out")], [("a", QUEUED, "busy")]]
