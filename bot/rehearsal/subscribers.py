"""Simulated subscribers: who comes, for which topics, who leaves, links two channels, or blocks the desk."""

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta

from bot.rehearsal.deeds import Blocks, Deed, Doing, Mailbox, Redeems, Span, moment_of
from bot.rehearsal.script import Script
from handlers.message import Command, Text
from knowledge.announcement import NoticeTopic
from knowledge.book import Book

# The share of those who come before the first notice, and of those who leave again.
EARLY, LEAVING = 0.6, 0.25
# By their numbers: one links a second channel, one blocks the desk and comes back, one is a Slack channel.
LINKING, BLOCKING, GROUP = 0, 1, 2
SECOND = Mailbox("telegram", "899999", "899999")
# Where on the span they do it (0: its first day, 1: its last).
LINKS_AT, BLOCKS_AT, RETURNS_AT, LATEST_COMING, EARLIEST_LEAVING, LATEST_LEAVING = 0.1, 0.3, 0.6, 0.65, 0.2, 0.9
# Hours of the day; the first day begins before the first notice.
FIRST_DAY, OTHER_DAYS = (8, 9), (9, 19)


def subscribing(count: int, span: Span, book: Book, script: Script, chance: random.Random) -> list[Deed]:
    """All that `count` subscribers do about their subscriptions."""
    return [Deed(at, who, doing) for n in range(count) for at, who, doing in _life(n, span, book, script, chance)]


def mailbox(number: int) -> Mailbox:
    """Where a subscriber writes from; addresses look like those of the platforms."""
    if number == GROUP:
        return Mailbox("slack", "C80002", "U80002")
    match number % 3:
        case 0:
            return Mailbox("web", f"reader-{number:03d}", f"reader-{number:03d}")
        case 1:
            return Mailbox("telegram", str(800_000 + number), str(800_000 + number))
        case _:
            return Mailbox("slack", f"D8{number:04d}", f"U8{number:04d}")


Event = tuple[datetime, Mailbox, Doing]


def _life(number: int, span: Span, book: Book, script: Script, chance: random.Random) -> Iterator[Event]:
    who = mailbox(number)
    is_early = number in (LINKING, BLOCKING, GROUP) or chance.random() < EARLY
    came = 0.0 if is_early else chance.uniform(0, LATEST_COMING)
    topics = chance.sample(list(NoticeTopic), chance.randint(1, len(NoticeTopic)))
    yield _at(came, span, chance), who, _changing("subscribe", topics, book)
    if number == LINKING:
        yield from _linking(who, span, chance)
    elif number == BLOCKING:
        yield _at(BLOCKS_AT, span, chance), who, Blocks()
        yield _at(RETURNS_AT, span, chance), who, _changing("subscribe", topics, book)
    elif chance.random() < LEAVING:
        left = chance.uniform(max(came, EARLIEST_LEAVING), LATEST_LEAVING)
        yield _at(left, span, chance), who, _leaving(topics, book, script, chance)


def _linking(who: Mailbox, span: Span, chance: random.Random) -> Iterator[Event]:
    """They ask for a code in one place and write it in another."""
    at = _at(LINKS_AT, span, chance)
    yield at, who, Command("link")
    yield at + timedelta(seconds=61), SECOND, Redeems(who.channel, who.address)


def _leaving(topics: Sequence[NoticeTopic], book: Book, script: Script, chance: random.Random) -> Doing:
    is_all = chance.random() < 0.5
    return Text(chance.choice(script.leaving)) if is_all else _changing("unsubscribe", topics[:1], book)


def _changing(command: str, topics: Sequence[NoticeTopic], book: Book) -> Command:
    return Command(command, " ".join(book.phrase(f"topic_{topic}") for topic in topics))


def _at(share: float, span: Span, chance: random.Random) -> datetime:
    """A moment of the day that lies so far within the span; never a full minute."""
    day = min(int(share * len(span.days)), len(span.days) - 1)
    hours = OTHER_DAYS if day else FIRST_DAY
    return moment_of(span.days[day], time(chance.randint(*hours), chance.randint(0, 49), chance.randint(1, 59)))
