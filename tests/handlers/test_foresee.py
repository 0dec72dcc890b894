"""Messages that are decided as a group are decided as each would be alone, with less work."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest

from handlers.effects import Effect, Remember
from handlers.message import Content, Edit, Message, Tap, Text
from handlers.route import decide, foresee
from handlers.situation import Situation
from knowledge.book import Book
from knowledge.finding import Turn
from tests.handlers.asking import NOW, having, opened
from tests.handlers.staffing import MINE, room
from tests.knowledge.encoders import Counting
from tests.moments import at

QUESTIONS = sorted((Path(__file__).parents[1] / "questions").glob("*.jsonl"))
GROUP = 16
PLAIN = Situation(at(NOW), (), 7)
LEANING = Situation(at(NOW), (Turn("初回のセミナーはいつですか", ("seminar-next",)),), 7)

Asked = tuple[Message, Situation]


def asked(content: Content, situation: Situation) -> Asked:
    return Message("web", "a", "p", "k", situation.now, content), situation


def read(line: str, book: Book) -> Asked:
    """A question, after what the person said before."""
    told = json.loads(line)
    moment = at(NOW) if told.get("at") is None else datetime.fromisoformat(told["at"])
    turns: tuple[Turn, ...] = ()
    for said in told.get("turns", ()):
        effects = decide(*asked(Text(said), Situation(moment, turns, 7)), book)
        turns = (*turns, *(effect.turn for effect in effects if isinstance(effect, Remember)))
    return asked(Text(told["text"]), Situation(moment, turns, 7))


def alone(group: Sequence[Asked], book: Book) -> list[list[Effect]]:
    return [decide(message, situation, book) for message, situation in group]


@pytest.mark.parametrize("file", QUESTIONS, ids=lambda file: file.stem)
def test_all_questions_are_decided_in_groups_as_they_are_alone(book: Book, file: Path) -> None:
    questions = [read(line, book) for line in file.read_text(encoding="utf-8").splitlines()]
    groups = [questions[first : first + GROUP] for first in range(0, len(questions), GROUP)]
    grouped = [effects for group in groups for effects in alone(group, foresee(group, book))]
    assert grouped == alone(questions, book)


@pytest.mark.parametrize(
    "situation",
    [PLAIN, LEANING, having(MINE), having(opened(12))],
    ids=["alone", "after a turn", "in hand", "with a ticket"],
)
@pytest.mark.parametrize("text", ["参加費はいくらですか", "わかりました", "お知らせを止めて", "How much is it?"])
def test_what_was_foreseen_is_encoded_once(
    book: Book, monkeypatch: pytest.MonkeyPatch, text: str, situation: Situation
) -> None:
    counting = Counting(book._ranking._encoder)
    monkeypatch.setattr(book._ranking, "_encoder", counting)
    group = [asked(Text(text), situation), asked(Text("駐車場はありますか"), PLAIN)]
    ahead = foresee(group, book)
    encoded = len(counting.asked)
    alone(group, ahead)
    assert len(counting.asked) == encoded


def test_nothing_is_foreseen_of_what_is_no_question(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """Taps, edits, commands that are typed, and what staff write to each other."""
    counting = Counting(book._ranking._encoder)
    monkeypatch.setattr(book._ranking, "_encoder", counting)
    contents = (Tap("entry:fee"), Edit("参加費は"), Text("/menu"))
    foresee([*(asked(content, PLAIN) for content in contents), asked(Text("駐車場はありますか"), room())], book)
    assert counting.asked == []
