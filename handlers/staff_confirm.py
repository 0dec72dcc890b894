"""Whether a "yes" of a member still counts: it does once, soon, and not after they dropped it."""

from collections.abc import Iterable
from datetime import timedelta

from handlers.effects import Effect, Record
from handlers.history import ANSWERS, unframed
from handlers.staff_case import Case, refuse, refuse_words, tell
from handlers.staff_intent import DROP
from handlers.ticket import Action, Event

LONGEST_DOUBT = timedelta(minutes=10)


def drop(case: Case) -> list[Effect]:
    """Nothing is done, nor will be: the history keeps which question was answered so."""
    dropped = Record(case.number, Action.REFUSED, case.name, _dropped(case))
    return [*tell(case, case.book.phrase("staff_dropped")), dropped]


def refuse_spent(case: Case) -> list[Effect]:
    """Why an answer to "are you sure" comes too late; nothing where it does not, or is none."""
    if case.asked_by is None or not (case.act.confirmed or case.act.act == DROP):
        return []
    since = [one for one in _answers(case) if one.actor == case.name and _line(one) > case.asked_by]
    if any(unframed(one.text, case.book) == case.act.words for one in since):
        return refuse(case, case.book.phrase("staff_sent_already"))
    if since or _is_dropped(case) or _is_old(case):
        return refuse_words(case, case.book.phrase("staff_confirm_over"))
    return []


def _is_dropped(case: Case) -> bool:
    refusals = (event for event in case.view.events if event.action is Action.REFUSED)
    return any((event.actor, event.text) == (case.name, _dropped(case)) for event in refusals)


def _is_old(case: Case) -> bool:
    """When they were asked is not kept; it was right after the answer that stood in the way, if there was one."""
    before = (one for one in _answers(case) if _line(one) < (case.asked_by or 0))
    latest = max(before, key=_line, default=None)
    return bool(case.act.words) and latest is not None and case.now - latest.at > LONGEST_DOUBT


def _answers(case: Case) -> Iterable[Event]:
    """All that were ever given, whether they stand or not. Their deliveries are numbered in their order."""
    return (event for event in case.view.events if event.action in ANSWERS)


def _line(answer: Event) -> int:
    return answer.line or 0


def _dropped(case: Case) -> str:
    return f"{DROP}:{case.asked_by}"
