"""Any number of conversations that subscribe, opt out, link, leave and prefer, beside notices: as in a simple model."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.store.models import DeliveryState
from bot.store.tickets import SituationStale
from bot.store.transactions import Store
from knowledge.announcement import NoticeTopic
from tests.bot.subscribers import People

TOPICS = (NoticeTopic.SEMINAR, NoticeTopic.LETTER)
EVERY = list(HealthCheck)
# So few that they meet.
PEOPLE = 4
WHO = st.integers(0, PEOPLE - 1)
# The oftener a word stands here, the oftener it is done.
DEEDS = ["notice"] * 3 + ["link"] * 3 + ["want"] * 2 + ["stop", "prefer", "leave", "arrive"]
STEP = st.tuples(st.sampled_from(DEEDS), WHO, WHO, st.sampled_from(TOPICS))
Fate = tuple[str, DeliveryState]


@dataclass(eq=False)
class Person:
    """One subscription: its conversations (the first made first), the preferred one, its topics."""

    addresses: set[str]
    prefers: str
    topics: set[NoticeTopic] = field(default_factory=set)


@dataclass(eq=False)
class Copy:
    """One notice for one person, until it arrived somewhere or was stopped."""

    notice: int
    topic: NoticeTopic
    owner: Person | None
    state: DeliveryState = DeliveryState.QUEUED
    at: str = ""

    @property
    def fate(self) -> Fate:
        is_queued = self.state is DeliveryState.QUEUED and self.owner is not None
        return (self.owner.prefers if is_queued and self.owner else self.at, self.state)


@dataclass
class Model:
    """Who shares a subscription with whom, and what became of each copy of each notice."""

    people: dict[str, Person] = field(default_factory=dict)
    copies: list[Copy] = field(default_factory=list)

    def person(self, address: str) -> Person:
        return self.people.setdefault(address, Person({address}, address))

    def stop(self, address: str, topic: NoticeTopic) -> None:
        person = self.person(address)
        person.topics.discard(topic)
        for copy in self.queued():
            if copy.owner is person and copy.topic is topic:
                self.end(copy, DeliveryState.CANCELLED)

    def queued(self) -> list[Copy]:
        return [copy for copy in self.copies if copy.state is DeliveryState.QUEUED]

    def end(self, copy: Copy, state: DeliveryState) -> None:
        copy.at, copy.state = copy.fate[0], state

    def link(self, giver: str, taker: str) -> bool:
        kept, gone = self.person(giver), self.person(taker)
        if kept is gone:
            return False
        for mine in [copy for copy in self.copies if copy.owner is gone]:
            self._unite(mine, next((c for c in self.copies if c.notice == mine.notice and c.owner is kept), None), kept)
        kept.topics |= gone.topics
        kept.addresses |= gone.addresses
        kept.prefers = taker
        self.people.update(dict.fromkeys(gone.addresses, kept))
        return True

    def _unite(self, mine: Copy, theirs: Copy | None, kept: Person) -> None:
        if theirs is None:
            mine.owner = kept
            return
        ranks = {DeliveryState.SENT: 0, DeliveryState.QUEUED: 1, DeliveryState.CANCELLED: 2}
        better, lesser = (mine, theirs) if ranks[mine.state] < ranks[theirs.state] else (theirs, mine)
        if lesser.state is DeliveryState.QUEUED:
            self.end(lesser, DeliveryState.CANCELLED)
        better.owner, lesser.owner = kept, None

    def leave(self, address: str) -> bool:
        person = self.person(address)
        if len(person.addresses) == 1:
            return False
        person.addresses.remove(address)
        if person.prefers == address:
            person.prefers = min(person.addresses)
        self.people[address] = Person({address}, address)
        return True

    def prefer(self, address: str, chosen: str) -> bool:
        person = self.person(address)
        if chosen not in person.addresses:
            return False
        person.prefers = chosen
        return True

    def notice(self, number: int, topic: NoticeTopic) -> None:
        wanting = {id(person): person for person in self.people.values() if topic in person.topics}
        self.copies += [Copy(number, topic, person) for person in wanting.values()]

    def fates(self, number: int) -> Counter[DeliveryState]:
        return Counter(copy.state for copy in self.copies if copy.notice == number)


@dataclass
class Pair:
    """The model and the real thing, step by step. Addresses begin with what tells this run from others."""

    people: People
    run: int
    model: Model = field(default_factory=Model)
    notices: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.codes = (f"BCDF{number}" for number in count(2000 + self.run * 1000))
        for number in range(PEOPLE):
            self.people.conversation(self.address(number))
        for number in range(PEOPLE):
            self.want(self.address(number), TOPICS[0])

    def address(self, number: int) -> str:
        return f"{self.run}-{number}"

    def step(self, deed: str, who: int, other: int, topic: NoticeTopic) -> None:
        address, another = self.address(who), self.address(other)
        match deed:
            case "want":
                self.want(address, topic)
            case "stop":
                self.people.stop(address, topic)
                self.model.stop(address, topic)
            case "link":
                is_done = self.model.link(address, another)
                self._expect(is_done, lambda: self.people.link(address, another, next(self.codes)))
            case "prefer":
                is_done = self._preferring(address, another)
                self._expect(is_done, lambda: self.people.prefer(address, another))
            case "leave":
                self._expect(self.model.leave(address), lambda: self.people.leave(address))
            case "notice":
                self.notices.append(self.people.notice(topic))
                self.model.notice(self.notices[-1], topic)
            case _:
                self._arrive()

    def want(self, address: str, topic: NoticeTopic) -> None:
        self.people.want(address, topic)
        self.model.person(address).topics.add(topic)

    def _preferring(self, address: str, chosen: str) -> bool:
        # Who never subscribed nor linked has nothing to prefer anything for.
        return bool(self.people.known(address).mailboxes) and self.model.prefer(address, chosen)

    def _expect(self, is_done: bool, deed: Callable[[], None]) -> None:
        if is_done:
            deed()
            return
        with pytest.raises(SituationStale):
            deed()

    def _arrive(self) -> None:
        """Everything that is queued by now."""
        for copy in self.model.queued():
            self.people.settle(copy.notice, copy.fate[0], DeliveryState.SENT)
            self.model.end(copy, DeliveryState.SENT)

    def compare(self) -> None:
        for number in range(PEOPLE):
            address = self.address(number)
            person, known = self.model.person(address), self.people.known(address)
            assert set(known.topics) == person.topics
            if known.mailboxes:
                ids = {self.people.conversation(one) for one in person.addresses}
                assert {mailbox.conversation for mailbox in known.mailboxes} == ids
                assert known.mailboxes[0].conversation == self.people.conversation(person.prefers)
        for number in self.notices:
            found = [(at, state) for at, state, _ in self.people.fates(number) if at.startswith(f"{self.run}-")]
            assert Counter(state for _, state in found) == self.model.fates(number)
            waiting = {copy.fate for copy in self.model.queued() if copy.notice == number}
            assert {(at, state) for at, state in found if state is DeliveryState.QUEUED} == waiting


def test_subscriptions_are_as_in_a_simple_model(store: Store) -> None:
    people, runs = People(store), count(1)

    # Each example is looked at once: what tells more of a failure is not worth the time that it takes.
    @settings(max_examples=30, deadline=None, derandomize=True, phases=[Phase.generate], suppress_health_check=EVERY)
    @given(steps=st.lists(STEP, min_size=15, max_size=25))
    def play(steps: list[tuple[str, int, int, NoticeTopic]]) -> None:
        pair = Pair(people, next(runs))
        for step in steps:
            pair.step(*step)
        pair.compare()

    play()
