"""`python -m tests.bot.announcing_worker URL FOLDER SENT MOMENT…`: an announcer and a courier in their own process.

At each moment they do all that is to be done, beside others who do the same, until the notices that began are through.
Each address is noted in the file SENT with what was sent there.
"""

import asyncio
import sys
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.channels.base import Outcome, Outgoing, Sent
from bot.store.engine import open_engine
from bot.store.notice_models import Occurrence
from bot.store.transactions import Store
from handlers.notice import OccurrenceState
from tests.bot.announcing import Season, edition
from tests.bot.fakes import FakeChannel


class Noting(FakeChannel):
    """A channel that keeps a list on disk."""

    file: Path

    async def send(self, outgoing: Outgoing) -> Outcome:
        with self.file.open("a", encoding="utf-8") as file:
            file.write(f"{outgoing.address} {outgoing.reply.text.splitlines()[0]}\n")
        return Sent()


async def work(season: Season, moments: list[str]) -> None:
    for moment in moments:
        season.go_to(moment)
        await season.announcer.tick()
        while await season.store.read(_sending):
            await season.courier.step()
            await season.announcer.tick()


def _sending(session: Session) -> int:
    sending = select(func.count()).where(Occurrence.state == OccurrenceState.SENDING)
    return session.scalar(sending) or 0


if __name__ == "__main__":
    channel = Noting()
    channel.file = Path(sys.argv[3])
    store = Store(open_engine(sys.argv[1]))
    asyncio.run(work(Season(store, edition(Path(sys.argv[2])), channel=channel), sys.argv[4:]))
    store.close()
