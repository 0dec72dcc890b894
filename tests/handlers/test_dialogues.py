"""Whole conversations, as they are written in tests/dialogues: what a person does, and what comes back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest
import yaml
from pydantic import BaseModel, ConfigDict

from handlers.effects import Effect, OpenTicket, Rate, Remember, Reply, SaveTicket, SetSubscription
from handlers.message import Command, Content, Edit, Media, Tap, Text
from handlers.situation import Offered, Situation
from handlers.subscription import Subscription
from handlers.ticket import Action, Resolution, Ticket, ask_back, claim, close
from handlers.ticket import reply as answer
from knowledge.announcement import NoticeTopic
from knowledge.book import Book
from knowledge.finding import Outcome
from tests.handlers.asking import NOW, TICKET, decided, opened, recorded
from tests.moments import at

FOLDER = Path(__file__).parents[1] / "dialogues"


class Said(BaseModel):
    """One thing a person does, and what is expected of the reply; what is left out is not looked at.

    `edited` is what the line before is changed to; `sent` is a kind of media, `caption` what stands beside it.
    `offers` are labels of choices. `unanswered` expects nothing at all, `records` without more that nothing is said
    and this is noted for staff. `after` are seconds since the line before. `staff` is what staff do in between, to
    the latest ticket.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    after: float = 60
    staff: Literal["claim", "reply", "ask", "close", "not_ours"] | None = None
    records: tuple[Action, ...] | None = None
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
    for number, said in enumerate(dialogue.turns):
        situation = _later(situation, said.after if number else 0)
        if said.staff is not None:
            situation = _changed(situation, said.staff)
            continue
        effects = decided(book, said.content(), situation)
        _expect(said, effects)
        situation = _after(situation, said, effects)


def _later(situation: Situation, seconds: float) -> Situation:
    return replace(situation, now=situation.now + timedelta(seconds=seconds))


def _changed(situation: Situation, deed: str) -> Situation:
    *others, latest = situation.tickets
    return replace(situation, tickets=(*others, _DEEDS[deed](latest, situation.now)))


_DEEDS: dict[str, Callable[[Ticket, datetime], Ticket]] = {
    "claim": lambda ticket, _: claim(ticket, "佐藤"),
    "reply": lambda ticket, _: answer(ticket, "佐藤"),
    "ask": lambda ticket, now: ask_back(ticket, "佐藤", now),
    "close": lambda ticket, now: close(ticket, Resolution.ANSWERED, now),
    "not_ours": lambda ticket, now: close(ticket, Resolution.NOT_OURS, now),
}


def _after(situation: Situation, said: Said, effects: list[Effect]) -> Situation:
    return replace(
        situation,
        turns=(*situation.turns, *(effect.turn for effect in effects if isinstance(effect, Remember))),
        offered=_offered(effects) or situation.offered,
        before=said.edited or said.said or said.caption,
        before_on=next((e.number for e in effects if isinstance(e, OpenTicket)), None) or _put_on(effects),
        tickets=_tickets(situation, effects),
        subscription=_subscription(situation.subscription, effects),
        fresh_ticket=situation.fresh_ticket + 1,
    )


def _subscription(before: Subscription, effects: list[Effect]) -> Subscription:
    wanted = {effect.topic: effect.wanted for effect in effects if isinstance(effect, SetSubscription)}
    topics = frozenset(topic for topic in NoticeTopic if wanted.get(topic, topic in before.topics))
    return replace(before, topics=topics)


def _put_on(effects: list[Effect]) -> int | None:
    on = {Action.SAID, Action.EDITED}
    return next((effect.ticket for effect in recorded(effects) if effect.action in on), None)


def _tickets(situation: Situation, effects: list[Effect]) -> tuple[Ticket, ...]:
    saved = {effect.ticket.number: effect.ticket for effect in effects if isinstance(effect, SaveTicket)}
    new = (_opened(e, situation.now) for e in effects if isinstance(e, OpenTicket))
    return (*(saved.get(ticket.number, ticket) for ticket in situation.tickets), *new)


def _opened(effect: OpenTicket, now: datetime) -> Ticket:
    ticket = opened(effect.number, effect.question)
    return replace(ticket, urgent=effect.urgent, reason=effect.reason, opened_at=now, asked_at=now, last_at=now)


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
    if said.records is not None:
        assert tuple(effect.action for effect in recorded(effects)) == said.records
    replies = [effect for effect in effects if isinstance(effect, Reply)]
    if not replies and said.records:
        return
    [reply] = replies
    tickets = [effect for effect in effects if isinstance(effect, OpenTicket)]
    assert (reply.outcome, reply.urgent, bool(tickets)) == (said.outcome or reply.outcome, said.urgent, said.ticket), (
        reply
    )
    assert set(said.entries) <= set(reply.entries)
    assert set(said.offers) <= {choice.label for choice in reply.choices}
    assert [part for part in said.contains if part not in reply.text] == [], reply.text
    assert [part for part in said.lacks if part in reply.text] == [], reply.text
    assert [ticket.urgent for ticket in tickets] == [reply.urgent] * len(tickets)
