"""Every sentence that the handlers and the bot say is in phrases.yaml, with the blanks they fill."""

import ast
from collections.abc import Iterator
from pathlib import Path

from bot.sentences import SENTENCES
from handlers.command import COMMANDS
from handlers.media import KINDS, OTHER_KIND
from handlers.ticket import CHECKLIST, Satisfaction
from knowledge.announcement import NoticeTopic
from knowledge.book import Book
from knowledge.lint import find_phrase_faults

HANDLERS = Path(__file__).parents[2] / "handlers"
LONGEST_DESCRIPTION = 40
# Chosen by a table.
ELSEWHERE = {
    **{f"command_{name}": set[str]() for name in COMMANDS},
    **{key: set[str]() for key in (*KINDS.values(), OTHER_KIND)},
    **{f"csat_{how}": set[str]() for how in Satisfaction},
    **{f"status_step_{step}": set[str]() for step in CHECKLIST},
    **{
        f"{key}{end}": {"number"} for key in ("handoff", "added", "reopened", "danger_handoff") for end in ("", "_kept")
    },
    **{f"person_wanted{end}": set[str]() for end in ("", "_kept")},
    **{f"topic_{topic}": set[str]() for topic in NoticeTopic},
    "status_step_done": {"step"},
    "status_step_open": {"step"},
}


def _said(file: Path) -> Iterator[tuple[str, set[str]]]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in {"phrase", "say"}:
            key = node.args[0]
            if isinstance(key, ast.Constant):
                yield str(key.value), {keyword.arg for keyword in node.keywords if keyword.arg}


def test_every_sentence_of_the_handlers_is_there(book: Book) -> None:
    said = dict(pair for file in HANDLERS.glob("*.py") for pair in _said(file)) | ELSEWHERE
    assert {"handoff", "danger", "empty", "suggest"} <= set(said)
    assert find_phrase_faults(book.phrases, said) == []


def test_every_sentence_of_the_bot_is_there(book: Book) -> None:
    assert find_phrase_faults(book.phrases, SENTENCES) == []


def test_what_a_command_does_is_said_in_one_short_line(book: Book) -> None:
    said = [book.phrase(f"command_{name}") for name in COMMANDS]
    assert [line for line in said if len(line) > LONGEST_DESCRIPTION or "\n" in line] == []
    assert len(set(said)) == len(COMMANDS)
