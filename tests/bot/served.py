"""`python -m tests.bot.served URL PORT`: the desk with its fakes as a process of its own, to be killed."""

import asyncio
import sys
import time
from collections.abc import Sequence

from pydantic import SecretStr

from bot.app import Parts, open_store, service, web_channel
from bot.config import Config
from handlers.effects import Effect
from handlers.message import Message
from handlers.situation import Situation
from tests.bot.fakes import FakeBook, FixedClock, decide

THINKING_SECONDS = 0.05


def decide_slowly(message: Message, situation: Situation) -> Sequence[Effect]:
    time.sleep(THINKING_SECONDS)
    return decide(message, situation)


async def serve(url: str, port: int) -> None:
    config = Config.model_validate(
        {
            "database": SecretStr(url),
            "channels": {"web": {"port": port}},
            "limits": {"messages_per_minute": 1000},
        }
    )
    parts = Parts(config, FakeBook(), decide_slowly, open_store(config), FixedClock())
    await service(parts, [web_channel(parts)]).run(asyncio.Event())


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], int(sys.argv[2])))
