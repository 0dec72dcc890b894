"""What came of a crash test of notices: what reached the platform, held against the rows."""

from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from bot.store.models import Delivery, DeliveryState
from bot.store.notice_models import Occurrence, Subscription
from handlers.notice import OccurrenceState
from tests.fakes.arrivals import Arrival

# Who waits for an answer for so long may have given up: the desks of these tests wait for 1.2 seconds in all.
PATIENCE_SECONDS = 0.9
# In how many copies a notice may be there, by what its row says; more where nobody can know.
COPIES: Mapping[DeliveryState, frozenset[int]] = {
    DeliveryState.SENT: frozenset({1}),
    DeliveryState.UNKNOWN: frozenset({0, 1}),
    DeliveryState.FAILED: frozenset({0}),
}
NOT_REFUSED = frozenset({DeliveryState.SENT, DeliveryState.UNKNOWN})


@dataclass(frozen=True)
class Count:
    """The sum of all states, and how many of the audience have their delivery by then."""

    states: int
    audience: int


@dataclass(frozen=True)
class Fate:
    """What the rows say of one subscriber's notice."""

    subscriber: int
    state: DeliveryState
    tries: int


@dataclass(frozen=True)
class BroadcastFaults:
    """What must not be: all of it empty.

    `miscounted` are restarts after which the sum of states was not the audience, `missing` subscribers without a
    delivery, `astray` places of nobody in the audience that got a post. `untrue` are states by which a subscriber has
    not what the platform saw. `doubled` got it twice where that must not be; `unended` is a notice not through.
    """

    miscounted: tuple[Count, ...] = ()
    missing: tuple[int, ...] = ()
    astray: tuple[str, ...] = ()
    untrue: Mapping[DeliveryState, int] = field(default_factory=dict)
    doubled: tuple[int, ...] = ()
    unended: bool = False


@dataclass(frozen=True)
class BroadcastCourse:
    """One run: the places of the audience by subscriber, what reached the platform, when desks were dead (monotonic
    seconds), the counts after each and at the end, and the rows at the end.

    `may_double` says that what is unknown was sent again though the platform cannot be read back.
    """

    audience: Mapping[int, str] = field(repr=False)
    may_double: bool
    arrivals: Sequence[Arrival] = field(repr=False)
    kills: Sequence[float] = field(repr=False)
    counts: Sequence[Count] = field(repr=False)
    fates: Sequence[Fate] = field(repr=False)
    is_through: bool
    seconds: float = field(compare=False, default=0.0)

    @property
    def states(self) -> Mapping[DeliveryState, int]:
        return Counter(fate.state for fate in self.fates)

    @property
    def kills_underway(self) -> int:
        """How many desks were dead before the last post came."""
        last = max((arrival.at for arrival in self.arrivals), default=0.0)
        return sum(kill < last for kill in self.kills)

    def faults(self) -> BroadcastFaults:
        """All that went wrong, duplicates apart that may be."""
        delivered = {fate.subscriber for fate in self.fates}
        places = set(self.audience.values())
        return BroadcastFaults(
            miscounted=tuple(each for each in self.counts if each.states != each.audience),
            missing=tuple(sorted(set(self.audience) - delivered)),
            astray=tuple(sorted({arrival.place for arrival in self.arrivals} - places)),
            untrue=Counter(fate.state for fate in self.fates if not self._is_true(fate)),
            doubled=tuple(fate.subscriber for fate in self.fates if self._is_doubled(fate)),
            unended=not self.is_through,
        )

    @property
    def posts(self) -> int:
        """How many stand on the platform."""
        return sum(map(len, self._posts.values()))

    def duplicates(self) -> int:
        """Posts beside the first of each place."""
        return sum(len(copies) - 1 for copies in self._posts.values())

    def most_duplicates(self) -> int:
        """How many one kill cost: the platform had told of the copy before, and nobody lived to note it."""
        told = (copy for copies in self._posts.values() for copy in _told_in_vain(copies))
        return max(Counter(bisect(self.kills, copy.at) for copy in told).values(), default=0)

    @cached_property
    def _posts(self) -> Mapping[str, Sequence[Arrival]]:
        """What stands in each place, oldest first."""
        posts: defaultdict[str, list[Arrival]] = defaultdict(list)
        for arrival in sorted(self.arrivals, key=lambda arrival: arrival.at):
            if arrival.accepted:
                posts[arrival.place].append(arrival)
        return posts

    def _copies(self, fate: Fate) -> Sequence[Arrival]:
        return self._posts.get(self.audience.get(fate.subscriber, ""), ())

    def _is_true(self, fate: Fate) -> bool:
        count = len(self._copies(fate))
        return count in COPIES.get(fate.state, ()) or (self.may_double and count > 1 and fate.state in NOT_REFUSED)

    def _is_doubled(self, fate: Fate) -> bool:
        copies = self._copies(fate)
        if len(copies) < 2:
            return False
        survived = any(copy.at > self.kills[-1] for copy in _told_in_vain(copies)) if self.kills else False
        return survived or not self.may_double or fate.tries == 1


def _told_in_vain(copies: Sequence[Arrival]) -> Iterator[Arrival]:
    """Of posts in one place those that came again though the desk had their answer, or would have had it."""
    return (copy for copy in copies[:-1] if copy.is_told(PATIENCE_SECONDS))


def count(engine: Engine, occurrence: int) -> Count:
    """As it is now; in one statement, since the database may still be busy with what a dead desk began."""
    reached = (
        select(func.count())
        .select_from(Subscription)
        .join(Occurrence, Occurrence.topic == Subscription.topic)
        .where(Occurrence.id == occurrence, Subscription.subscriber_id <= Occurrence.frozen_to)
        .scalar_subquery()
    )
    states = select(func.count()).where(Delivery.occurrence_id == occurrence, Delivery.state.in_(list(DeliveryState)))
    with Session(engine) as session:
        return Count(*session.execute(select(states.scalar_subquery(), reached)).one())


def fates(engine: Engine, occurrence: int) -> list[Fate]:
    """What the rows say of everybody."""
    theirs = select(Delivery.subscriber_id, Delivery.state, Delivery.tries).where(Delivery.occurrence_id == occurrence)
    with Session(engine) as session:
        return [Fate(who, state, tries) for who, state, tries in session.execute(theirs) if who is not None]


def is_through(engine: Engine, occurrence: int) -> bool:
    """Whether the notice is done with."""
    with Session(engine) as session:
        return session.get_one(Occurrence, occurrence).state is OccurrenceState.DONE
