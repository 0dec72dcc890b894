"""Simulated staff: what they answer to open questions, and when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from bot.config import Config
from bot.config_staff import MemberSettings
from bot.rehearsal.script import Script
from handlers.message import Act
from handlers.rules import Role, Rules
from handlers.ticket import Ticket, TicketState
from knowledge.hours import BusinessHours

CHANNEL, ROOM = "slack", "C90000"
MEMBERS = (
    MemberSettings(name="担当1", roles=(Role.STAFF, Role.CURATOR, Role.LEAD), slack="U90001", login="rehearsal-1"),
    MemberSettings(name="担当2", roles=(Role.STAFF, Role.CURATOR, Role.LEAD), slack="U90002", login="rehearsal-2"),
)
PERSONS = ("U90001", "U90002")
# Minutes of business time until a question is answered, at least and at most.
QUICKEST, SLOWEST = 5, 150
# One question in so many is asked back, and nobody answers that.
ASKED_BACK = 12


@dataclass(frozen=True)
class Move:
    """What a member does to a ticket, and when."""

    at: datetime
    person: str
    ticket: Ticket
    act: Act


def with_staff(config: Config) -> Config:
    """The settings with the simulated staff and their room in place of those that there are."""
    staff = {"slack_channel": ROOM, "telegram_group": None, "members": MEMBERS}
    return config.model_copy(update={"staff": config.staff.model_copy(update=staff)})


def next_move(tickets: Iterable[Ticket], rules: Rules, script: Script, now: datetime) -> Move | None:
    """What staff do first, as things stand at `now`."""
    moves = [move for ticket in tickets if (move := _move(ticket, rules, script, now)) is not None]
    return min(moves, key=lambda move: (move.at, move.ticket.number), default=None)


def _move(ticket: Ticket, rules: Rules, script: Script, now: datetime) -> Move | None:
    """Drawn from the question itself, so that it does not depend on what else happens."""
    lot = int.from_bytes(sha256(ticket.question.encode()).digest()[:4])
    person = PERSONS[lot % len(PERSONS)]
    if ticket.asked_at is None:
        is_answered = ticket.state is TicketState.CLAIMED
        return Move(now, person, ticket, Act("close", ticket.number)) if is_answered else None
    minutes = QUICKEST + lot % (SLOWEST - QUICKEST)
    at = business_time_after(rules.hours, ticket.asked_at, timedelta(minutes=minutes))
    is_asked_back = lot % ASKED_BACK == 0
    sentences = script.asking_back if is_asked_back else script.answers
    act = Act("ask" if is_asked_back else "reply", ticket.number, sentences[lot % len(sentences)])
    return Move(max(at, now), person, ticket, act)


def next_tending(tickets: Iterable[Ticket], rules: Rules, now: datetime) -> datetime | None:
    """When something may next be due on a ticket by the passing of time alone."""
    return min((at for ticket in tickets for at in _moments(ticket, rules) if at > now), default=None)


def _moments(ticket: Ticket, rules: Rules) -> Sequence[datetime]:
    waits = [timedelta(minutes=minutes) for minutes in (*rules.reminders, rules.sorry_minutes)]
    since, asked_at = ticket.waiting_since, ticket.asked_at
    moments = [] if since is None else [since + timedelta(days=rules.expire_days)]
    if asked_at is not None:
        moments += [business_time_after(rules.hours, asked_at, wait) for wait in waits]
        moments += [asked_at + wait for wait in waits] if ticket.urgent else []
    return moments


def business_time_after(hours: BusinessHours, since: datetime, wait: timedelta) -> datetime:
    """The moment at which so much business time has passed, with somebody there."""
    at = hours.next_open(since)
    while (left := datetime.combine(at.date(), hours.closes, at.tzinfo) - at) <= wait:
        wait -= left
        at = hours.next_open(at + left)
    return at + wait
