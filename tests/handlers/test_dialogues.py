"""Whole conversations, as they are written in tests/dialogues: what a person does, and what comes back."""

from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel, ConfigDict

from handlers.effects import Effect, OpenTicket, Rate, Remember, Reply
from handlers.message import Message, Tap, Text
from handlers.route import decide
from handlers.situation import Offered, Situation
from knowledge.book import Book
from knowledge.finding import Outcome, Turn
from tests.handlers.asking import NOW, TICKET
from tests.moments import at

FOLDER = Path(__file__).parents[1] / "dialogues"


class Said(BaseModel):
    """One thing a person says or taps, and what is expected of the reply; what is left out is not looked at."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    said: str | None = None
    tapped: str | None = None
    outcome: Outcome | None = None
    entries: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    ticket: bool = False
    urgent: bool = False
    rated: bool | None = None


class Dialogue(BaseModel):
    """A conversation at one moment in Japan time."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    at: str = NOW
    turns: tuple[Said, ...]


def _dialogues() -> list[object]:
    return [
        pytest.param(Dialogue.model_validate(dialogue), id=f"{file.stem}-{dialogue['name']}")
        for file in sorted(FOLDER.glob("*.yaml"))
        for dialogue in yaml.safe_load(file.read_text(encoding="utf-8"))
    ]


@pytest.mark.parametrize("dialogue", _dialogues())
def test_a_conversation_goes_as_it_is_written(book: Book, dialogue: Dialogue) -> None:
    turns: tuple[Turn, ...] = ()
    offered: Offered | None = None
    for said in dialogue.turns:
        effects = _decide(book, said, Situation(at(dialogue.at), turns, TICKET, offered))
        turns = (*turns, *(effect.turn for effect in effects if isinstance(effect, Remember)))
        offered = _offered(effects) or offered
        _expect(said, effects)


def _decide(book: Book, said: Said, situation: Situation) -> list[Effect]:
    content = Text(said.said) if said.said is not None else Tap(said.tapped or "", 1)
    return decide(Message("web", "a", "p", "k", situation.now, content), situation, book)


def _offered(effects: list[Effect]) -> Offered | None:
    replies = (e for e in effects if isinstance(e, Reply) and e.outcome)
    return next(
        (Offered(1, r.question, r.outcome, r.entries, tuple(c.value for c in r.choices)) for r in replies), None
    )


def _expect(said: Said, effects: list[Effect]) -> None:
    if said.rated is not None:
        assert effects == [Rate(1, said.rated)]
        return
    [reply] = [effect for effect in effects if isinstance(effect, Reply)]
    tickets = [effect for effect in effects if isinstance(effect, OpenTicket)]
    assert (reply.outcome, reply.urgent, bool(tickets)) == (said.outcome or reply.outcome, said.urgent, said.ticket), (
        reply
    )
    assert set(said.entries) <= set(reply.entries)
    assert [part for part in said.contains if part not in reply.text] == [], reply.text
    assert [part for part in said.lacks if part in reply.text] == [], reply.text
    assert [ticket.urgent for ticket in tickets] == [reply.urgent] * len(tickets)
