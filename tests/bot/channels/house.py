"""A desk with all its channels and rooms at once, opened: the real service, with the platforms' fakes around it."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial

import httpx
from pydantic import SecretStr

from bot.app import channels_of, console_channel
from bot.channels.base import Channel
from bot.channels.keyboard import Keyboard
from bot.config import ROLES, Config, Secrets
from bot.house import house_of
from bot.parts import Parts
from bot.reading import decide_by
from bot.store.engine import open_engine
from bot.store.transactions import Store
from handlers.remind import due_effects
from knowledge.book import Book
from tests.bot.channels.door import Door
from tests.bot.channels.plain_doors import ConsoleDoor, Screen, WebDoor
from tests.bot.channels.platform_doors import SlackDoor, TelegramDoor
from tests.bot.channels.quiet import Quiet
from tests.bot.channels.running import RunningDesk
from tests.bot.channels.staff_doors import SLACK_IDS, SLACK_ROOM, TELEGRAM_IDS, TELEGRAM_ROOM, SlackRoom, TelegramRoom
from tests.bot.channels.staff_pages import LOGINS, ConsolePages
from tests.bot.channels.stage import RealHouse
from tests.bot.console_site import let_in
from tests.bot.site import free_port
from tests.bot.transcripts import CLOSURE
from tests.fakes.bot_api import BotApi, running_bot_api
from tests.fakes.slack_api import FakeSlack, running_slack


@dataclass(frozen=True)
class Kind:
    """The database, the modes of Telegram and Slack, and whether the group on Telegram has topics."""

    database: str
    telegram: str
    slack: str
    has_topics: bool


@contextmanager
def open_house(kind: Kind, database: str, book: Book) -> Iterator[RealHouse]:
    """A house of this kind on the database with this URL."""
    with ExitStack() as stack:
        api, slack = stack.enter_context(running_bot_api()), stack.enter_context(running_slack())
        control = stack.enter_context(httpx.Client(base_url=api.url, trust_env=False))
        _let_in(kind, database, api, slack)
        screen, (reading, writing) = Screen(), os.pipe()
        stack.callback(os.close, reading)
        stack.callback(os.close, writing)
        config = _config(kind, database, api, slack)
        desk = RunningDesk(config, partial(_channels, api, slack, reading, screen), decide_by(book), book, EVERYTHING)
        desk.book = book
        desk.start()
        stack.callback(desk.stop)
        rules = house_of(config).rules
        quiet = Quiet(database, lambda ticket, now: due_effects(ticket, now, rules, book), desk.clock.now)
        web = WebDoor(desk)
        stack.callback(quiet.close)
        stack.callback(web.close)
        doors: dict[str, Door] = {"web": web, "console": ConsoleDoor(desk, screen, writing)}
        doors |= {"telegram": TelegramDoor(desk, api, control), "slack": SlackDoor(desk, slack)}
        house = RealHouse(desk, api, quiet, doors)
        house.rooms |= {
            "slack": SlackRoom(slack, house.settle),
            "telegram": TelegramRoom(api, control, house.settle),
            "console": ConsolePages(desk, house.settle, stack),
        }
        yield house


EVERYTHING = (*ROLES, "console")


def _config(kind: Kind, database: str, api: BotApi, slack: FakeSlack) -> Config:
    """Without limits on the pace, which are shown elsewhere."""
    port = free_port()
    if kind.slack == "http":
        slack.sends_events_to(f"http://127.0.0.1:{port}/slack/events")
    telegram = {"mode": kind.telegram, "api_base": api.url, "public_url": f"http://127.0.0.1:{port}"}
    unpaced = {"per_second": None, "chat_per_second": None, "group_per_minute": None}
    return Config.model_validate(
        {
            "database": database,
            "channels": {
                "web": {"port": port},
                "telegram": telegram | unpaced,
                "slack": {"mode": kind.slack, "api_base": slack.api_base, "channel_per_second": None},
            },
            "limits": {"messages_per_minute": 1000, "conversations_per_minute": 1000},
            "delivery": {"hold_seconds": 1, "read_back_seconds": 0.1},
            "staff": {
                "slack_channel": SLACK_ROOM,
                "telegram_group": str(TELEGRAM_ROOM),
                "members": [
                    {"name": n, "slack": SLACK_IDS[n], "telegram": str(TELEGRAM_IDS[n]), "login": LOGINS[n]}
                    for n in LOGINS
                ],
                "hours": {"closures": [{"begins": CLOSURE.begins, "ends": CLOSURE.ends}]},
            },
        }
    )


def _channels(api: BotApi, slack: FakeSlack, keys: int, screen: Screen, parts: Parts) -> list[Channel]:
    secrets = Secrets(
        telegram_token=SecretStr(api.world.token),
        slack_bot_token=SecretStr(slack.world.bot_token),
        slack_app_token=SecretStr(slack.world.app_token),
        slack_signing_secret=SecretStr(slack.world.signing_secret),
    )
    return [*channels_of(parts, secrets), console_channel(parts, Keyboard(keys).line, screen, lambda: None)]


def _let_in(kind: Kind, database: str, api: BotApi, slack: FakeSlack) -> None:
    """The group, the people of the workspace, and those who may log in."""
    (api.world.add_forum if kind.has_topics else api.world.add_chat)(TELEGRAM_ROOM)
    for user in SLACK_IDS.values():
        slack.world.direct(user)
    store = Store(open_engine(database))
    let_in(store, *LOGINS.values())
    store.close()
