"""No token and no word of anybody's reaches a log, a traceback or a `repr`, whatever goes wrong at whatever level."""

import io
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import httpx
import pytest
import structlog
from sqlalchemy import text

from bot.log import configure_log
from bot.store.engine import open_engine
from tests.bot.channels.door import Door, wait_for
from tests.bot.channels.doors import migrated, opened
from tests.bot.channels.platform_doors import SlackDoor, TelegramDoor
from tests.bot.fakes import decide
from tests.fakes.slack_delivery import Handed
from tests.fakes.slack_people import LINK
from tests.fakes.slack_world import Trouble as SlackTrouble
from tests.fakes.telegram_world import Trouble, blocked, throttled

MARK = "sakura888secret"
PASSWORD = "hunter2secret"
PATIENCE_SECONDS = 10
STRANGE = "4242:AAanother-token"


@pytest.fixture
def restored() -> Iterator[None]:
    """Logging as it was before."""
    levels = {name: logging.getLogger(name).level for name in ["", *logging.root.manager.loggerDict]}
    handlers = logging.root.handlers[:]
    hooks = sys.excepthook, sys.unraisablehook, threading.excepthook
    yield
    sys.excepthook, sys.unraisablehook, threading.excepthook = hooks
    logging.root.handlers[:] = handlers
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    structlog.reset_defaults()


def listen_as_set() -> io.StringIO:
    """The log at its most talkative."""
    stream = io.StringIO()
    configure_log("debug", "json", stream)
    return stream


def listen_to_everything() -> io.StringIO:
    """Every logger of every library at DEBUG, on our handler."""
    stream = listen_as_set()
    for name in ["", *logging.root.manager.loggerDict]:
        logging.getLogger(name).setLevel(logging.DEBUG)
    return stream


