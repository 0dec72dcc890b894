"""The fake platforms as processes of their own, which outlive every desk: what they are told, and what reached them."""

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

import httpx

from tests.bot.platforms import ANSWER_SECONDS, UNLIMITED, WITHOUT_END
from tests.bot.processes import ROOT, surroundings, until
from tests.bot.site import free_port
from tests.fakes import slack_world, telegram_world
from tests.fakes.arrivals import Arrival
from tests.fakes.telegram_world import Rate

Content = Mapping[str, Any] | Sequence[Mapping[str, Any]]
CONTROL_SECONDS = 60.0
# Longer than any desk of the crash tests waits for an answer.
TOO_SLOW_SECONDS = 2.0
THROTTLED_SECONDS = 0.2


@dataclass
class Control:
    """The way to tell a fake something."""

    url: str
    client: httpx.Client = field(repr=False)
    _counted: int = 0

    def tell(self, what: str, content: Content) -> None:
        self.client.post(f"{self.url}/control/{what}", json=content).raise_for_status()

    def arrivals(self, after: int = 0) -> list[Arrival]:
        """All tries to post so far, but for so many of the first ones."""
        answer = self.client.get(f"{self.url}/control/arrivals", params={"after": after}).raise_for_status()
        return [Arrival(**one) for one in answer.json()]

    def count(self) -> int:
        """How many tries to post there were."""
        self._counted += len(self.arrivals(self._counted))
        return self._counted


class Outpost(Protocol):
    """A fake platform with people on it, each with a number."""

    control: Control

    @property
    def name(self) -> str:
        """The channel's."""

    @property
    def tokens(self) -> Mapping[str, str]:
        """The environment of a desk."""

    def section(self) -> dict[str, Any]:
        """The channel's settings, without limits on sending."""

    def people(self, numbers: Sequence[int]) -> None:
        """Let these people be there."""

    def address(self, number: int) -> str:
        """Where a person's conversation is, for the desk."""

    def place(self, number: int) -> str:
        """Where their posts arrive."""

    def meets(self, moods: Sequence[str], blocked: Sequence[int]) -> None:
        """Let the next posts meet these, one after another, except those to people who blocked us."""

    def answers_after(self, seconds: float) -> None:
        """Let every post be answered so late."""


@dataclass
class TelegramOutpost:
    """Private chats with the bot."""

    control: Control
    rates: Mapping[str, int | None]
    name: str = "telegram"
    tokens: Mapping[str, str] = field(default_factory=lambda: {"TELEGRAM_BOT_TOKEN": telegram_world.World().token})

    def section(self) -> dict[str, Any]:
        return {"mode": "poll", "api_base": self.control.url, **self.rates}

    def people(self, numbers: Sequence[int]) -> None:
        self.control.tell("add_chats", {"chats": [int(self.place(number)) for number in numbers]})

    def address(self, number: int) -> str:
        return self.place(number)

    def place(self, number: int) -> str:
        return str(10_000 + number)

    def meets(self, moods: Sequence[str], blocked: Sequence[int]) -> None:
        forbidden = [telegram_world.blocked(WITHOUT_END, int(self.place(number))) for number in blocked]
        self._meets([*forbidden, *(TELEGRAM_MOODS[mood]() for mood in moods)], ANSWER_SECONDS)

    def answers_after(self, seconds: float) -> None:
        self._meets([], seconds)

    def _meets(self, troubles: Sequence[telegram_world.Trouble], seconds: float) -> None:
        usual = telegram_world.Trouble("slow", WITHOUT_END, seconds=seconds)
        self.control.tell("troubles", {"troubles": [asdict(trouble) for trouble in (*troubles, usual)]})


