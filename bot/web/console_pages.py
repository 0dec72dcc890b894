"""What the pages of the console show, as values for their templates: pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.store.console import Deed, Dossier
from bot.store.models import InboundState
from bot.store.queries import Spoken
from bot.written import written
from handlers.effects import Reply
from handlers.message import Act, Media, Tap
from handlers.rules import Rules
from handlers.ticket import Ticket
from handlers.waiting import waited


class Show(StrEnum):
    """Which tickets the queue shows."""

    OPEN = "open"
    MINE = "mine"
    WAITING = "waiting"
    CLOSED = "closed"


@dataclass(frozen=True)
class Row:
    """A ticket in the queue; `waited` are the hours and minutes for which the participant waits (None: they do not)."""

    ticket: Ticket
    waited: tuple[int, int] | None


@dataclass(frozen=True)
class Past:
    """Something said before the ticket: by the participant, or by the desk itself."""

    by_desk: bool
    at: datetime
    text: str = field(repr=False)


@dataclass(frozen=True)
class Told:
    """What the desk says to what a member did: its replies, that it `waits` to be done, or that it is `broken`.

    `words` and `act` are those of a form that did nothing, so that nobody has to write them again.
    """

    replies: tuple[tuple[int, Reply], ...] = field(repr=False)
    waits: bool
    broken: bool
    act: str = ""
    words: str = field(default="", repr=False)


def rows_of(tickets: Iterable[Ticket], now: datetime, rules: Rules) -> tuple[Row, ...]:
    """Tickets as the queue shows them."""
    return tuple(row_of(ticket, now, rules) for ticket in tickets)


def row_of(ticket: Ticket, now: datetime, rules: Rules) -> Row:
    """A ticket with how long the participant waits."""
    time = waited(ticket, now, rules) if ticket.is_open else None
    return Row(ticket, None if time is None else divmod(int(time.total_seconds()) // 60, 60))


def past_of(lines: Iterable[Spoken], kinds: Mapping[str, str]) -> tuple[Past, ...]:
    """What was said before a ticket; `kinds` are words for what is not text."""
    said = (_past(line, kinds) for line in lines)
    return tuple(one for one in said if one is not None and one.text)


def _past(line: Spoken, kinds: Mapping[str, str]) -> Past | None:
    if line.delivery is not None:
        return Past(True, line.delivery.created_at, line.delivery.payload.text)
    if line.inbound is None:
        return None
    content = line.inbound.content
    if isinstance(content, Tap):
        return Past(False, line.inbound.at, line.label or "")
    kind = kinds.get(content.kind, kinds[""]) if isinstance(content, Media) else ""
    return Past(False, line.inbound.at, " ".join(filter(None, (kind, written(content)))))


def told_of(deed: Deed | None) -> Told | None:
    """What a member is told of what they did, or None where they did nothing."""
    if deed is None:
        return None
    state, content = deed.state, deed.content
    told = Told(deed.replies, waits=state is InboundState.NEW, broken=state is InboundState.SET_ASIDE)
    if deed.happened or not isinstance(content, Act):
        return told
    return Told(told.replies, told.waits, told.broken, content.act, content.words)


def stamp_of(dossier: Dossier) -> str:
    """Differs where the page of a ticket would show something new."""
    fates = "".join(f"{answer}{fate.state}" for answer, fates in dossier.fates.items() for fate in fates)
    return f"{dossier.ticket.version}.{len(dossier.events)}.{fates}.{dossier.twins}"
