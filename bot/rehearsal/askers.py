"""Simulated participants who ask: what the phrasings of the knowledge base ask, when people would."""

import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from bot.rehearsal.deeds import Deed, Mailbox, Picks, Span, moment_of
from handlers.message import Text
from knowledge.book import Book
from knowledge.schema import Entry, Kind, Programme, Subject

# On the whole season about 500 questions.
QUESTIONS_A_DAY = 2.0
PEOPLE = 45
WEEKEND = 0.25
# So many days before a session, and on its day, people ask more, and more often about it.
BEFORE_SESSION = {0: 3.0, 1: 3.0, 2: 2.0, 3: 1.5}
ABOUT_SEMINARS = frozenset({Subject.SEMINAR, Subject.SESSION})
SHARE_ABOUT_SEMINARS = 0.6

KINDS = {Kind.ANSWER: 0.8, Kind.GAP: 0.12, Kind.SMALLTALK: 0.05, Kind.HUMAN: 0.03}
# Some things are asked far more often than others, and some people write no more than a word.
SKEW = 2.5
IN_A_WORD, LETTERS = 0.15, 5
EARLIEST, LATEST, BUSIEST = 7.5, 22.5, 13.0
PICKING = 0.3
PICKS_AFTER = (40, 200)


def asking(book: Book, span: Span, chance: random.Random) -> list[Deed]:
    """All that is asked and tapped within a span."""
    people = [_person(number) for number in range(PEOPLE)]
    topics = _Topics(book, chance)
    return [deed for day in span.days for deed in _on(day, people, topics, book.programme, chance)]


def _person(number: int) -> Mailbox:
    """One of three channels each; addresses look like those of the platforms."""
    match number % 3:
        case 0:
            return Mailbox("web", f"asker-{number:03d}", f"asker-{number:03d}")
        case 1:
            return Mailbox("telegram", str(700_000 + number), str(700_000 + number))
        case _:
            return Mailbox("slack", f"D7{number:04d}", f"U7{number:04d}")


def _on(
    day: date, people: Sequence[Mailbox], topics: "_Topics", programme: Programme, chance: random.Random
) -> Iterator[Deed]:
    ahead = _days_ahead(day, programme)
    usual = QUESTIONS_A_DAY * (WEEKEND if day.weekday() >= 5 else 1.0)
    expected = usual * BEFORE_SESSION.get(ahead, 1.0)
    for _ in range(int(expected * chance.uniform(0.4, 1.6) + chance.random())):
        who = chance.choice(people)
        at = _moment(day, chance)
        yield Deed(at, who, Text(topics.question(ahead in BEFORE_SESSION, chance)))
        if chance.random() < PICKING:
            yield Deed(at + timedelta(seconds=chance.randint(*PICKS_AFTER)), who, Picks(chance.random()))


def _days_ahead(day: date, programme: Programme) -> int:
    """How many days it is to the next session (a large number where there is none)."""
    return min(((s.date - day).days for s in programme.seminars.sessions if s.date >= day), default=999)


def _moment(day: date, chance: random.Random) -> datetime:
    """Never at a full minute, which belongs to the desk's own notices."""
    hour = chance.triangular(EARLIEST, LATEST, BUSIEST)
    return moment_of(day, time(int(hour), int(hour % 1 * 60), chance.randint(1, 59)))


class _Topics:
    """The entries by kind, in an order of popularity."""

    def __init__(self, book: Book, chance: random.Random) -> None:
        entries = book.content.entries
        self._by_kind = {kind: _shuffled([e for e in entries if e.kind is kind], chance) for kind in KINDS}
        answers = self._by_kind[Kind.ANSWER]
        self._about_seminars = [entry for entry in answers if ABOUT_SEMINARS & set(entry.about)]

    def question(self, is_near: bool, chance: random.Random) -> str:
        """What somebody asks; where a session is near, often about seminars."""
        [kind] = chance.choices(list(KINDS), list(KINDS.values()))
        about_seminars = is_near and kind is Kind.ANSWER and chance.random() < SHARE_ABOUT_SEMINARS
        entries = self._about_seminars if about_seminars else self._by_kind[kind]
        entry = entries[int(len(entries) * chance.random() ** SKEW)]
        said = chance.choice(entry.phrasings)
        middle = len(said) // 3
        return said[middle : middle + LETTERS] if chance.random() < IN_A_WORD else said


def _shuffled(entries: list[Entry], chance: random.Random) -> list[Entry]:
    return chance.sample(entries, len(entries))
