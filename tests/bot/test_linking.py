"""One subscription in several conversations: linked by a code, its notices sent to one of them, and left."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.codes import draw_code, hash_of
from bot.store.models import Conversation, DeliveryState, Line
from bot.store.notice_models import LinkCode, Subscriber
from bot.store.tickets import SituationStale
from handlers.effects import GiveCode, LinkMailbox
from handlers.subscription import CODE_SIGNS, Mailbox, Subscription, is_code
from tests.bot.subscribers import (
    CANCELLED,
    CODE,
    FAILED,
    LETTER,
    OTHER_CODE,
    QUEUED,
    SEMINAR,
    SENDING,
    SENT,
    UNKNOWN,
    People,
    at_once,
)


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
    stopped = [why for _, state, why in people.fates(number) if state == CANCELLED]
    assert stopped == (["linked"] if CANCELLED in after else [])


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


def test_drawn_codes_are_codes_and_differ() -> None:
    drawn = [draw_code() for _ in range(200)]
    assert all(is_code(code) and set(code) <= set(CODE_SIGNS) for code in drawn)
    assert len(set(drawn)) == len(drawn)


def test_of_two_who_use_a_code_at_once_one_joins(people: People) -> None:
    people.want("a", SEMINAR)
    people.do("a", GiveCode(CODE))
    for address in "bc":
        people.conversation(address)
    wrong = at_once(*(lambda address=address: people.do(address, LinkMailbox(CODE)) for address in "bc"))
    assert [type(one) for one in wrong] == [SituationStale]
    assert sorted(len(people.known(address).mailboxes) for address in "bc") == [0, 2]


def test_no_subscriber_is_left_without_a_conversation(people: People) -> None:
    people.want("a", SEMINAR)
    people.link("a", "b")
    people.leave("a")
    rows = select(Subscriber.prefers).where(~Subscriber.prefers.in_(select(Conversation.id)))
    assert people.run(lambda session: session.scalars(rows).all()) == []
    assert people.known("b").mailboxes == (Mailbox(people.conversation("b"), "telegram", here=True),)
