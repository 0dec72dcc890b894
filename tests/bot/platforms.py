"""The fake platforms as a crash test sees them: people ask, and what was posted quotes what they asked."""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import httpx

from tests.fakes import slack_world, telegram_world
from tests.fakes.bot_api import BotApi, running_bot_api
from tests.fakes.slack_api import FakeSlack, running_slack

# Accepted at once, answered later: what is underway when a desk is killed.
ANSWER_SECONDS = 0.03
WITHOUT_END = 10**9
# Slack hands an event over again for as long as it takes, in less time than the real one.
SLACK_RETRIES = (0.0, *itertools.repeat(0.2, 1000))
SLACK_PATIENCE = 2.0
HANDED_OVER_SECONDS = 120.0
UNLIMITED: Mapping[str, int | None] = {"per_second": None, "chat_per_second": None, "group_per_minute": None}


@dataclass(frozen=True)
class Posted:
    """A post of the desk's: to whom, which text it answers, and when it was accepted (monotonic seconds)."""

    person: str
    answers: str
    at: float


class Platform(Protocol):
    """A fake platform with a desk on it."""

    @property
    def name(self) -> str:
        """The channel's."""

    @property
    def tokens(self) -> Mapping[str, str]:
        """The environment of a desk."""

    def section(self, public_url: str) -> dict[str, Any]:
        """The channel's settings; what is sent to a desk goes to `public_url`."""

    def person(self, number: int) -> str:
        """The name of a person."""

    def ask(self, person: str, text: str) -> None:
        """Let a person write something; returns when they may write more."""

    def drop_next(self) -> None:
        """Break the connection of the next post before it is accepted."""

    def count(self) -> int:
        """How often the desk posted."""

    def posted(self) -> Sequence[Posted]:
        """What the desk posted, oldest first."""


@dataclass
class Telegram:
    """Private chats with the bot."""

    api: BotApi
    mode: Literal["poll", "webhook"]
    rates: Mapping[str, int | None]
    people: httpx.Client = field(repr=False)
    name: str = "telegram"

    @property
    def tokens(self) -> Mapping[str, str]:
        return {"TELEGRAM_BOT_TOKEN": self.api.world.token}

    def section(self, public_url: str) -> dict[str, Any]:
        return {"mode": self.mode, "api_base": self.api.url, "public_url": public_url, **self.rates}

    def person(self, number: int) -> str:
        return str(1000 + number)

    def ask(self, person: str, text: str) -> None:
        """Within the server's own thread, beside which nobody may touch the updates."""
        asked = {"chat": int(person), "text": text}
        self.people.post(f"{self.api.url}/control/say", json=asked).raise_for_status()

    def drop_next(self) -> None:
        self.api.world.troubles.insert(0, telegram_world.Trouble("drop_before"))

    def count(self) -> int:
        return len(self.api.world.posts_made)

    def posted(self) -> Sequence[Posted]:
        return [Posted(str(post.chat), question_in(post.text), post.at) for post in self.api.world.posts()]


@dataclass
class Slack:
    """Direct messages with the app."""

    slack: FakeSlack
    mode: Literal["http", "socket"]
    name: str = "slack"

    @property
    def tokens(self) -> Mapping[str, str]:
        world = self.slack.world
        other = {"SLACK_SIGNING_SECRET": world.signing_secret, "SLACK_APP_TOKEN": world.app_token}
        return {"SLACK_BOT_TOKEN": world.bot_token, **other}

    def section(self, public_url: str) -> dict[str, Any]:
        self.slack.sends_events_to(f"{public_url}/slack/events" if self.mode == "http" else None)
        return {"mode": self.mode, "api_base": self.slack.api_base, "channel_per_second": None}

    def person(self, number: int) -> str:
        return self.slack.world.direct(f"U{number:04}")

    def ask(self, person: str, text: str) -> None:
        """Slack promises no order: a person goes on when the desk has what they wrote."""
        handed = self.slack.people.says(f"U{person[1:]}", text)
        self.slack.people.wait_until_handed_over(handed, seconds=HANDED_OVER_SECONDS)

    def drop_next(self) -> None:
        world = self.slack.world
        with world.changed:
            world.troubles.insert(0, slack_world.Trouble("drop_before"))

    def count(self) -> int:
        return len(self.slack.world.posts())

    def posted(self) -> Sequence[Posted]:
        world = self.slack.world
        with world.changed:
            # A post has the arguments of the call that made it.
            begun = {id(call.arguments): call.at for call in world.calls}
        posts = world.posts()
        return [Posted(e.channel, question_in(e.plain()), begun.get(id(e.arguments), float("inf"))) for e in posts]


def question_in(answer: str) -> str:
    """The text that the fake decision answers."""
    return answer.partition("ですね")[0]


@contextmanager
def telegram(mode: Literal["poll", "webhook"], rates: Sequence[telegram_world.Rate] = ()) -> Iterator[Telegram]:
    """Telegram, which answers late, and refuses what exceeds `rates`; without any the desk keeps no limits either."""
    slow = telegram_world.Trouble("slow", WITHOUT_END, seconds=ANSWER_SECONDS)
    people = httpx.Client(trust_env=False, timeout=HANDED_OVER_SECONDS)
    with running_bot_api(telegram_world.World(troubles=[slow], rates=rates)) as api, people:
        yield Telegram(api, mode, {} if rates else UNLIMITED, people)


@contextmanager
def slack(mode: Literal["http", "socket"]) -> Iterator[Slack]:
    """Slack, which answers late."""
    slow = slack_world.Trouble("slow", times=WITHOUT_END, seconds=ANSWER_SECONDS)
    with running_slack(slack_world.World(troubles=[slow]), SLACK_RETRIES, SLACK_PATIENCE) as fake:
        yield Slack(fake, mode)


WAYS: Mapping[str, Callable[[], AbstractContextManager[Platform]]] = {
    "telegram poll": lambda: telegram("poll"),
    "telegram webhook": lambda: telegram("webhook"),
    "slack http": lambda: slack("http"),
    "slack socket": lambda: slack("socket"),
}
