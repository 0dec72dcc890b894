"""Subscriptions as rows, on both databases: topics, opting out in flight, and what is done at once."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.pacing import UNLIMITED
from bot.store import outbox
from bot.store.linking import follow
from bot.store.models import Conversation, Delivery, DeliveryState, Line
from bot.store.subscribing import readdress
from bot.store.transactions import Store
from handlers.effects import SetSubscription
from handlers.subscription import Mailbox, Subscription
from knowledge.announcement import NoticeTopic
from tests.bot.fakes import ANY_TIME
from tests.bot.subscribers import (
    CANCELLED,
    EMPLOYER,
    LETTER,
    QUEUED,
    SEMINAR,
    SENDING,
    SENT,
    SUPPORT,
    UNKNOWN,
    People,
    at_once,
)


def test_the_first_subscription_makes_a_subscriber_whose_notices_arrive_there(people: People) -> None:
    people.want("a", SEMINAR, LETTER)
    here = people.conversation("a")
    assert people.known("a") == Subscription(frozenset({SEMINAR, LETTER}), (Mailbox(here, "telegram", here=True),))
    people.notice(SEMINAR)
    assert people.fates(1) == [("a", QUEUED, None)]


def test_nobody_has_anything_at_first(people: People) -> None:
    people.stop("a", *NoticeTopic)
    assert (people.known("a"), people.known("nobody"), people.subscribers()) == (Subscription(), Subscription(), 0)


def test_subscribing_and_opting_out_twice_is_the_same_as_once(people: People) -> None:
    for _ in range(2):
        people.want("a", SEMINAR, SUPPORT)
    for _ in range(2):
        people.stop("a", SUPPORT)
    assert (people.topics("a"), people.subscribers()) == ({SEMINAR}, 1)


def test_a_thread_subscribes_for_its_whole_place(people: People) -> None:
    people.want("c:thread", SEMINAR)
    people.want("c:another", LETTER)
    assert people.topics("c") == people.topics("c:elsewhere") == {SEMINAR, LETTER}
    people.notice(SEMINAR)
    assert (people.fates(1), people.subscribers()) == ([("c", QUEUED, None)], 1)


def test_opting_out_stops_what_is_queued_on_that_topic_and_nothing_else(people: People) -> None:
    people.want("a", SEMINAR, LETTER)
    people.want("b", SEMINAR)
    seminar, letter, sent = people.notice(SEMINAR), people.notice(LETTER), people.notice(SEMINAR)
    people.settle(sent, "a", SENT)
    people.stop("a", SEMINAR)
    assert people.fates(seminar) == [("a", CANCELLED, "opted_out"), ("b", QUEUED, None)]
    assert people.fates(letter) == [("a", QUEUED, None)]
    assert people.fates(sent) == [("a", SENT, None), ("b", QUEUED, None)]


def test_opting_in_again_brings_nothing_that_was_stopped_or_began_before(people: People) -> None:
    people.want("b", SEMINAR)
    people.want("a", SEMINAR)
    stopped = people.notice(SEMINAR)
    people.stop("a", SEMINAR)
    missed = people.notice(SEMINAR)
    people.want("a", SEMINAR)
    people.freeze(missed)
    assert people.fates(stopped) == [("a", CANCELLED, "opted_out"), ("b", QUEUED, None)]
    assert people.fates(missed) == [("b", QUEUED, None)]


@pytest.mark.parametrize("doubtful", [SENDING, UNKNOWN])
def test_what_comes_back_to_the_queue_after_opting_out_does_not_go_again(
    people: People, doubtful: DeliveryState
) -> None:
    people.want("a", SEMINAR)
    number = people.notice(SEMINAR)
    people.settle(number, "a", doubtful)
    people.stop("a", SEMINAR)
    assert people.fates(number) == [("a", doubtful, None)]
    people.settle(number, "a", QUEUED)
    people.run(readdress, people.delivery(number, "a").id)
    assert people.fates(number) == [("a", CANCELLED, "opted_out")]


def test_what_is_wanted_still_goes_again(people: People) -> None:
    people.want("a", SEMINAR)
    number = people.notice(SEMINAR)
    people.run(readdress, people.delivery(number, "a").id)
    assert people.fates(number) == [("a", QUEUED, None)]


def test_a_conversation_that_cannot_be_written_to_is_known_as_such(people: People) -> None:
    people.conversation("a", gone="blocked")
    people.want("a", SEMINAR)
    assert people.known("a").mailboxes[0].is_gone
    assert people.fates(people.notice(SEMINAR)) == []


def test_the_subscription_of_a_place_goes_where_the_place_goes(people: People) -> None:
    people.want("-1", SEMINAR)
    number = people.notice(SEMINAR)
    people.conversation("-2")
    people.run(_moved, people.delivery(number, "-1").id, "-2")
    assert people.known("-1") == Subscription()
    assert people.topics("-2") == {SEMINAR}
    people.stop("-2", SEMINAR)
    assert people.fates(number) == [("-2", CANCELLED, "opted_out")]


def _moved(session: Session, delivery: int, place: str) -> None:
    row = session.get_one(Delivery, delivery)
    old, new = row.conversation_id, session.scalars(select(Conversation.id).where(Conversation.address == place)).one()
    row.conversation_id = new
    session.flush()
    follow(session, old, new)


def test_threads_of_one_channel_that_subscribe_at_once_make_one_subscriber(people: People) -> None:
    threads = [f"c:{number}" for number in range(6)]
    for thread in threads:
        people.conversation(thread)
    wants = [lambda thread=thread: people.do(thread, SetSubscription(SEMINAR, True)) for thread in threads]
    assert at_once(*wants) == []
    assert (people.topics("c"), people.subscribers()) == ({SEMINAR}, 1)


def test_who_opts_out_while_a_notice_is_addressed_does_not_get_it(people: People) -> None:
    addresses = [f"p{number:02}" for number in range(30)]
    for address in addresses:
        people.want(address, EMPLOYER)
    number = people.notice(EMPLOYER, at_most=1)
    stops = [lambda a=address: people.stop(a, EMPLOYER) for address in addresses]
    assert at_once(lambda: people.freeze(number), *stops) == []
    people.freeze(number)
    assert {(state, why) for _, state, why in people.fates(number)} == {(CANCELLED, "opted_out")}


def test_a_notice_is_numbered_when_it_goes_where_conversations_are_read_line_by_line(store: Store) -> None:
    people = People(store, "web")
    people.want("a", SEMINAR)
    number = people.notice(SEMINAR)
    before, here = people.delivery(number, "a").id, people.conversation("a")
    people.run(lambda session: session.add(Line(conversation_id=here)))
    later = people.run(lambda session: session.scalars(select(Line.id).order_by(Line.id.desc())).first())
    assert later is not None
    assert later > before
    claimed = _claimed(people)
    assert claimed.id == people.delivery(number, "a").id > later
    people.run(outbox.again, claimed, UNLIMITED, people.clock.now(), people.clock.now(), "busy")
    assert _claimed(people).id == claimed.id


def _claimed(people: People) -> outbox.Claimed:
    now = people.clock.now()
    passage = ANY_TIME.passage(now)
    found = people.run(outbox.claim, people.channel, UNLIMITED, 8, now, now + timedelta(seconds=30), passage)
    [claimed] = found.claimed
    return claimed