@dataclass
class SlackOutpost:
    """Direct messages with the app."""

    control: Control
    name: str = "slack"

    @property
    def tokens(self) -> Mapping[str, str]:
        world = slack_world.World()
        return {"SLACK_BOT_TOKEN": world.bot_token, "SLACK_APP_TOKEN": world.app_token}

    def section(self) -> dict[str, Any]:
        return {"mode": "socket", "api_base": f"{self.control.url}/api", "channel_per_second": None}

    def people(self, numbers: Sequence[int]) -> None:
        self.control.tell("settings", {"people": [f"U{number:05}" for number in numbers]})

    def address(self, number: int) -> str:
        return f"U{number:05}:{self.place(number)}"

    def place(self, number: int) -> str:
        return f"D{number:05}"

    def meets(self, moods: Sequence[str], blocked: Sequence[int]) -> None:
        gone = [
            slack_world.Trouble("error", channel=self.place(number), times=WITHOUT_END, error="user_disabled")
            for number in blocked
        ]
        self._meets([*gone, *(SLACK_MOODS[mood]() for mood in moods)], ANSWER_SECONDS)

    def answers_after(self, seconds: float) -> None:
        self._meets([], seconds)

    def _meets(self, troubles: Sequence[slack_world.Trouble], seconds: float) -> None:
        usual = slack_world.Trouble("slow", times=WITHOUT_END, seconds=seconds)
        self.control.tell("troubles", [asdict(trouble) for trouble in (*troubles, usual)])


# What a platform may be in the mood for, and how that is called there.
TELEGRAM_MOODS: Mapping[str, Callable[[], telegram_world.Trouble]] = {
    "good": lambda: telegram_world.Trouble("slow", seconds=ANSWER_SECONDS),
    "throttled": lambda: telegram_world.throttled(THROTTLED_SECONDS),
    "broken before": lambda: telegram_world.Trouble("drop_before"),
    "broken after": lambda: telegram_world.Trouble("drop_after"),
    "failing": lambda: telegram_world.Trouble("fail", code=502),
    "too slow": lambda: telegram_world.Trouble("slow", seconds=TOO_SLOW_SECONDS),
}
SLACK_MOODS: Mapping[str, Callable[[], slack_world.Trouble]] = {
    "good": lambda: slack_world.Trouble("slow", seconds=ANSWER_SECONDS),
    "throttled": lambda: slack_world.Trouble("throttle", seconds=THROTTLED_SECONDS),
    "broken before": lambda: slack_world.Trouble("drop_before"),
    "broken after": lambda: slack_world.Trouble("drop_after"),
    "failing": lambda: slack_world.Trouble("status_after", status=503),
    "too slow": lambda: slack_world.Trouble("slow", seconds=TOO_SLOW_SECONDS),
}


@contextmanager
def _running(module: str) -> Iterator[Control]:
    """A fake that answers, ended at the end."""
    url = f"http://127.0.0.1:{(port := free_port())}"
    command = [sys.executable, "-m", module, str(port)]
    with (
        httpx.Client(trust_env=False, timeout=CONTROL_SECONDS) as client,
        subprocess.Popen(command, cwd=ROOT, env=surroundings(), stdout=subprocess.DEVNULL) as process,
    ):
        try:
            until(lambda: _answers(client, url), "the platform answers")
            yield Control(url, client)
        finally:
            process.kill()


def _answers(client: httpx.Client, url: str) -> bool:
    try:
        return client.get(f"{url}/control/arrivals").is_success
    except httpx.TransportError:
        return False


@contextmanager
def telegram_outpost(rates: Sequence[Rate] = ()) -> Iterator[TelegramOutpost]:
    """Telegram, which refuses what exceeds `rates`; without any the desk keeps no limits either."""
    with _running("tests.fakes.bot_api") as control:
        control.tell("rates", {"rates": [asdict(rate) for rate in rates]})
        yield TelegramOutpost(control, {} if rates else UNLIMITED)


@contextmanager
def slack_outpost() -> Iterator[SlackOutpost]:
    """Slack, which enforces no limits."""
    with _running("tests.fakes.slack_api") as control:
        yield SlackOutpost(control)


OUTPOSTS: Mapping[str, Callable[[], AbstractContextManager[Outpost]]] = {
    "telegram": telegram_outpost,
    "slack": slack_outpost,
}
