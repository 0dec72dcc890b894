"""All that members do to a ticket beside answering it."""

from dataclasses import replace

from handlers.closing import closing_note
from handlers.effects import Answer, Choice, DraftEntry, Effect, Record, Reply, SaveTicket
from handlers.history import is_hold, standing_answers, unframed
from handlers.media import KINDS, OTHER_KIND
from handlers.presence import claimed_note
from handlers.staff_case import Case, ask_to_confirm, refuse, tell, wrote_more
from handlers.staff_intent import EDITED, is_like_a_prefix
from handlers.ticket import CHECKLIST, Action, Event, Resolution, TicketKind, TicketState
from handlers.ticket import claim as claimed
from handlers.ticket import close as closed
from handlers.ticket import release as released
from handlers.ticket import reopen as reopened
from handlers.ticket import wait as waiting


def claim(case: Case) -> list[Effect]:
    """Takes it in hand, where nobody else has it."""
    owner = case.ticket.owner
    if owner == case.name:
        return refuse(case, case.book.phrase("staff_yours_already"))
    if owner is not None:
        take = Choice(case.book.phrase("staff_button_take"), f"staff:hand:{case.number}:{case.name}")
        return refuse(case, case.book.phrase("staff_claimed_already", name=owner), take)
    return [*_taken_over(case, case.name), Record(case.number, Action.CLAIMED, case.name)]


def release(case: Case) -> list[Effect]:
    """Gives it back, so that the next one may claim it."""
    if case.ticket.owner is None:
        return refuse(case, case.book.phrase("staff_nobodys"))
    return [SaveTicket(released(case.ticket)), Record(case.number, Action.RELEASED, case.name)]


def hand(case: Case) -> list[Effect]:
    """Puts it in another member's hand; without one says who there is."""
    if not case.act.target:
        return tell(case, case.book.phrase("staff_hand_to", number=case.number), *_colleagues(case))
    if case.act.target not in {member.name for member in case.rules.team}:
        return refuse(case, case.book.phrase("staff_no_such_member"))
    if case.act.target == case.ticket.owner:
        return refuse(case, case.book.phrase("staff_claimed_already", name=case.act.target))
    return [
        *_taken_over(case, case.act.target),
        Record(case.number, Action.HANDED, case.name, case.act.target),
    ]


def _colleagues(case: Case) -> list[Choice]:
    names = (member.name for member in case.rules.team if member.name != case.ticket.owner)
    return [Choice(name, f"staff:hand:{case.number}:{name}") for name in names]


def _taken_over(case: Case, owner: str) -> list[Effect]:
    """Somebody has it in hand; the participant is told once that a person talks to them from now on."""
    changed = claimed(case.ticket, owner)
    told = [] if case.ticket.taken_over else [Answer(case.number, claimed_note(changed, case.book))]
    return [*told, SaveTicket(changed)]


def wait(case: Case) -> list[Effect]:
    """Leaves it to the participant to write next."""
    if case.ticket.state is TicketState.WAITING:
        return refuse(case, case.book.phrase("staff_waiting_already"))
    return [SaveTicket(waiting(case.ticket, case.now)), Record(case.number, Action.WAITING, case.name)]


def close(case: Case) -> list[Effect]:
    """Ends it; what was answered becomes a draft. Where nothing was, or the participant waits, asks first."""
    doubt = "" if case.act.confirmed else _doubt(case)
    if doubt:
        yes = case.book.phrase("staff_button_close_anyway")
        return ask_to_confirm(case, case.book.phrase(doubt, number=case.number), yes)
    return [*_closed(case, Resolution.ANSWERED), *_draft_once(case)]


def _doubt(case: Case) -> str:
    """Why it may be too early to end it, as a key of phrases.yaml; "" where nothing speaks against it.

    A step of the checklist answers an application, though not what the applicant wrote later.
    """
    ticket = case.ticket
    if not (_replies(case) or ticket.done):
        return "staff_close_unanswered"
    is_waiting = ticket.asked_at is not None and (wrote_more(ticket) or not ticket.done)
    return "staff_close_waiting" if is_waiting else ""


