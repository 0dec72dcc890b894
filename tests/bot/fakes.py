"""Small stand-ins that obey the ports: a clock that stands still, a book of few words, a simple decision."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import yaml
from starlette.routing import BaseRoute

from bot.channels.base import Outcome, Outgoing, Receive, Sent
from bot.notice_rules import NoticeRules
from bot.pacing import UNLIMITED, Pacing
from bot.written import written
from handlers.effects import Choice, Effect, OpenTicket, Rate, Remember, Reply
from handlers.message import Message, Tap, Text
from handlers.situation import Situation
from knowledge.finding import Finding, Suggestion, Turn
from knowledge.finding import Outcome as Judgement
from knowledge.quiet import Quiet
from knowledge.schema import Programme

MONDAY = datetime(2022, 7, 4, 0, 0, tzinfo=UTC)
ALWAYS = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
# Notices may go at any time, and are held where nobody knows whether they arrived.
ANY_TIME = NoticeRules(Quiet(time(), time()), lambda: ALWAYS, "hold")
PROGRAMME = Path(__file__).parents[2] / "knowledge" / "programme.yaml"


@dataclass
class FixedClock:
    """Stands still until it is moved."""

    at: datetime = MONDAY

    def now(self) -> datetime:
        return self.at

    def move(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class FakeBook:
    """Says the key of a phrase and its values; finds the text itself."""

    def phrase(self, key: str, **values: object) -> str:
        return " ".join([key, *map(str, values.values())])

    def menu(self) -> Sequence[Choice]:
        return (Choice("次のセミナー", "entry:seminar-next"),)

    @property
    def programme(self) -> Programme:
        return Programme.model_validate(yaml.safe_load(PROGRAMME.read_text(encoding="utf-8")))

    def consider(self, text: str, turns: tuple[Turn, ...], at: datetime) -> Finding:
        offered = (Suggestion("entry-a", "Aのこと", "Aです"),)
        return Finding(Judgement.SUGGEST, text, suggestions=offered, confidence=0.5, explanation=("because",))


def decide(message: Message, situation: Situation) -> list[Effect]:
    """Echoes; offers choices for 選ぶ, opens a ticket for 担当者, breaks at 爆発, knows earlier turns."""
    if isinstance(message.content, Tap):
        return _tapped(message.content, situation)
    text = written(message.content)
    if "爆発" in text:
        raise ValueError(f"cannot read {text}")
    if "担当者" in text:
        number = situation.fresh_ticket
        return [
            OpenTicket(number, text, urgent="助けて" in text, reason="gap"),
            Reply("おつなぎします", Judgement.HANDOFF, ticket=number, question=text),
        ]
    if "選ぶ" in text:
        choices = (Choice("Aのこと", "entry:a"), Choice("この中にない", "none"))
        return [Reply("もしかして", Judgement.SUGGEST, choices=choices, question=text)]
    said = "、".join(turn.text for turn in situation.turns)
    return [
        Remember(Turn(text, ("entry-a",))),
        Reply(f"{text}ですね({said})", Judgement.ANSWER, ("entry-a",), ("チラシ",), rateable=True, question=text),
    ]


def _tapped(tap: Tap, situation: Situation) -> list[Effect]:
    if tap.value.startswith("rate:") and tap.reply is not None:
        return [Rate(tap.reply, tap.value == "rate:up")]
    if situation.offered is None:
        return [Reply(f"押された {tap.value}")]
    return [Reply(f"{situation.offered.question}の {tap.value}", Judgement.ANSWER)]


@dataclass
class FakeChannel:
    """Notes what it was given; gives the outcomes it was told to, then Sent. Can be read back as far as told."""

    name: str = "fake"
    outcomes: list[Outcome | Exception] = field(default_factory=list)
    sent: list[Outgoing] = field(default_factory=list)
    pacing: Pacing = UNLIMITED
    seen: list[bool | Exception] = field(default_factory=list)

    def routes(self, receive: Receive) -> Sequence[BaseRoute]:
        """Serves nothing."""
        return []

    async def start(self, receive: Receive) -> None:
        """Takes nothing."""

    async def send(self, outgoing: Outgoing) -> Outcome:
        outcome = self.outcomes.pop(0) if self.outcomes else Sent()
        if isinstance(outcome, Exception):
            raise outcome
        self.sent.append(outgoing)
        return outcome

    async def arrived(self, outgoing: Outgoing) -> bool | None:
        found = self.seen.pop(0) if self.seen else None
        if isinstance(found, Exception):
            raise found
        return found

    async def stop_taking(self) -> None:
        """Takes nothing."""

    async def stop(self) -> None:
        """Has nothing to stop."""


def message(text: str, key: str = "k1", address: str = "a", channel: str = "fake") -> Message:
    return Message(channel, address, address, key, MONDAY, Text(text))


def tap(value: str, reply: int | None, key: str = "t1", address: str = "a") -> Message:
    return Message("fake", address, address, key, MONDAY, Tap(value, reply))
