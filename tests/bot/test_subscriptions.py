"""Subscriptions as rows, on both databases: topics, opting out in flight, one subscription in several conversations."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.codes import draw_code, hash_of
from bot.pacing import UNLIMITED
from bot.store import outbox
from bot.store.linking import follow
from bot.store.models import Conversation, Delivery, DeliveryState, Line
from bot.store.notice_models import LinkCode, Subscriber
from bot.store.subscribing import readdress
from bot.store.tickets import SituationStale
from bot.store.transactions import Store
from handlers.effects import GiveCode, LinkMailbox, SetSubscription
from handlers.subscription import CODE_SIGNS, Mailbox, Subscription, is_code
from knowledge.announcement import NoticeTopic
from tests.bot.fakes import ANY_TIME
from tests.bot.subscribers import CODE, EMPLOYER, LETTER, OTHER_CODE, SEMINAR, SUPPORT, People

QUEUED, SENDING, SENT, UNKNOWN = (
    DeliveryState.QUEUED,
    DeliveryState.SENDING,
    DeliveryState.SENT,
    DeliveryState.UNKNOWN,
)
FAILED, CANCELLED = DeliveryState.FAILED, DeliveryState.CANCELLED


@pytest.fixture
def people(store: Store) -> People:
    return People(store)


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


def test_a_code_joins_two_conversations_into_one_subscription(people: People) -> None:
    people.want("a", SEMINAR)
    people.want("b", LETTER)
    people.link("a", "b")
    first, second = people.conversation("a"), people.conversation("b")
    topics = frozenset({SEMINAR, LETTER})
    here, there = Mailbox(second, "telegram", here=True), Mailbox(first, "telegram")
    assert people.known("b") == Subscription(topics, (here, there))
    assert people.known("a").topics == topics
    assert people.subscribers() == 1
    for topic in topics:
        assert people.fates(people.notice(topic)) == [("b", QUEUED, None)]


def test_who_has_no_subscription_yet_can_give_and_take_a_code(people: People) -> None:
    people.link("a", "b")
    people.want("b", SEMINAR)
    assert people.topics("a") == {SEMINAR}


def test_a_code_is_kept_as_a_hash_and_forgotten_after_a_day(people: People) -> None:
    people.do("a", GiveCode(CODE))
    people.wait(days=2)
    people.do("a", GiveCode(OTHER_CODE))
    kept = people.run(lambda session: session.scalars(select(LinkCode.code_hash)).all())
    assert kept == [hash_of(OTHER_CODE)]
    assert OTHER_CODE not in kept[0]


def test_a_code_is_good_once(people: People) -> None:
    people.link("a", "b")
    with pytest.raises(SituationStale):
        people.do("c", LinkMailbox(CODE))
    assert people.known("c") == Subscription()


@pytest.mark.parametrize("minutes", [10, 60])
def test_a_code_is_good_for_ten_minutes(people: People, minutes: int) -> None:
    people.do("a", GiveCode(CODE))
    people.wait(minutes=minutes)
    with pytest.raises(SituationStale):
        people.do("b", LinkMailbox(CODE))


def test_ones_own_code_joins_nothing_and_stays_good(people: People) -> None:
    people.do("a", GiveCode(CODE))
    with pytest.raises(SituationStale):
        people.do("a", LinkMailbox(CODE))
    people.do("b", LinkMailbox(CODE))
    assert len(people.known("a").mailboxes) == 2


def test_three_conversations_in_a_row_are_one_subscription(people: People) -> None:
    people.want("a", SEMINAR)
    people.link("a", "b")
    people.want("c", LETTER)
    people.link("b", "c", OTHER_CODE)
    assert people.topics("a") == people.topics("b") == people.topics("c") == {SEMINAR, LETTER}
    assert people.subscribers() == 1
    assert people.fates(people.notice(SEMINAR)) == [("c", QUEUED, None)]


def test_two_pairs_that_are_linked_are_four(people: People) -> None:
    people.link("a", "b")
    people.link("c", "d", OTHER_CODE)
    people.link("b", "d", "MNPQ2345")
    people.want("a", SEMINAR)
    assert {address: people.topics(address) for address in "abcd"} == {address: {SEMINAR} for address in "abcd"}


def test_a_code_given_out_before_is_good_for_the_subscription_that_it_became(people: People) -> None:
    people.want("b", LETTER)
    people.want("a", SEMINAR)
    people.do("b", GiveCode(OTHER_CODE))
    people.link("a", "b")
    people.do("c", LinkMailbox(OTHER_CODE))
    assert people.topics("c") == {SEMINAR, LETTER}


@pytest.mark.parametrize("order", ["ab", "ba"])
@pytest.mark.parametrize(
    ("first", "second", "after"),
    [
        (QUEUED, QUEUED, {QUEUED, CANCELLED}),
        (SENT, QUEUED, {SENT, CANCELLED}),
        (QUEUED, SENDING, {CANCELLED, SENDING}),
        (UNKNOWN, QUEUED, {UNKNOWN, CANCELLED}),
        (QUEUED, FAILED, {QUEUED, FAILED}),
        (SENT, SENT, {SENT}),
    ],
)
def test_a_notice_that_both_were_to_get_comes_once(
    people: People, first: DeliveryState, second: DeliveryState, after: set[DeliveryState], order: str
) -> None:
    people.want("a", SEMINAR)
    people.want("b", SEMINAR)
    number = people.notice(SEMINAR)
    people.settle(number, "a", first)
    people.settle(number, "b", second)
    people.link(*order)
    assert {state for _, state, _ in people.fates(number)} == after
    assert len(people.fates(number)) == 2
    assert {why for _, state, why in people.fates(number) if state == CANCELLED} <= {"linked"}


def test_what_is_queued_follows_to_the_conversation_that_is_preferred(people: People) -> None:
    people.want("a", SEMINAR)
    number = people.notice(SEMINAR)
    people.link("a", "b")
    assert people.fates(number) == [("b", QUEUED, None)]
    people.prefer("b", "a")
    assert people.fates(number) == [("a", QUEUED, None)]
    delivery, here = people.delivery(number, "a"), people.conversation("a")
    lines = people.run(lambda session: [(line.id, line.conversation_id) for line in session.scalars(select(Line))])
    assert lines == [(delivery.id, here)]


def test_opting_out_anywhere_stops_what_is_queued_elsewhere(people: People) -> None:
    people.want("a", SEMINAR)
    people.link("a", "b")
    number = people.notice(SEMINAR)
    people.stop("a", SEMINAR)
    assert people.fates(number) == [("b", CANCELLED, "opted_out")]


def test_who_got_a_notice_before_they_linked_gets_it_no_second_time(people: People) -> None:
    people.want("a", SEMINAR)
    people.want("b", SEMINAR)
    number = people.notice(SEMINAR, at_most=1)
    people.settle(number, "a", SENT)
    people.link("a", "b")
    people.freeze(number)
    assert people.fates(number) == [("a", SENT, None)]


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_who_links_while_a_notice_is_addressed_is_not_left_out(people: People, order: str) -> None:
    people.want("a", LETTER)
    people.want("other", SEMINAR)
    people.want("b", SEMINAR)
    number = people.notice(SEMINAR, at_most=1)
    people.link(*order)
    people.freeze(number)
    assert people.fates(number) == [(order[1], QUEUED, None), ("other", QUEUED, None)]


@pytest.mark.parametrize("order", ["an", "na"])
def test_who_links_a_new_conversation_while_a_notice_is_addressed_is_not_left_out(people: People, order: str) -> None:
    people.want("other", SEMINAR)
    people.want("a", SEMINAR)
    number = people.notice(SEMINAR, at_most=1)
    people.want("n", LETTER)
    people.link(*order)
    people.freeze(number)
    assert people.fates(number) == [(order[1], QUEUED, None), ("other", QUEUED, None)]


def test_leaving_takes_nothing_along(people: People) -> None:
    people.want("a", SEMINAR)
    people.link("a", "b")
    number = people.notice(SEMINAR)
    people.leave("b")
    assert people.known("b") == Subscription()
    assert people.topics("a") == {SEMINAR}
    assert people.fates(number) == [("a", QUEUED, None)]
    people.want("b", LETTER)
    assert (people.topics("a"), people.topics("b")) == ({SEMINAR}, {LETTER})


def test_notices_go_to_where_one_wrote_last_when_the_preferred_conversation_leaves(people: People) -> None:
    people.want("a", SEMINAR)
    people.link("a", "b")
    people.link("b", "c", OTHER_CODE)
    people.run(_active, people.conversation("a"))
    people.leave("c")
    assert people.fates(people.notice(SEMINAR)) == [("a", QUEUED, None)]


def _active(session: Session, conversation: int) -> None:
    row = session.get_one(Conversation, conversation)
    row.last_at = row.last_at.replace(year=row.last_at.year + 1)


def test_who_is_alone_cannot_leave(people: People) -> None:
    people.want("a", SEMINAR)
    for address in ("a", "b"):
        with pytest.raises(SituationStale):
            people.leave(address)
    assert people.topics("a") == {SEMINAR}


def test_only_ones_own_conversations_can_be_preferred(people: People) -> None:
    people.want("a", SEMINAR)
    people.want("b", SEMINAR)
    for stranger in ("b", "new"):
        with pytest.raises(SituationStale):
            people.prefer("a", stranger)
    assert people.known("a").mailboxes[0].here


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


def test_drawn_codes_are_codes_and_differ() -> None:
    drawn = [draw_code() for _ in range(200)]
    assert all(is_code(code) and set(code) <= set(CODE_SIGNS) for code in drawn)
    assert len(set(drawn)) == len(drawn)


def _at_once(people: People, *works: Callable[[], None]) -> list[BaseException]:
    """Do all of it at the same time; what went wrong."""

    async def all_of() -> list[BaseException]:
        done = await asyncio.gather(*(asyncio.to_thread(work) for work in works), return_exceptions=True)
        return [result for result in done if isinstance(result, BaseException)]

    return asyncio.run(all_of())


def test_of_two_who_use_a_code_at_once_one_joins(people: People) -> None:
    people.want("a", SEMINAR)
    people.do("a", GiveCode(CODE))
    for address in "bc":
        people.conversation(address)
    wrong = _at_once(people, *(lambda address=address: people.do(address, LinkMailbox(CODE)) for address in "bc"))
    assert [type(one) for one in wrong] == [SituationStale]
    assert sorted(len(people.known(address).mailboxes) for address in "bc") == [0, 2]


def test_threads_of_one_channel_that_subscribe_at_once_make_one_subscriber(people: People) -> None:
    threads = [f"c:{number}" for number in range(6)]
    for thread in threads:
        people.conversation(thread)
    wants = [lambda thread=thread: people.do(thread, SetSubscription(SEMINAR, True)) for thread in threads]
    assert _at_once(people, *wants) == []
    assert (people.topics("c"), people.subscribers()) == ({SEMINAR}, 1)


def test_who_opts_out_while_a_notice_is_addressed_does_not_get_it(people: People) -> None:
    addresses = [f"p{number:02}" for number in range(30)]
    for address in addresses:
        people.want(address, EMPLOYER)
    number = people.notice(EMPLOYER, at_most=1)
    wrong = _at_once(
        people, lambda: people.freeze(number), *(lambda a=address: people.stop(a, EMPLOYER) for address in addresses)
    )
    assert wrong == []
    people.freeze(number)
    assert {(state, why) for _, state, why in people.fates(number)} <= {(CANCELLED, "opted_out")}


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


def test_no_subscriber_is_left_without_a_conversation(people: People) -> None:
    people.want("a", SEMINAR)
    people.link("a", "b")
    people.leave("a")
    rows = select(Subscriber.prefers).where(~Subscriber.prefers.in_(select(Conversation.id)))
    assert people.run(lambda session: session.scalars(rows).all()) == []
    assert people.known("b").mailboxes == (Mailbox(people.conversation("b"), "telegram", here=True),)
