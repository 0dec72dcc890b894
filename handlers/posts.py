"""What happened to a ticket, as posts in the thread of its card."""

from handlers.effects import Choice, Reply, StaffMarks
from handlers.history import unframed
from handlers.ticket import Action, Event, Ticket
from knowledge.book import Book

# A card is one post on every platform, so it cuts a longer question; the thread has all of it.
LONGEST_QUESTION = 1000

# One line for each, as a key of phrases.yaml. The card itself shows what is not here.
LINES = {
    Action.NOTED: "staff_post_noted",
    Action.RELEASED: "staff_post_released",
    Action.HANDED: "staff_post_handed",
    Action.CLOSED: "staff_post_closed",
    Action.CANCELLED: "staff_post_cancelled",
    Action.BOT_WANTED: "staff_post_bot_wanted",
    Action.RATED: "staff_post_rated",
    Action.COMMENTED: "staff_post_commented",
    Action.REMINDED: "staff_post_reminded",
    Action.ESCALATED: "staff_post_escalated",
    Action.APOLOGISED: "staff_post_apologised",
    Action.EXPIRED: "staff_post_expired",
    Action.DRAFTED: "staff_post_drafted",
    Action.PUBLISHED: "staff_post_published",
    Action.DRAFT_DROPPED: "staff_post_draft_dropped",
    Action.STEP_DONE: "staff_post_step",
}
_RINGING = frozenset({Action.SAID, Action.EDITED, Action.REMINDED, Action.ESCALATED, Action.REOPENED})

# What an answer, its revision and its withdrawal are called, and how the phrases on their delivery begin.
HEADS = {
    Action.REPLIED: ("staff_post_replied", "staff_outcome"),
    Action.ASKED_BACK: ("staff_post_asked_back", "staff_outcome"),
    Action.REVISED: ("staff_post_revised", "staff_revision"),
    Action.WITHDRAWN: ("staff_post_withdrawn", "staff_withdrawal"),
}
STATES = ("sending", "sent", "failed", "cancelled", "unknown")
# Why something did not arrive, where it is known: the name that a channel gives it, and ours.
REASONS = {
    "blocked": "staff_why_blocked",
    "cannot_dm_bot": "staff_why_blocked",
    "messages_tab_disabled": "staff_why_blocked",
    "chat not found": "staff_why_gone",
    "user not found": "staff_why_gone",
    "user_disabled": "staff_why_gone",
    "user_not_found": "staff_why_gone",
    "users_not_found": "staff_why_gone",
    "channel_not_found": "staff_why_gone",
    "is_archived": "staff_why_gone",
    "unreachable": "staff_why_unreachable",
    "never_sent": "staff_why_unsent",
    "not known": "staff_why_unsent",
    "not found": "staff_why_lost",
    "not editable": "staff_why_fixed",
    "not deletable": "staff_why_old",
}


def post_of(event: Event, ticket: Ticket, book: Book) -> Reply | None:
    """The post in the thread; None for what the card shows, and for answers, which have posts of their own."""
    marks = StaffMarks(loud=ticket.urgent and event.action in _RINGING)
    match event.action:
        case Action.OPENED if len(ticket.question) > LONGEST_QUESTION:
            return _of_participant("staff_post_said", event, ticket, book)
        case Action.SAID:
            return _of_participant("staff_post_said", event, ticket, book)
        case Action.EDITED:
            return _of_participant("staff_post_edited", event, ticket, book)
        case Action.REOPENED:
            key = "staff_post_reopened_by" if event.actor else "staff_post_reopened"
            return Reply(book.phrase(key, name=event.actor), ticket=ticket.number, marks=marks)
        case action if action in LINES:
            text = book.phrase(LINES[action], name=event.actor, text=event.text)
            return Reply(text, ticket=ticket.number, marks=marks)
        case _:
            return None


def answer_post(event: Event, state: str, error: str | None, book: Book) -> Reply:
    """An answer as staff see it, with what became of it.

    `event` is that of the answer, of its revision or of its withdrawal; `state` and `error` are those of the delivery
    that carries it.
    """
    head, beginning = HEADS[event.action]
    outcome = book.phrase(f"{beginning}_{'sending' if state == 'queued' else state}", why=_why(error, book))
    text = book.phrase(head, name=event.actor, text=unframed(event.text, book), outcome=outcome)
    is_there = state not in ("failed", "cancelled") and event.action is not Action.WITHDRAWN
    return Reply(text, choices=_changes(event, book) if is_there else (), ticket=event.ticket, marks=StaffMarks())


def _of_participant(key: str, event: Event, ticket: Ticket, book: Book) -> Reply:
    """Their words, which can be answered right there."""
    return Reply(
        book.phrase(key, text=event.text),
        choices=(Choice(book.phrase("staff_button_reply"), f"staff:reply:{ticket.number}"),),
        ticket=ticket.number,
        marks=StaffMarks(invites=f"reply:{ticket.number}", loud=ticket.urgent and event.action in _RINGING),
    )


def _why(error: str | None, book: Book) -> str:
    key = REASONS.get(error or "")
    return book.phrase(key) if key else (error or book.phrase("staff_why_unknown"))


def _changes(event: Event, book: Book) -> tuple[Choice, ...]:
    return (
        Choice(book.phrase("staff_button_edit"), f"staff:edit:{event.ticket}:{event.line}"),
        Choice(book.phrase("staff_button_withdraw"), f"staff:withdraw:{event.ticket}:{event.line}"),
    )
