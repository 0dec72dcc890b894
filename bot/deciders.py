"""Processes that decide beside the one that serves: to decide is to compute, and Python computes on one core."""

import asyncio
import os
import signal
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import structlog

from bot.fork_server import Changed, End, Fork, fork_deciders
from bot.peer import Peer
from bot.ports import Decides
from handlers.effects import Effect
from handlers.message import Message
from handlers.situation import Situation
from knowledge.schema import Change

# How long one may say nothing while it owes an answer. A group takes a tenth of a second, an edition one or two.
DECIDING_SECONDS = 10.0
FORKING_SECONDS = 60.0
# How soon one that is gone is replaced.
LOOK_SECONDS = 1.0
ENDING_SECONDS = 2.0

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class ForkServer:
    """The process that deciders are forked from, seen from ours. `handing` is where it is handed their connections."""

    peer: Peer
    handing: socket.socket

    async def fork(self, connection: socket.socket) -> int | None:
        """The number of the process of another decider, at the other end of whose connection we are."""
        try:
            socket.send_fds(self.handing, [b"\0"], [connection.fileno()])
        except OSError:
            return None
        process: int | None = await self.peer.tell(Fork())
        return process


class Deciders:
    """So many of them, asked by whose turn it is. What they cannot do is left to this process.

    All decide by the newest edition: with the next, they are replaced. So is one that died, or that says
    nothing for `patience_seconds` though it was asked.
    """

    def __init__(self, server: ForkServer, count: int, patience_seconds: float) -> None:
        self._server = server
        self._count = count
        self._patience_seconds = patience_seconds
        self._deciders: list[Peer] = []
        self._editions = 0
        self._followed = 0
        self._wanted = asyncio.Event()
        self._keeping: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Begin them, and see to it that there are as many, in the loop that runs."""
        await self._server.peer.open()
        await self._fill()
        self._keeping = asyncio.create_task(self._keep())

    def follow(self, change: Change) -> None:
        """From now on the edition with this change counts. Until there is someone who decides by it, we do."""
        self._editions += 1
        for decider in self._deciders:
            decider.close()
        self._server.peer.tell(Changed(change)).add_done_callback(self._note)

    async def decide(self, message: Message, situation: Situation) -> Sequence[Effect] | None:
        """What to do about a message by the newest edition; None where this process is to decide itself."""
        newest = self._editions
        ready = (decider for decider in self._deciders if not decider.gone)
        least = min(ready, key=lambda decider: decider.owes, default=None)
        answer: Sequence[Effect] | None = None if least is None else await least.tell((message, situation))
        return answer if newest == self._editions else None

    def _note(self, followed: asyncio.Future[bool | None]) -> None:
        if followed.result():
            self._followed += 1
        elif not self._server.peer.gone:
            log.error("deciders cannot follow")
            self._server.peer.close()
        self._wanted.set()

    async def _keep(self) -> None:
        while not self._server.peer.gone:
            self._wanted.clear()
            await self._fill()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wanted.wait(), LOOK_SECONDS)
        log.error("no more deciders until the next start")

    async def _fill(self) -> None:
        """Replace who is gone, as soon as there is the edition that counts."""
        for decider in [one for one in self._deciders if one.gone]:
            self._deciders.remove(decider)
            self._server.peer.tell(End(decider.process))
        while len(self._deciders) < self._count and self._followed == self._editions:
            if not await self._begin():
                return

    async def _begin(self) -> bool:
        newest = self._editions
        ours, theirs = socket.socketpair()
        with theirs:
            process = await self._server.fork(theirs)
        if process is None:
            log.error("no decider begun")
            ours.close()
            return False
        decider = Peer(process, ours, self._patience_seconds)
        await decider.open()
        if newest != self._editions:
            decider.close()
        self._deciders.append(decider)
        return True


@contextmanager
def forked(first: Decides, count: int, patience_seconds: float = DECIDING_SECONDS) -> Iterator[Deciders]:
    """So many deciders, for as long as this lasts. To be begun before there are threads or a loop: a copy of a process
    has none of them, and shares the memory of what was loaded before."""
    server = _fork_server(first)
    try:
        yield Deciders(server, count, patience_seconds)
    finally:
        server.peer.close()
        server.handing.close()
        _see_ended(server.peer.process)


def _fork_server(first: Decides) -> ForkServer:
    ours, theirs = socket.socketpair()
    handing, handed = socket.socketpair()
    process = os.fork()
    if process:
        theirs.close()
        handed.close()
        return ForkServer(Peer(process, ours, FORKING_SECONDS), handing)
    try:
        ours.close()
        handing.close()
        fork_deciders(first, theirs, handed)
    finally:
        os._exit(0)


def _see_ended(process: int) -> None:
    """It ends when it learns that we are gone; one that hangs is ended."""
    deadline = time.monotonic() + ENDING_SECONDS
    while os.waitpid(process, os.WNOHANG) == (0, 0):
        if time.monotonic() > deadline:
            os.kill(process, signal.SIGKILL)
        time.sleep(0.01)
