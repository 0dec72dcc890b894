"""How long a participant has waited for staff, and how that is said."""

from datetime import datetime, timedelta

from handlers.rules import Rules
from handlers.ticket import Ticket
from knowledge.book import Book


def waited(ticket: Ticket, now: datetime, rules: Rules) -> timedelta | None:
    """In business time, and in any time where it is urgent; None where nobody waits."""
    if ticket.asked_at is None:
        return None
    return now - ticket.asked_at if ticket.urgent else rules.hours.elapsed(ticket.asked_at, now)


def duration_text(duration: timedelta, book: Book) -> str:
    """「5分」, 「2時間5分」: whole minutes."""
    hours, minutes = divmod(int(duration.total_seconds()) // 60, 60)
    if hours:
        return book.phrase("staff_hours", hours=hours, minutes=minutes)
    return book.phrase("staff_minutes", minutes=minutes)