@pytest.mark.usefixtures("restored")
@pytest.mark.parametrize(
    ("way", "kind", "listen"),
    [
        ("telegram-poll", "sqlite", listen_to_everything),
        ("telegram-webhook", "postgresql", listen_to_everything),
        ("slack-http", "sqlite", listen_to_everything),
        ("slack-socket", "sqlite", listen_to_everything),
        ("telegram-webhook", "sqlite", listen_as_set),
        ("slack-http", "postgresql", listen_as_set),
    ],
)
def test_nothing_private_is_logged_whatever_goes_wrong(
    way: str,
    kind: str,
    listen: Callable[[], io.StringIO],
    request: pytest.FixtureRequest,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    stream = listen()
    with migrated(kind, request, tmp_path) as database, opened(way, database, decide) as door:
        door.say(MARK)
        wait_for(door, 1)
        door.say(f"爆発 {MARK}")
        wait_for(door, 2)
        private = _meet(door)
        _lose_database(door, stream)
        door.desk.stop()
    printed = capfd.readouterr()
    logged = stream.getvalue() + printed.out + printed.err
    assert "undecided" in logged
    assert [word for word in (MARK, *private) if word in logged] == []


def _meet(door: Door) -> Sequence[str]:
    """Everything that can go wrong on the door's platform; what is private there."""
    match door:
        case TelegramDoor():
            return _meet_telegram(door)
        case SlackDoor():
            return _meet_slack(door)
        case _:
            raise AssertionError("nothing is private")


def is_over(trouble: Trouble | SlackTrouble) -> bool:
    return trouble.times == 0


def until(is_so: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < ends
        time.sleep(0.01)


def _lose_database(door: Door, stream: io.StringIO) -> None:
    """The table of messages is away for a while, as after a failed restore."""
    before = stream.getvalue().count("Error")
    _alter(door, "ALTER TABLE inbound RENAME TO away")
    if isinstance(door, SlackDoor):
        # Nobody acknowledges it, so it is not waited for.
        door.slack.people.says("U0ALICE", MARK)
    else:
        door.say(MARK)
    until(lambda: stream.getvalue().count("Error") > before)
    _alter(door, "ALTER TABLE away RENAME TO inbound")


def _alter(door: Door, statement: str) -> None:
    engine = open_engine(door.desk.config.database.get_secret_value())
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _meet_telegram(door: TelegramDoor) -> Sequence[str]:
    """Troubles of every kind; what is private about this bot."""
    world = door.api.world
    troubles = [
        throttled(0.1),
        blocked(),
        Trouble("refuse", description=f"Bad Request: can't parse {MARK}"),
        Trouble("fail", code=502),
        Trouble("garble"),
        Trouble("drop_before"),
        Trouble("drop_after"),
        Trouble("garble", method="sendChatAction"),
    ]
    for number, trouble in enumerate(troubles, start=10):
        world.troubles.append(trouble)
        door.say(MARK, number)
        until(partial(is_over, trouble))
    for content in ({"text": MARK}, {"text": MARK, "date": MARK, "chat": {"id": MARK}}, {}):
        door.push("message", content)
        door.push("callback_query", {"data": MARK, **content})
    secret = world.webhook.get("secret", "")
    for shown in (secret, "wrong"):
        _post(door, "/telegram/webhook", {"x-telegram-bot-api-secret-token": shown})
    _lose_token(door)
    return [world.token.partition(":")[2], STRANGE.partition(":")[2], *filter(None, [secret])]


def _lose_token(door: TelegramDoor) -> None:
    """Another token is the right one for a while, also at a start."""
    world, own = door.api.world, door.api.world.token
    world.token = STRANGE
    door.say(MARK, 30)
    door.desk.stop()
    door.desk.start()
    world.token = own
    door.desk.stop()
    door.desk.start()


def _meet_slack(door: SlackDoor) -> Sequence[str]:
    """Troubles of every kind; what is private about this app."""
    slack, world = door.slack, door.slack.world
    troubles = [
        SlackTrouble("throttle", seconds=0.1),
        SlackTrouble("error", error="is_archived"),
        SlackTrouble("error", error=MARK),
        SlackTrouble("status", status=502),
        SlackTrouble("status_after", status=502),
        SlackTrouble("garbage"),
        SlackTrouble("drop_before"),
        SlackTrouble("drop_after"),
        SlackTrouble("garbage", method="conversations.history"),
    ]
    for number, trouble in enumerate(troubles, start=10):
        slack.meets(trouble)
        door.say(MARK, number)
        until(partial(is_over, trouble))
    for event in ({"text": MARK}, {"type": "message", "channel": 7, "text": MARK}, {"type": MARK}):
        slack.people.event({"channel_type": "im", **event})
    slack.people.hand(Handed("slash_commands", {"command": "/desk", "text": MARK, "channel_id": MARK * 9}))
    slack.people.wait_until_handed_over()
    _post(door, "/slack/events", {"x-slack-signature": "v0=00", "x-slack-request-timestamp": "abc"})
    _lose_slack(door)
    return [world.bot_token, world.app_token, world.signing_secret, LINK, "ticket-", STRANGE]


def _lose_slack(door: SlackDoor) -> None:
    """The sockets break, frames that are none come, and the token is refused for a while."""
    slack, world = door.slack, door.slack.world
    slack.sends_frame(MARK)
    slack.sends_frame(f'{{"envelope_id": "e", "payload": "{MARK}"}}')
    slack.breaks_sockets()
    own, world.bot_token = world.bot_token, STRANGE
    door.say(MARK, 30)
    door.desk.stop()
    door.desk.start()
    world.bot_token = own
    door.desk.stop()
    door.desk.start()


def _post(door: Door, path: str, headers: dict[str, str]) -> None:
    """What nobody's platform would send."""
    for body in (MARK, f'{{"text": "{MARK}"', f'["{MARK}"]', f'{{"update_id": "{MARK}"}}'):
        httpx.post(f"{door.desk.url}{path}", content=body, headers=headers, trust_env=False)


ENDS = {
    "in the main thread": "fail()",
    "in a thread": "t = threading.Thread(target=fail); t.start(); t.join()",
    "in a task": "asyncio.run(leave_task())",
    "in a finaliser": "Last()",
}
PROGRAM = """
import asyncio, gc, threading
from bot.log import configure_log
configure_log("debug", "json")
def fail():
    raise ValueError("{mark}")
class Last:
    def __del__(self):
        fail()
async def failing():
    fail()
async def leave_task():
    asyncio.create_task(failing())
    await asyncio.sleep(0)
    gc.collect()
{end}
"""


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_an_error_that_nobody_handles_is_told_without_its_values(end: str) -> None:
    program = PROGRAM.format(mark=MARK, end=end)
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "ValueError" in ended.stderr
    assert MARK not in ended.stdout + ended.stderr
