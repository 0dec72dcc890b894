"""Whole conversations, as they are written in tests/dialogues: what a person does, and what comes back."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel, ConfigDict

from handlers.effects import Effect, OpenTicket, Rate, Remember, Reply
from handlers.message import Command, Content, Edit, Media, Tap, Text
from handlers.situation import Offered, Situation
from knowledge.book import Book
from knowledge.finding import Outcome
from tests.handlers.asking import NOW, TICKET, decided, opened
from tests.moments import at

FOLDER = Path(__file__).parents[1] / "dialogues"


class Said(BaseModel):
    """One thing a person does, and what is expected of the reply; what is left out is not looked at.

    `edited` is what the line before is changed to; `sent` is a kind of media, `caption` what stands beside it.
    `offers` are labels of choices. `unanswered` expects nothing at all.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    said: str | None = None
    edited: str | None = None
    tapped: str | None = None
    command: str | None = None
    rest: str = ""
    sent: str | None = None
    caption: str = ""
    outcome: Outcome | None = None
    entries: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    unanswered: bool = False
    ticket: bool = False
    urgent: bool = False
    rated: bool | None = None

    def content(self) -> Content:
        """The same as a channel would give it."""
        if self.edited is not None:
            return Edit(self.edited)
        if self.command is not None:
            return Command(self.command, self.rest)
        if self.sent is not None:
            return Media(self.sent, self.caption)
        return Tap(self.tapped, 1) if self.tapped is not None else Text(self.said or "")


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
    situation = Situation(at(dialogue.at), (), TICKET)
    for said in dialogue.turns:
        effects = decided(book, said.content(), situation)
        _expect(said, effects)
        situation = _after(situation, said, effects)


def _after(situation: Situation, said: Said, effects: list[Effect]) -> Situation:
    return replace(
        situation,
        turns=(*situation.turns, *(effect.turn for effect in effects if isinstance(effect, Remember))),
        offered=_offered(effects) or situation.offered,
        before=said.edited or said.said or said.caption,
        tickets=(*situation.tickets, *(opened(e.number, e.question) for e in effects if isinstance(e, OpenTicket))),
        fresh_ticket=situation.fresh_ticket + 1,
    )


def _offered(effects: list[Effect]) -> Offered | None:
    replies = (e for e in effects if isinstance(e, Reply) and (e.outcome or e.choices))
    return next(
        (Offered(1, r.question, r.outcome, r.entries, tuple(c.value for c in r.choices)) for r in replies), None
    )


def _expect(said: Said, effects: list[Effect]) -> None:
    if said.rated is not None:
        assert effects == [Rate(1, said.rated)]
        return
    if said.unanswered:
        assert effects == []
        return
    [reply] = [effect for effect in effects if isinstance(effect, Reply)]
    tickets = [effect for effect in effects if isinstance(effect, OpenTicket)]
    assert (reply.outcome, reply.urgent, bool(tickets)) == (said.outcome or reply.outcome, said.urgent, said.ticket), (
        reply
    )
    assert set(said.entries) <= set(reply.entries)
    assert set(said.offers) <= {choice.label for choice in reply.choices}
    assert [part for part in said.contains if part not in reply.text] == [], reply.text
    assert [part for part in said.lacks if part in reply.text] == [], reply.text
    assert [ticket.urgent for ticket in tickets] == [reply.urgent] * len(tickets)
