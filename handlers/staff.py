"""Answers what staff do in their rooms and in the console, and a member's /queue and /mine anywhere."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from handlers import staff_acts, staff_answers
from handlers.effects import Effect, Reply
from handlers.message import Act, Command, Content, Message, Tap, Text
from handlers.situation import Situation, StaffView
from handlers.staff_case import Case, refuse, refuse_words, to_reopen, with_words
from handlers.staff_confirm import drop, refuse_spent
from handlers.staff_intent import DROP, PREFIX, act_of, is_meant_as_note, is_to_be_sent, ticket_of_tap
from handlers.staff_lists import COMMANDS, answer_staff_command, as_command
from handlers.staff_prompts import PROMPTS, ask_for_words
from knowledge.book import Book

__all__ = ["ACTS", "act_of", "answer_staff", "is_for_staff", "ticket_of_tap"]

# UTF-16 units, as platforms count. An answer is one post, so that it can be changed as one.
LONGEST_WORDS = 3000
# The only channel on which a reply to one of our posts in a staff room is known as such.
TAKES_REPLIES = "telegram"

# All that a member can do to a ticket.
ACTS: Mapping[str, Callable[[Case], list[Effect]]] = {
    "claim": staff_acts.claim,
    "release": staff_acts.release,
    "reply": staff_answers.reply,
    "ask": staff_answers.ask,
    "canned": staff_answers.canned,
    "hand": staff_acts.hand,
    "wait": staff_acts.wait,
    "close": staff_acts.close,
    "not_ours": staff_acts.not_ours,
    "faq": staff_acts.faq,
    "note": staff_acts.note,
    "edit": staff_answers.edit,
    "withdraw": staff_answers.withdraw,
    "step": staff_acts.step,
    "reply_all": staff_answers.reply_all,
    "reopen": staff_acts.reopen,
}
SENDING = frozenset(PROMPTS)
ON_CLOSED = frozenset({"faq", "note", "edit", "withdraw", "reopen"})


def is_for_staff(content: Content) -> bool:
    """Whether a member means the desk's other side by it, wherever they write."""
    match as_command(content):
        case Command(name):
            return name in COMMANDS
        case Tap(value):
            return value.startswith(PREFIX)
        case _:
            return isinstance(content, Act)


def answer_staff(message: Message, situation: Situation, book: Book) -> list[Effect]:
    """The effects of what is written in a staff room or the console; nothing where a stranger writes."""
    view, content = situation.staff, as_command(message.content)
    if view is None:
        return []
    if view.member is None:
        return _to_stranger(content, book)
    if isinstance(content, Command):
        return answer_staff_command(content.name, view.member.name, situation, book)
    act = act_of(content, situation)
    if act is None:
        return _about_none(content, view, book)
    if view.ticket is None or view.ticket.number != act.ticket:
        words = act.words if act.act in SENDING else ""
        return [Reply(with_words(book.phrase("staff_no_ticket", number=act.ticket), words, book))]
    takes_replies = view.in_room and message.channel == TAKES_REPLIES
    case = Case(
        act=replace(act, words=act.words.strip()),
        name=view.member.name,
        person=message.person,
        ticket=view.ticket,
        view=view,
        takes_replies=takes_replies,
        answers=takes_replies and message.answers is not None,
        asked_by=situation.offered.reply if situation.offered else None,
        now=situation.now,
        rules=situation.rules,
        book=book,
    )
    return _refusal(case) or _before_sending(case, content) or ACTS[act.act](case)


def _to_stranger(content: Content, book: Book) -> list[Effect]:
    """Nothing is done for them; words that were to be sent must not seem to be."""
    is_lost = isinstance(content, Text) and is_to_be_sent(content.text)
    return [Reply(book.phrase("staff_no_member"))] if is_lost else []


def _about_none(content: Content, view: StaffView, book: Book) -> list[Effect]:
    """Words in the room that are about no ticket are talk; those that were to be sent must not seem to be."""
    is_lost = isinstance(content, Text) and view.ticket is None and is_to_be_sent(content.text)
    return [Reply(book.phrase("staff_about_none"))] if is_lost else []


def _refusal(case: Case) -> list[Effect]:
    """Why it is not done, whatever it says; nothing where it can be."""
    act = case.act.act
    if act not in ACTS and act != DROP:
        return refuse(case, case.book.phrase("expired_choice"))
    if spent := refuse_spent(case):
        return spent
    if act == DROP:
        return drop(case)
    if not case.ticket.is_open and act not in ON_CLOSED:
        deny = refuse_words if act in SENDING else refuse
        return deny(case, case.book.phrase("staff_closed"), to_reopen(case.ticket, case.book))
    return []


def _before_sending(case: Case, content: Content) -> list[Effect]:
    """What is said before anything is sent: words are needed, or are too many; nothing where they are fit."""
    words = case.act.words
    if case.act.act not in SENDING:
        return []
    if not words and isinstance(content, Tap):
        return ask_for_words(case)
    if not words:
        return refuse(case, case.book.phrase("staff_no_words"))
    if is_meant_as_note(words):
        return refuse_words(case, case.book.phrase("staff_is_note"))
    is_too_long = len(words.encode("utf-16-le", "ignore")) // 2 > LONGEST_WORDS
    return refuse(case, case.book.phrase("staff_too_long", limit=LONGEST_WORDS)) if is_too_long else []
