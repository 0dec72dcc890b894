"""Another process of this desk, seen from ours: it answers in the order in which it is told something."""

import asyncio
import pickle
import socket
from collections import deque
from typing import Any

import structlog

from bot.frames import LENGTH, framed

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Peer:
    """What cannot be told to it, or is not answered before it is gone, is answered by None.

    Who owes an answer and says nothing for `patience_seconds` counts as gone.
    """

    def __init__(self, process: int, connection: socket.socket, patience_seconds: float) -> None:
        self.process = process
        self._connection = connection
        self._patience_seconds = patience_seconds
        self._owed: deque[asyncio.Future[Any]] = deque()
        self._writer: asyncio.StreamWriter | None = None
        self._listening: asyncio.Task[None] | None = None
        self._losing_patience: asyncio.TimerHandle | None = None

    @property
    def gone(self) -> bool:
        """Whether nothing more comes from it."""
        return self._writer is None

    @property
    def owes(self) -> int:
        """How many answers."""
        return len(self._owed)

    async def open(self) -> None:
        """Begin to listen to it, in the loop that runs."""
        reader, self._writer = await asyncio.open_connection(sock=self._connection)
        self._listening = asyncio.create_task(self._listen(reader))

    def tell(self, value: object) -> asyncio.Future[Any]:
        """Its answer, when it comes."""
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        frame = _frame(value)
        if frame is None or self._writer is None:
            answer.set_result(None)
            return answer
        self._owed.append(answer)
        if len(self._owed) == 1:
            self._wait()
        self._writer.write(frame)
        return answer

    def close(self) -> None:
        """Want nothing more of it."""
        if self._losing_patience is not None:
            self._losing_patience.cancel()
        if self._writer is None:
            self._connection.close()
        else:
            self._writer.transport.abort()
        self._writer = None
        while self._owed:
            _give(self._owed.popleft(), None)

    def _wait(self) -> None:
        """Be patient anew, while it owes something."""
        if self._losing_patience is not None:
            self._losing_patience.cancel()
        if self._owed:
            self._losing_patience = asyncio.get_running_loop().call_later(self._patience_seconds, self._give_up)

    def _give_up(self) -> None:
        log.error("process beside says nothing", process=self.process, seconds=self._patience_seconds)
        self.close()

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        try:
            while True:
                (length,) = LENGTH.unpack(await reader.readexactly(LENGTH.size))
                answer = pickle.loads(await reader.readexactly(length))
                if self.gone:
                    return
                _give(self._owed.popleft(), answer)
                self._wait()
        except (asyncio.IncompleteReadError, OSError):
            if not self.gone:
                log.error("process beside gone", process=self.process)
        finally:
            self.close()


def _frame(value: object) -> bytes | None:
    try:
        return framed(value)
    except Exception as error:
        log.warning("not to be handed over", error=type(error).__name__)
        return None


def _give(promise: asyncio.Future[Any], answer: object) -> None:
    if not promise.done():
        promise.set_result(answer)
