"""All that brings a member's words to a participant, or changes what they were sent. Nothing else does."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from handlers.effects import Answer, Effect, Reply, Revise, SaveTicket
from handlers.history import answer_of_delivery, answers_since_said, framed, is_hold, tells_takeover, unframed
from handlers.presence import taking_over
from handlers.staff_case import Case, ask_to_confirm, refuse, refuse_words, tell, wrote_more
from handlers.staff_prompts import canned_to_choose
from handlers.ticket import Action, Event, Ticket, add, ask_back
from handlers.ticket import claim as claimed
from handlers.ticket import reply as replied
from knowledge.schema import CannedKind


def reply(case: Case) -> list[Effect]:
    """Answers the participant."""
    return _unless_doubled(case, _answer_of(case, case.ticket, case.act.words))


def ask(case: Case) -> list[Effect]:
    """Asks the participant something: it is their turn then."""
    changed = ask_back(case.ticket, case.name, case.now)
    asked = _answer(case, case.ticket, case.act.words, Action.ASKED_BACK)
    return _unless_doubled(case, [asked, SaveTicket(changed)])


def reply_all(case: Case) -> list[Effect]:
    """One answer to all open tickets that ask the same and nothing else; the others are named to the member.

    Tickets are written in the order of their numbers, as by everybody, so that no two wait for each other.
    """
    alike = twins(case.ticket, case.view.queue)
    answered = sorted((case.ticket, *filter(_waits_for_this_alone, alike)), key=lambda one: one.number)
    answers = [effect for one in answered for effect in _answer_of(case, one, case.act.words)]
    return _unless_doubled(case, [*answers, *_left_out(case, [one for one in alike if one not in answered])])


def _waits_for_this_alone(twin: Ticket) -> bool:
    """Whether its question is all that the participant said, and was not answered yet."""
    return twin.asked_at is not None and not wrote_more(twin) and not twin.reopened


def _left_out(case: Case, tickets: Iterable[Ticket]) -> list[Effect]:
    numbers = "、".join(f"#{one.number}" for one in tickets)
    return tell(case, case.book.phrase("staff_left_out", numbers=numbers)) if numbers else []


def canned(case: Case) -> list[Effect]:
    """Answers with words that were written beforehand; without a target says which there are."""
    if not (case.act.target or case.act.confirmed):
        return canned_to_choose(case)
    # Once confirmed, it is known by the words that stand on the reply that asked.
    found = next(
        (one for one in case.book.content.canned if case.act.target == one.id or case.act.words == one.text), None
    )
    if found is None:
        return refuse(case, case.book.phrase("expired_choice"))
    return _BY_KIND[found.kind](replace(case, act=replace(case.act, words=found.text)))


def _hold(case: Case) -> list[Effect]:
    """Asks the participant for patience: whoever does has it in hand, and the participant waits on."""
    changed = claimed(case.ticket, case.ticket.owner or case.name)
    held = _answer(case, case.ticket, case.act.words, Action.REPLIED)
    return _unless_doubled(case, [held, SaveTicket(changed)])


_BY_KIND: Mapping[CannedKind, Callable[[Case], list[Effect]]] = {
    CannedKind.REPLY: reply,
    CannedKind.ASK: ask,
    CannedKind.HOLD: _hold,
}


def edit(case: Case) -> list[Effect]:
    """Writes an answer anew that the participant has got."""
    sent = answer_of_delivery(case.view.events, case.act.target)
    if sent is None or sent.line is None:
        return refuse_words(case, case.book.phrase("staff_no_such_answer"))
    if case.act.words == unframed(sent.text, case.book):
        return []
    before = replace(case.ticket, taken_over=not tells_takeover(sent.text, case.book))
    return [Revise(case.number, sent.line, _framed(case, before, case.act.words), case.name)]


def withdraw(case: Case) -> list[Effect]:
    """Takes an answer back; where no other stands, the participant waits again."""
    sent = answer_of_delivery(case.view.events, case.act.target)
    if sent is None or sent.line is None:
        return refuse(case, case.book.phrase("staff_no_such_answer"))
    taken_back = Revise(case.number, sent.line, None, case.name)
    if not case.ticket.is_open or _answers_given(case) != [sent]:
        return [taken_back]
    return [taken_back, SaveTicket(replace(add(case.ticket, case.now), last_at=case.ticket.last_at))]


def _answers_given(case: Case) -> list[Event]:
    """What answers the participant's last message."""
    return [one for one in answers_since_said(case.view.events) if not is_hold(one, case.book)]


def twins(ticket: Ticket, queue: Iterable[Ticket]) -> tuple[Ticket, ...]:
    """Other open tickets that ask the same, oldest first; whoever may be in danger is answered alone."""
    if ticket.same_as is None:
        return ()
    others = (one for one in queue if one.number != ticket.number and one.kind is ticket.kind and not one.urgent)
    return tuple(sorted((one for one in others if one.same_as == ticket.same_as), key=lambda one: one.number))


def _answer_of(case: Case, ticket: Ticket, words: str) -> list[Effect]:
    return [_answer(case, ticket, words, Action.REPLIED), SaveTicket(replied(ticket, case.name))]


def _answer(case: Case, ticket: Ticket, words: str, action: Action) -> Answer:
    return Answer(ticket.number, _framed(case, ticket, words), action, case.name)


def _framed(case: Case, ticket: Ticket, words: str) -> Reply:
    """`ticket` is as it was before: who hears from a person for the first time is told so."""
    return taking_over(Reply(framed(words, case.book), ticket=ticket.number, by="staff"), ticket, case.book)


def _unless_doubled(case: Case, answers: list[Effect]) -> list[Effect]:
    """The answers, unless the same message was answered a moment ago: then whoever comes second is asked."""
    earlier = _answered_just_now(case)
    if earlier is None:
        return answers
    if earlier.actor == case.name and _says(earlier, case):
        return refuse(case, case.book.phrase("staff_said_already"))
    if case.act.confirmed:
        return answers
    question = case.book.phrase("staff_doubled", name=earlier.actor)
    return ask_to_confirm(case, question, case.book.phrase("staff_button_send"))


def _answered_just_now(case: Case) -> Event | None:
    """A word that asks for patience stands only in the way of the same one."""
    since = answers_since_said(case.view.events)
    *_, latest = (None, *(one for one in since if not is_hold(one, case.book) or _says(one, case)))
    if latest is None or (case.now - latest.at).total_seconds() >= case.rules.double_seconds:
        return None
    return latest


def _says(answer: Event, case: Case) -> bool:
    return unframed(answer.text, case.book) == case.act.words
