"""What came of a crash test: every message and every post held against the database."""

from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from bot.store.models import Delivery, DeliveryState, Inbound, InboundState
from bot.store.stuck import count_by_state
from bot.written import written
from handlers.message import Tap
from tests.bot.platforms import Posted


@dataclass(frozen=True)
class Books:
    """What the database says: messages not yet decided, deliveries by state and all of them, and tries by question."""

    undecided: int
    states: Mapping[DeliveryState, int]
    deliveries: int
    tries: Mapping[str, Sequence[int]]

    @property
    def is_closed(self) -> bool:
        """Whether nothing is left to be done."""
        return self.undecided == 0 and self.states[DeliveryState.SENT] == self.deliveries


@dataclass(frozen=True)
class Duplicate:
    """A question whose answer was posted once more, and after how many kills the copy before was posted."""

    question: str
    kill: int


@dataclass(frozen=True)
class Faults:
    """What must not be: all of it empty, and each count 0.

    `unordered` are people whose first answers came in another order than their questions; `unexplained` were
    answered twice though sent once; `redecided` were decided more than once.
    """

    unanswered: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()
    unordered: tuple[str, ...] = ()
    unexplained: tuple[str, ...] = ()
    redecided: tuple[str, ...] = ()
    undecided: int = 0
    unsent: int = 0
    uncounted: int = 0


@dataclass(frozen=True)
class Course:
    """One run: what each person asked, what was posted, when a desk was killed, and the books at the end."""

    asked: Mapping[str, Sequence[str]]
    posted: Sequence[Posted]
    kills: Sequence[float]
    books: Books
    seconds: float = field(compare=False, default=0.0)

    @property
    def questions(self) -> set[str]:
        return {question for asked in self.asked.values() for question in asked}

    @property
    def answered(self) -> set[str]:
        return {post.answers for post in self.posted}

    def faults(self) -> Faults:
        """All that went wrong, duplicates apart that may be."""
        tries = self.books.tries
        again = {duplicate.question for duplicate in self.duplicates()}
        return Faults(
            unanswered=tuple(sorted(self.questions - self.answered)),
            unasked=tuple(sorted(self.answered - self.questions)),
            unordered=tuple(
                sorted(person for person, asked in self.asked.items() if self._first(person) != list(asked))
            ),
            unexplained=tuple(sorted(question for question in again if max(tries[question]) == 1)),
            redecided=tuple(sorted(question for question, each in tries.items() if len(each) > 1)),
            undecided=self.books.undecided,
            unsent=self.books.deliveries - self.books.states[DeliveryState.SENT],
            uncounted=self.books.deliveries - sum(self.books.states.values()),
        )

    def _first(self, person: str) -> list[str]:
        """The questions of a person in the order of their first answers."""
        return list(dict.fromkeys(post.answers for post in self.posted if post.person == person))

    def duplicates(self) -> list[Duplicate]:
        """Every post beside the first of its kind."""
        copies: dict[str, list[float]] = defaultdict(list)
        for post in self.posted:
            copies[post.answers].append(post.at)
        return [
            Duplicate(question, bisect(self.kills, earlier))
            for question, moments in copies.items()
            for earlier in sorted(moments)[:-1]
        ]

    def most_duplicates(self) -> int:
        """How many one kill cost: a post comes again when its desk was killed before it noted the outcome."""
        return max(Counter(duplicate.kill for duplicate in self.duplicates()).values(), default=0)


def books(engine: Engine) -> Books:
    """The books as they are now."""
    new = select(func.count()).select_from(Inbound).where(Inbound.state == InboundState.NEW)
    with Session(engine) as session:
        return Books(
            undecided=session.scalar(new) or 0,
            states=count_by_state(session),
            deliveries=session.scalar(select(func.count()).select_from(Delivery)) or 0,
            tries=_tries(session),
        )


def _tries(session: Session) -> Mapping[str, Sequence[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    contents = select(Inbound.content, Delivery.tries).join(Delivery, Delivery.inbound_id == Inbound.id)
    for content, tries in session.execute(contents):
        if not isinstance(content, Tap):
            found[written(content)].append(tries)
    return found
