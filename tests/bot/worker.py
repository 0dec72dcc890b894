"""`python -m tests.bot.worker URL HOLDER HOLD_SECONDS DECIDED`: a desk as a process of its own, to be killed.

Takes batches of messages from its input, a line of JSON each: [[key, address, text], …]. Notes the key of
every message it decides in the file DECIDED. Works until its input ends.
"""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from bot.channels.base import parcel_of
from bot.clock import RealClock
from bot.desk import Decisions, Desk
from bot.store.engine import open_engine
from bot.store.transactions import Store
from handlers.effects import Effect
from handlers.message import Message
from handlers.situation import Situation
from tests.bot.fakes import FixedClock, decide, message

THINKING_SECONDS = 0.01
LOOK_AROUND_SECONDS = 0.2


def a_desk(store: Store, holder: str, hold_seconds: float, decided: Path) -> Desk:
    def decide_slowly(message: Message, situation: Situation) -> Sequence[Effect]:
        with decided.open("a", encoding="utf-8") as file:
            file.write(f"{message.key}\n")
        time.sleep(THINKING_SECONDS)
        return decide(message, situation)

    decisions = Decisions(decide_slowly, decide)
    return Desk(store, decisions, FixedClock(), RealClock(), ["fake"], lambda: None, holder, hold_seconds)


async def look_around(desk: Desk) -> None:
    while True:
        await desk.sweep()
        await asyncio.sleep(LOOK_AROUND_SECONDS)


async def serve(url: str, holder: str, hold_seconds: float, decided: Path) -> None:
    store = Store(open_engine(url))
    desk = a_desk(store, holder, hold_seconds, decided)
    looking = asyncio.create_task(look_around(desk))
    while line := await asyncio.to_thread(sys.stdin.readline):
        await desk.receive([parcel_of(message(text, key, address)) for key, address, text in json.loads(line)])
    looking.cancel()
    with suppress(asyncio.CancelledError):
        await looking
    await desk.finish()
    store.close()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], sys.argv[2], float(sys.argv[3]), Path(sys.argv[4])))
