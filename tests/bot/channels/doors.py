"""Doors of every kind, opened: a way in with the real service behind it, over real sockets."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from bot.app import console_channel
from bot.channels.base import Channel
from bot.channels.keyboard import Keyboard
from bot.config import Config, Secrets
from bot.parts import Parts
from bot.ports import Decide, Words
from tests.bot.channels.door import Door
from tests.bot.channels.plain_doors import ConsoleDoor, Screen, WebDoor
from tests.bot.channels.platform_doors import SlackDoor, TelegramDoor
from tests.bot.channels.running import RunningDesk, with_tokens
from tests.bot.fakes import FakeBook, decide
from tests.bot.postgres import MIGRATED, Postgres
from tests.bot.site import free_port
from tests.fakes.bot_api import running_bot_api
from tests.fakes.slack_api import running_slack

WAYS = ("web", "console", "telegram-poll", "telegram-webhook", "slack-http", "slack-socket")


@contextmanager
def migrated(kind: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """The URL of a new database."""
    if kind == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        with server.database(MIGRATED) as url:
            yield url
        return
    file = folder / "desk.sqlite3"
    shutil.copy(request.getfixturevalue("migrated_file"), file)
    yield f"sqlite:///{file}"


@contextmanager
def opened(way: str, database: str, how: Decide = decide, words: Words | None = None) -> Iterator[Door]:
    """A door to a desk on this database that decides like this."""
    platform, _, mode = way.partition("-")
    with ExitStack() as stack:
        door = OPENING[platform](stack, mode, database)
        door.desk.how, door.desk.words = how, words or FakeBook()
        door.desk.start()
        stack.callback(door.desk.stop)
        yield door


def _config(database: str, port: int = 0, **channels: Mapping[str, object]) -> Config:
    """Without limits on the pace, which are shown elsewhere."""
    return Config.model_validate(
        {
            "database": database,
            "channels": {"web": {"port": port}, **channels},
            "limits": {"messages_per_minute": 1000, "conversations_per_minute": 1000},
            "delivery": {"hold_seconds": 1, "read_back_seconds": 0.1},
        }
    )


def _open_web(stack: ExitStack, _mode: str, database: str) -> Door:
    door = WebDoor(RunningDesk(_config(database, free_port()), with_tokens(Secrets())))
    stack.callback(door.close)
    return door


def _open_console(stack: ExitStack, _mode: str, database: str) -> Door:
    screen, (reading, writing) = Screen(), os.pipe()
    stack.callback(os.close, reading)
    stack.callback(os.close, writing)

    def build(parts: Parts) -> list[Channel]:
        return [console_channel(parts, Keyboard(reading).line, screen, lambda: None)]

    return ConsoleDoor(RunningDesk(_config(database), build, roles=("console", "courier")), screen, writing)


def _open_telegram(stack: ExitStack, mode: str, database: str) -> Door:
    api = stack.enter_context(running_bot_api())
    control = stack.enter_context(httpx.Client(base_url=api.url, trust_env=False))
    port = free_port()
    settings = {
        "mode": mode,
        "api_base": api.url,
        "public_url": f"http://127.0.0.1:{port}",
        "per_second": None,
        "chat_per_second": None,
    }
    build = with_tokens(Secrets(telegram_token=SecretStr(api.world.token)))
    return TelegramDoor(RunningDesk(_config(database, port, telegram=settings), build), api, control)


def _open_slack(stack: ExitStack, mode: str, database: str) -> Door:
    slack = stack.enter_context(running_slack())
    world, port = slack.world, free_port()
    if mode == "http":
        slack.sends_events_to(f"http://127.0.0.1:{port}/slack/events")
    settings = {"mode": mode, "api_base": slack.api_base, "channel_per_second": None}
    build = with_tokens(
        Secrets(
            slack_bot_token=SecretStr(world.bot_token),
            slack_app_token=SecretStr(world.app_token),
            slack_signing_secret=SecretStr(world.signing_secret),
        )
    )
    return SlackDoor(RunningDesk(_config(database, port, slack=settings), build), slack)


OPENING: Mapping[str, Callable[[ExitStack, str, str], Door]] = {
    "web": _open_web,
    "console": _open_console,
    "telegram": _open_telegram,
    "slack": _open_slack,
}
