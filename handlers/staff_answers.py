"""All that brings a member's words to a participant, or changes what they were sent. Nothing else does."""

from collections.abc import Iterable
from dataclasses import replace

from handlers.effects import Answer, Effect, Reply, Revise, SaveTicket
from handlers.history import answer_of_delivery, answers_since_said, framed, unframed
from handlers.staff_case import Case, ask_to_confirm, refuse
from handlers.staff_prompts import canned_to_choose
from handlers.ticket import Action, Event, Ticket, TicketKind, add, ask_back
from handlers.ticket import reply as replied


def reply(case: Case) -> list[Effect]:
    """Answers the participant."""
    return _unless_doubled(case, _answer_of(case, case.ticket, case.act.words))


def ask(case: Case) -> list[Effect]:
    """Asks the participant something: it is their turn then."""
    changed = ask_back(case.ticket, case.name, case.now)
    asked = _answer(case, case.ticket, case.act.words, Action.ASKED_BACK)
    return _unless_doubled(case, [asked, SaveTicket(changed)])


def reply_all(case: Case) -> list[Effect]:
    """One answer to all open tickets that ask the same."""
    alike = twins(case.ticket, case.view.queue)
    answers = [effect for one in (case.ticket, *alike) for effect in _answer_of(case, one, case.act.words)]
    return _unless_doubled(case, answers)


def canned(case: Case) -> list[Effect]:
    """Answers with words that were written beforehand; without a target says which there are."""
    if not case.act.target:
        return canned_to_choose(case)
    found = next((one for one in case.book.content.canned if one.id == case.act.target), None)
    if found is None:
        return refuse(case, case.book.phrase("expired_choice"))
    return reply(replace(case, act=replace(case.act, act="reply", words=found.text)))


def edit(case: Case) -> list[Effect]:
    """Writes an answer anew that the participant has got."""
    sent = answer_of_delivery(case.view.events, case.act.target)
    if sent is None or sent.line is None:
        return refuse(case, case.book.phrase("staff_no_such_answer"))
    if case.act.words == unframed(sent.text, case.book):
        return []
    return [Revise(case.number, sent.line, _framed(case, case.ticket, case.act.words), case.name)]


def withdraw(case: Case) -> list[Effect]:
    """Takes an answer back; where no other stands, the participant waits again."""
    sent = answer_of_delivery(case.view.events, case.act.target)
    if sent is None or sent.line is None:
        return refuse(case, case.book.phrase("staff_no_such_answer"))
    taken_back = Revise(case.number, sent.line, None, case.name)
    if not case.ticket.is_open or answers_since_said(case.view.events) != (sent,):
        return [taken_back]
    return [taken_back, SaveTicket(replace(add(case.ticket, case.now), last_at=case.ticket.last_at))]


def twins(ticket: Ticket, queue: Iterable[Ticket]) -> tuple[Ticket, ...]:
    """Other open tickets that ask the same, oldest first; whoever may be in danger is answered alone."""
    others = (one for one in queue if one.number != ticket.number and not one.urgent)
    return tuple(sorted((one for one in others if _group(one) == _group(ticket)), key=lambda one: one.number))


def _group(ticket: Ticket) -> tuple[TicketKind, int]:
    return ticket.kind, ticket.same_as or ticket.number


def _answer_of(case: Case, ticket: Ticket, words: str) -> list[Effect]:
    return [_answer(case, ticket, words, Action.REPLIED), SaveTicket(replied(ticket, case.name))]


def _answer(case: Case, ticket: Ticket, words: str, action: Action) -> Answer:
    return Answer(ticket.number, _framed(case, ticket, words), action, case.name)


def _framed(case: Case, ticket: Ticket, words: str) -> Reply:
    return Reply(framed(words, case.book), ticket=ticket.number, by="staff")


def _unless_doubled(case: Case, answers: list[Effect]) -> list[Effect]:
    """The answers, unless the same message was answered a moment ago: then whoever comes second is asked."""
    earlier = _answered_just_now(case)
    if earlier is None:
        return answers
    if (earlier.actor, unframed(earlier.text, case.book)) == (case.name, case.act.words):
        return refuse(case, case.book.phrase("staff_said_already"))
    if case.act.confirmed:
        return answers
    question = case.book.phrase("staff_doubled", name=earlier.actor)
    return ask_to_confirm(case, question, case.book.phrase("staff_button_send"))


def _answered_just_now(case: Case) -> Event | None:
    *_, latest = (None, *answers_since_said(case.view.events))
    if latest is None or (case.now - latest.at).total_seconds() >= case.rules.double_seconds:
        return None
    return latest
