"""What the desk does about a ticket as time goes by: reminders, an apology for the wait, and the end by itself."""

from dataclasses import replace
from datetime import datetime, timedelta

from handlers.closing import closing_note
from handlers.effects import Answer, Effect, Record, SaveTicket
from handlers.presence import is_staffed, sorry_note
from handlers.rules import Rules
from handlers.ticket import Action, Resolution, Ticket, TicketState, close
from handlers.waiting import duration_text, waited
from knowledge.book import Book


def due_effects(ticket: Ticket, now: datetime, rules: Rules, book: Book) -> list[Effect]:
    """What is due for one ticket at `now`; empty where nothing is.

    After a pause of the desk itself one reminder stands for all that were missed. Outside of business hours, and
    before and after the desk's period, nothing rings but reminders of urgent tickets; an apology for one of those
    waits for the period only.
    """
    if _is_expired(ticket, now, rules):
        return _expire(ticket, now, rules, book)
    is_at_work = rules.hours.is_open(now) and is_staffed(now, book)
    if not ticket.is_open or not (ticket.urgent or is_at_work):
        return []
    time = waited(ticket, now, rules)
    return [] if time is None else _of_waiting(ticket, time, now, rules, book)


def _is_expired(ticket: Ticket, now: datetime, rules: Rules) -> bool:
    since = ticket.waiting_since
    return (
        ticket.state is TicketState.WAITING and since is not None and now - since >= timedelta(days=rules.expire_days)
    )


def _expire(ticket: Ticket, now: datetime, rules: Rules, book: Book) -> list[Effect]:
    closed = close(ticket, Resolution.EXPIRED, now)
    return [
        Answer(ticket.number, closing_note(closed, book, rules)),
        SaveTicket(closed),
        Record(ticket.number, Action.EXPIRED),
    ]


def _of_waiting(ticket: Ticket, time: timedelta, now: datetime, rules: Rules, book: Book) -> list[Effect]:
    due = sum(time >= timedelta(minutes=minutes) for minutes in rules.reminders)
    is_sorry = not ticket.apologised and time >= timedelta(minutes=rules.sorry_minutes) and is_staffed(now, book)
    changed = replace(ticket, reminders=max(due, ticket.reminders), apologised=ticket.apologised or is_sorry)
    if changed == ticket:
        return []
    reminders = _reminders(ticket, due, time, rules, book)
    sorry = _apology(ticket, now, rules, book) if is_sorry else []
    return [*sorry, SaveTicket(changed), *reminders]


def _reminders(ticket: Ticket, due: int, time: timedelta, rules: Rules, book: Book) -> list[Effect]:
    """One reminder, and a call for the leads where it is the last one."""
    if due <= ticket.reminders:
        return []
    reminder = Record(ticket.number, Action.REMINDED, text=duration_text(time, book))
    return [reminder, Record(ticket.number, Action.ESCALATED)] if due == len(rules.reminders) else [reminder]


def _apology(ticket: Ticket, now: datetime, rules: Rules, book: Book) -> list[Effect]:
    note = Answer(ticket.number, sorry_note(ticket, book, rules, now))
    return [note, Record(ticket.number, Action.APOLOGISED)]
