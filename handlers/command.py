"""Answers commands. The table below is all that there are, in the order in which menus list them."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from unicodedata import normalize

from handlers.ask import answer_text
from handlers.effects import Choice, Effect, Reply
from handlers.escalate import hand_over_danger, hand_over_wanted
from handlers.message import Act, Command, Content, Tap, Text
from handlers.onboard_steps import begin
from handlers.situation import Situation
from handlers.status import status_of
from handlers.subscribe import answer_link, answer_subscribe, answer_unsubscribe, show_calendar
from handlers.subscription_card import names_of
from handlers.tap import show_entry
from handlers.wording import joined
from knowledge.book import Book

Answer = Callable[[str, Situation, Book], list[Effect]]
WordlessAnswer = Callable[[Situation, Book], list[Effect]]

SLASHES = ("/", "／")


def as_meant(content: Content) -> Content:
    """The same, but a text that begins with "/" and a known name is that command. Names are in small letters."""
    match content:
        case Text(text) if text.lstrip().startswith(SLASHES):
            head, *rest = text.split(maxsplit=1)
            name = normalize("NFKC", head)[1:].lower()
            return Command(name, "".join(rest)) if name in COMMANDS else content
        case Command(name, rest):
            return Command(name.lower(), rest)
        case _:
            return content


def has_words(content: Content) -> bool:
    """Whether there are words to find an answer to."""
    match as_meant(content):
        case Tap() | Act() | Command(_, ""):
            return False
        case _:
            return True


def answer_command(command: Command, situation: Situation, book: Book) -> list[Effect]:
    """The effects of a command; one that there is not is answered with those that there are."""
    answer = _ANSWERS.get(command.name, _wordless(_unknown))
    return answer(command.rest.strip(), situation, book)


def _wordless(answer: WordlessAnswer) -> Answer:
    """For a command that needs no words: those behind it are only watched for danger."""

    def watched(rest: str, situation: Situation, book: Book) -> list[Effect]:
        if rest and (finding := book.consider(rest, situation.turns, situation.now)).urgent:
            return hand_over_danger(rest, finding, situation, book)
        return answer(situation, book)

    return watched


def _start(_situation: Situation, book: Book) -> list[Effect]:
    return [Reply(book.phrase("welcome"), choices=_menu_choices(book))]


def _menu(_situation: Situation, book: Book) -> list[Effect]:
    return [Reply(book.phrase("menu_intro"), choices=_menu_choices(book))]


def _menu_choices(book: Book) -> tuple[Choice, ...]:
    return tuple(Choice(item.label, item.value) for item in book.menu())


def _ask(rest: str, situation: Situation, book: Book) -> list[Effect]:
    return answer_text(rest, situation, book) if rest else [Reply(book.phrase("ask_prompt"))]


def _status(situation: Situation, book: Book) -> list[Effect]:
    status, topics = status_of(situation, book), situation.subscription.topics
    if not topics:
        return [status]
    notices = book.phrase("status_notices", topics=names_of(topics, book))
    return [replace(status, text=joined(status.text, notices))]


def _human(rest: str, situation: Situation, book: Book) -> list[Effect]:
    """Without words it is the last question that goes to staff."""
    question = rest or next((turn.text for turn in reversed(situation.turns)), "")
    if not question:
        return [Reply(book.phrase("human_no_question"))]
    return hand_over_wanted(question, situation, book)


def _help(_situation: Situation, book: Book) -> list[Effect]:
    return [Reply(_help_text(book))]


def _unknown(_situation: Situation, book: Book) -> list[Effect]:
    return [Reply(f"{book.phrase('unknown_command')}\n\n{_help_text(book)}")]


def _help_text(book: Book) -> str:
    lines = [book.phrase("help_command", name=name, what=book.phrase(f"command_{name}")) for name in COMMANDS]
    return book.phrase("help", commands="\n".join(lines))


_ANSWERS: dict[str, Answer] = {
    "start": _wordless(_start),
    "menu": _wordless(_menu),
    "ask": _ask,
    "seminars": _wordless(partial(show_entry, "seminar-schedule")),
    "next": _wordless(partial(show_entry, "seminar-next")),
    "calendar": _wordless(show_calendar),
    "join": _wordless(begin),
    "subscribe": answer_subscribe,
    "unsubscribe": answer_unsubscribe,
    "link": answer_link,
    "status": _wordless(_status),
    "human": _human,
    "help": _wordless(_help),
}

COMMANDS: tuple[str, ...] = tuple(_ANSWERS)
