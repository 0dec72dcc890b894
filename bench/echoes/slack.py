"""Bolt's own app, with its own server: says again what it is told and stores nothing.

python -m bench.echoes.slack PORT PLATFORM_URL
"""

import re
import sys
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncSay
from slack_sdk.web.async_client import AsyncWebClient

from bench.echoes.traffic import SIGNING_SECRET, SLACK_PATH, SLACK_TOKEN


async def echo_event(event: dict[str, Any], say: AsyncSay) -> None:
    """The same words."""
    await say(event["text"])


async def echo_tap(ack: AsyncAck, action: dict[str, Any], say: AsyncSay) -> None:
    """What the tapped button stands for."""
    await ack()
    await say(action["value"])


async def echo_command(ack: AsyncAck, command: dict[str, Any], say: AsyncSay) -> None:
    """What stood behind the command."""
    await ack()
    await say(command["text"])


def main(port: int, platform: str) -> None:
    """Serve until told to stop."""
    client = AsyncWebClient(SLACK_TOKEN, f"{platform}/api/")
    app = AsyncApp(client=client, signing_secret=SIGNING_SECRET)
    app.event("message")(echo_event)
    app.action(re.compile(".*"))(echo_tap)
    app.command("/desk")(echo_command)
    app.server(port, SLACK_PATH, "127.0.0.1").start()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
