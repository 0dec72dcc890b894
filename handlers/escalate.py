"""Hands a question over to staff, onto the open ticket or a new one, and says honestly what happens next."""

from dataclasses import replace

from handlers.belonging import put_on, ticket_for
from handlers.closing import reopenable, reopening
from handlers.effects import Choice, Effect, OpenTicket, Record, Remember, Reply, SaveTicket
from handlers.onboard_start import ways_to_apply
from handlers.presence import danger_seen, is_staffed, to_cancel, when_seen
from handlers.situation import Situation
from handlers.ticket import Action, Ticket, alarm
from handlers.wording import joined, quoted
from knowledge.book import Book
from knowledge.finding import Finding, Outcome, Turn

LONGEST_QUOTE = 100
ASK_STAFF = "human"
NO_STAFF = "no_staff"
ASKED_FOR_STAFF = "asked for staff"
# The book's reason where it reads a message so.
ASKED_FOR_PERSON = "asked for a person"


def hand_over(question: str, finding: Finding, situation: Situation, book: Book) -> list[Effect]:
    """Hands over what the desk cannot answer; where the rules want that, it asks before it opens anything."""
    if situation.rules.confirm and ticket_for(situation.tickets) is None:
        return [_offer(question, finding, book)]
    return _reach_staff(question, finding, situation, book)


def hand_over_wanted(question: str, situation: Situation, book: Book) -> list[Effect]:
    """Hands over what a person asked staff for themselves, and says which question that is."""
    finding = book.consider(question, (), situation.now)
    if finding.urgent:
        return hand_over_danger(question, finding, situation, book)
    text = book.phrases.say("handoff_wanted", finding.english, question=quoted(question, LONGEST_QUOTE))
    wanted = Finding(Outcome.HANDOFF, text, reason=ASKED_FOR_STAFF, english=finding.english)
    return _reach_staff(question, wanted, situation, book)


def hand_over_person_wanted(text: str, finding: Finding, situation: Situation, book: Book) -> list[Effect]:
    """Puts somebody through who asked for a person in so many words, with what they asked before."""
    # Beside answers to other parts of the message the book's own words stay.
    is_said = finding.reason == ASKED_FOR_PERSON and (is_staffed(situation.now, book) or len(finding.entries) > 1)
    said = finding.text if is_said else _told("person_wanted", finding.english, situation, book)
    wanted = replace(finding, outcome=Outcome.HANDOFF, text=said, reason=ASKED_FOR_STAFF)
    return _reach_staff(_with_what_came_before(text, situation, book), wanted, situation, book)


def hand_over_danger(question: str, finding: Finding, situation: Situation, book: Book) -> list[Effect]:
    """Hands a message of someone in danger over at once, marked urgent, with the public emergency lines."""
    ticket = ticket_for(situation.tickets)
    number = situation.fresh_ticket if ticket is None else ticket.number
    reply = Reply(
        text=_danger_text(number, situation, book),
        outcome=Outcome.HANDOFF,
        urgent=True,
        ticket=number,
        question=question,
    )
    if ticket is None:
        return [reply, OpenTicket(number, question, urgent=True, reason=finding.reason), Remember(Turn(question))]
    urgent = SaveTicket(alarm(ticket, situation.now))
    return [reply, urgent, Record(number, Action.SAID, text=question), Remember(Turn(question))]


def _reach_staff(question: str, finding: Finding, situation: Situation, book: Book) -> list[Effect]:
    """On the open ticket, where there is one; on one closed lately; else on a new one."""
    ticket = ticket_for(situation.tickets)
    if ticket is not None:
        text = joined(finding.text, _told("added", finding.english, situation, book, number=ticket.number))
        return [_handoff(text, ticket.number, question, finding), *put_on(ticket, question, situation.now)]
    closed = reopenable(situation.tickets, situation.rules, situation.now)
    if closed is not None:
        return _reopen(closed, question, finding, situation, book)
    return _open(question, finding, situation, book)


def _with_what_came_before(text: str, situation: Situation, book: Book) -> str:
    if not situation.turns or ticket_for(situation.tickets) is not None:
        return text
    return book.phrase("person_wanted_after", text=text, before=situation.turns[-1].text)


def _open(question: str, finding: Finding, situation: Situation, book: Book) -> list[Effect]:
    number, english = situation.fresh_ticket, finding.english
    text = joined(
        finding.text or book.phrases.say("handoff_unknown", english),
        _told("handoff", english, situation, book, number=number),
        when_seen(situation.now, situation.rules, book, english),
        book.phrases.say("handoff_more", english),
    )
    reply = _handoff(text, number, question, finding)
    opened = OpenTicket(number, question, urgent=False, reason=finding.reason)
    ways = (*ways_to_apply(finding.entries, book), to_cancel(number, book, english))
    return [replace(reply, choices=ways), opened]


def _reopen(ticket: Ticket, question: str, finding: Finding, situation: Situation, book: Book) -> list[Effect]:
    text = joined(
        finding.text,
        _told("reopened", finding.english, situation, book, number=ticket.number),
        when_seen(situation.now, situation.rules, book, finding.english),
    )
    reply = _handoff(text, ticket.number, question, finding)
    said = Record(ticket.number, Action.SAID, text=question)
    return [
        replace(reply, choices=(to_cancel(ticket.number, book, finding.english),)),
        *reopening(ticket, situation.now),
        said,
    ]


def _told(key: str, english: bool, situation: Situation, book: Book, **blanks: int) -> str:
    """A sentence of a handover; before and after the desk's period, one that does not promise staff."""
    said = key if is_staffed(situation.now, book) else f"{key}_kept"
    return book.phrases.say(said, english, **blanks)


def _handoff(text: str, number: int, question: str, finding: Finding) -> Reply:
    return Reply(
        text=text,
        outcome=Outcome.HANDOFF,
        entries=finding.entries,
        sources=finding.sources,
        ticket=number,
        question=question,
    )


def _offer(question: str, finding: Finding, book: Book) -> Reply:
    """Nothing is handed over before they say so."""
    unknown = finding.text or book.phrases.say("handoff_unknown", finding.english)
    ask = Choice(book.phrases.say("ask_staff", finding.english), ASK_STAFF)
    leave = Choice(book.phrases.say("no_staff", finding.english), NO_STAFF)
    return Reply(
        text=joined(unknown, book.phrases.say("confirm_handover", finding.english)),
        entries=finding.entries,
        sources=finding.sources,
        choices=(ask, leave),
        question=question,
    )


def _danger_text(number: int, situation: Situation, book: Book) -> str:
    lines = "\n".join(
        book.phrase("danger_line", name=line.name, number=line.number, note=line.note)
        for line in book.content.danger.lines
    )
    handed = _told("danger_handoff", False, situation, book, number=number)
    return joined(book.phrase("danger", lines=lines), handed, danger_seen(situation.now, situation.rules, book))
