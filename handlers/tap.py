"""Answers what a person tapped: a topic, a suggestion, "none of these", a rating, a request for staff, notices."""

from handlers.ask import NONE_OF_THESE, answer_reply
from handlers.effects import Effect, Rate, Remember, Reply
from handlers.escalate import ASK_STAFF, NO_STAFF, hand_over, hand_over_wanted
from handlers.message import Tap
from handlers.situation import Situation
from handlers.subscribe import answer_notice_tap
from knowledge.book import Book
from knowledge.finding import Finding, Outcome, Turn

_RATINGS = {"rate:up": True, "rate:down": False}


def answer_tap(tap: Tap, situation: Situation, book: Book) -> list[Effect]:
    """The effects of a tap. What it refers to is judged on the stored reply, never on the tap alone."""
    if tap.value.startswith("entry:"):
        return show_entry(tap.value.removeprefix("entry:"), situation, book)
    if effects := answer_notice_tap(tap.value, situation, book):
        return effects
    if situation.offered is None:
        return [Reply(book.phrase("expired_choice"))]
    if tap.value in _RATINGS:
        return [Rate(situation.offered.reply, _RATINGS[tap.value])]
    if tap.value == NONE_OF_THESE and NONE_OF_THESE in situation.offered.choices:
        finding = Finding(Outcome.HANDOFF, "", reason="none of the suggestions")
        return hand_over(situation.offered.question, finding, situation, book)
    if tap.value == ASK_STAFF and ASK_STAFF in situation.offered.choices:
        return hand_over_wanted(situation.offered.question, situation, book)
    if tap.value == NO_STAFF and NO_STAFF in situation.offered.choices:
        return [Reply(book.phrase("not_handed_over"))]
    return [Reply(book.phrase("expired_choice"))]


def show_entry(entry_id: str, situation: Situation, book: Book) -> list[Effect]:
    """The answer of one entry; the question that was asked before, if any, fills its slots."""
    question = situation.offered.question if situation.offered else ""
    finding = book.show(entry_id, question, situation.now)
    if finding is None:
        return [Reply(book.phrase("expired_choice"))]
    title = question or finding.title
    return [answer_reply(title, finding, book), Remember(Turn(title, finding.entries))]
