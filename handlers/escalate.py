"""Hands a question over to staff: a ticket, and an honest sentence on what happens next."""

from handlers.effects import Effect, OpenTicket, Remember, Reply
from handlers.situation import Situation
from knowledge.book import Book
from knowledge.finding import Finding, Outcome, Turn

LONGEST_QUOTE = 100


def hand_over(question: str, finding: Finding, situation: Situation, book: Book) -> list[Effect]:
    """Puts `question` on the list of open questions and says so, with its number."""
    number = situation.fresh_ticket
    text = finding.text or book.phrases.say("handoff_unknown", finding.english)
    lines = [
        text,
        book.phrases.say("handoff", finding.english, number=number),
        staff_note(situation, book, finding.english),
    ]
    reply = Reply(
        text="\n\n".join(line for line in lines if line),
        outcome=Outcome.HANDOFF,
        entries=finding.entries,
        sources=finding.sources,
        ticket=number,
        question=question,
    )
    return [reply, OpenTicket(number, question, urgent=False, reason=finding.reason)]


def hand_over_wanted(question: str, situation: Situation, book: Book) -> list[Effect]:
    """Hands over what a person asked staff for themselves, and says which question that is."""
    finding = book.consider(question, (), situation.now)
    if finding.urgent:
        return hand_over_danger(question, finding, situation, book)
    shown = question if len(question) <= LONGEST_QUOTE else f"{question[:LONGEST_QUOTE]}…"
    text = book.phrases.say("handoff_wanted", finding.english, question=shown)
    wanted = Finding(Outcome.HANDOFF, text, reason="asked for staff", english=finding.english)
    return hand_over(question, wanted, situation, book)


def hand_over_danger(question: str, finding: Finding, situation: Situation, book: Book) -> list[Effect]:
    """Hands a message of someone in danger over at once, marked urgent, with the public emergency lines."""
    number = situation.fresh_ticket
    lines = "\n".join(
        book.phrase("danger_line", name=line.name, number=line.number, note=line.note)
        for line in book.content.danger.lines
    )
    said = [
        book.phrase("danger", lines=lines),
        book.phrase("danger_handoff", number=number),
        staff_note(situation, book, False),
    ]
    reply = Reply(
        text="\n\n".join(line for line in said if line),
        outcome=Outcome.HANDOFF,
        urgent=True,
        ticket=number,
        question=question,
    )
    return [reply, OpenTicket(number, question, urgent=True, reason=finding.reason), Remember(Turn(question))]


def staff_note(situation: Situation, book: Book, english: bool) -> str:
    """When staff are not there because the desk has not opened or has closed; otherwise empty."""
    desk = book.calendar(situation.now).period("desk")
    key = {"before": "staff_not_yet", "over": "staff_no_more"}.get(desk.state)
    return book.phrases.say(key, english, shown=desk.shown) if key else ""