def not_ours(case: Case) -> list[Effect]:
    """Ends it, saying that the desk cannot help with this."""
    return _closed(case, Resolution.NOT_OURS)


def _closed(case: Case, resolution: Resolution) -> list[Effect]:
    changed = closed(case.ticket, resolution, case.now)
    return [
        Answer(case.number, closing_note(changed, case.book, case.rules)),
        SaveTicket(changed),
        Record(case.number, Action.CLOSED, case.name, case.book.phrase(f"staff_resolution_{resolution}")),
    ]


def faq(case: Case) -> list[Effect]:
    """Makes a draft of an entry from the question and what was answered."""
    if case.ticket.kind is not TicketKind.QUESTION or not _replies(case):
        return refuse(case, case.book.phrase("staff_nothing_to_draft"))
    return _draft_once(case) or refuse(case, case.book.phrase("staff_drafted_already"))


def _draft_once(case: Case) -> list[Effect]:
    """A draft, unless there is one already that has every answer."""
    replies = _replies(case)
    drafted = max((event.id for event in case.view.events if event.action is Action.DRAFTED), default=0)
    if case.ticket.kind is not TicketKind.QUESTION or not replies or drafted > _last_change(case):
        return []
    answer = "\n\n".join(unframed(one.text, case.book) for one in replies)
    return [
        DraftEntry(case.number, case.ticket.question, answer, case.name),
        Record(case.number, Action.DRAFTED, case.name),
    ]


def _replies(case: Case) -> list[Event]:
    """Answers that stand; what staff asked is none, nor what only asks for patience."""
    standing = standing_answers(case.view.events)
    return [one for one in standing if one.action is Action.REPLIED and not is_hold(one, case.book)]


def _last_change(case: Case) -> int:
    answering = {Action.REPLIED, Action.REVISED, Action.WITHDRAWN}
    return max((event.id for event in case.view.events if event.action in answering), default=0)


def note(case: Case) -> list[Effect]:
    """Keeps a word among colleagues; where its author may take it for sent, says that it was not."""
    text = _note_text(case)
    if not text:
        return []
    noted: list[Effect] = [Record(case.number, Action.NOTED, case.name, text)]
    is_surely_a_note = case.act.confirmed or not (
        case.answers or case.view.invites or case.view.noted is not None or is_like_a_prefix(case.act.words)
    )
    return noted if is_surely_a_note else [*noted, *tell(case, case.book.phrase("staff_only_noted"))]


def _note_text(case: Case) -> str:
    words, what = case.act.words, case.act.target
    if what == EDITED:
        return case.book.phrase("staff_note_edited", words=words)
    if what:
        kind = case.book.phrase(KINDS.get(what, OTHER_KIND))
        return case.book.phrase("staff_note_media", kind=kind, words=words).strip()
    return words


def step(case: Case) -> list[Effect]:
    """Ticks a step of the checklist, or takes the tick back; the applicant is told."""
    name, done = case.act.target, case.ticket.done
    if case.ticket.kind is not TicketKind.EMPLOYER or name not in CHECKLIST:
        return refuse(case, case.book.phrase("expired_choice"))
    how = "undone" if name in done else "done"
    label = case.book.phrase(f"status_step_{name}")
    told = case.book.phrase(f"staff_step_{how}_told", number=case.number, step=label)
    text = case.book.phrase(f"staff_step_{how}", step=label)
    changed = set(done) ^ {name}
    return [
        Answer(case.number, Reply(told, ticket=case.number)),
        SaveTicket(replace(case.ticket, done=tuple(one for one in CHECKLIST if one in changed))),
        Record(case.number, Action.STEP_DONE, case.name, text),
    ]


def reopen(case: Case) -> list[Effect]:
    """Opens a closed ticket again, in the hand of whoever does; the participant is told that a person is there."""
    if case.ticket.is_open:
        return refuse(case, case.book.phrase("staff_open_already"))
    changed = claimed(replace(reopened(case.ticket, case.now), last_at=case.ticket.last_at), case.name)
    return [
        Answer(case.number, claimed_note(changed, case.book)),
        SaveTicket(changed),
        Record(case.number, Action.REOPENED, case.name),
    ]
