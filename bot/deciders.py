"""Processes that decide beside the one that serves: to decide is to compute, and Python computes on one core."""

import asyncio
import os
import pickle
import signal
import socket
import struct
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import structlog

from bot.ports import Decide, Decides
from handlers.effects import Effect
from handlers.message import Message
from handlers.situation import Situation
from knowledge.schema import Change

Asked = tuple[Message, Situation]
# None where something could not be done.
Answer = Sequence[Effect] | None

# So that the first of many does not wait for all of them.
LARGEST_GROUP = 16
RECEIVED_BYTES = 1 << 16
LENGTH = struct.Struct("!I")

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Changed:
    """What is new in the edition that counts from now on."""

    change: Change


@dataclass(eq=False)
class Decider:
    """A process that decides, seen from ours: it answers in the order in which it is told something.

    `editions` is how many editions it brought out since it began.
    """

    process: int
    connection: socket.socket
    owed: deque[asyncio.Future[Answer]] = field(default_factory=deque)
    writer: asyncio.StreamWriter | None = None
    reading: asyncio.Task[None] | None = None
    editions: int = 0

    async def open(self) -> None:
        """Begin to listen to it, in the loop that runs."""
        reader, self.writer = await asyncio.open_connection(sock=self.connection)
        self.reading = asyncio.create_task(self._listen(reader, self.writer))

    async def ask(self, message: Message, situation: Situation) -> Answer:
        """Its answer; None also where it is gone."""
        try:
            asked = _framed((message, situation))
        except Exception as error:
            log.warning("not to be handed over", error=type(error).__name__)
            return None
        return await self._tell(asked)

    def follow(self, change: Change) -> None:
        """Have it bring out the next edition."""
        self._tell(_framed(_Changed(change))).add_done_callback(self._followed)

    def _followed(self, told: asyncio.Future[Answer]) -> None:
        if told.result() is not None:
            self.editions += 1
        elif self.writer is not None:
            log.error("decider cannot follow", process=self.process)
            self.writer.close()

    def _tell(self, frame: bytes) -> asyncio.Future[Answer]:
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        if self.writer is None or self.writer.is_closing():
            answer.set_result(None)
        else:
            self.owed.append(answer)
            self.writer.write(frame)
        return answer

    async def _listen(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                (length,) = LENGTH.unpack(await reader.readexactly(LENGTH.size))
                _give(self.owed.popleft(), pickle.loads(await reader.readexactly(length)))
        except (asyncio.IncompleteReadError, OSError):
            log.error("decider gone", process=self.process)
        finally:
            self.writer = None
            writer.close()
            while self.owed:
                _give(self.owed.popleft(), None)


def _give(promise: asyncio.Future[Answer], answer: Answer) -> None:
    if not promise.done():
        promise.set_result(answer)


class Deciders:
    """Some of them, asked by whose turn it is. What they cannot do is left to this process."""

    def __init__(self, deciders: Sequence[Decider]) -> None:
        self._deciders = deciders
        self._editions = 0

    async def open(self) -> None:
        """Begin to listen to them, in the loop that runs."""
        for decider in self._deciders:
            await decider.open()

    def follow(self, change: Change) -> None:
        """From now on the edition with this change counts. Whoever has not brought it out yet decides nothing."""
        self._editions += 1
        for decider in self._deciders:
            decider.follow(change)

    async def decide(self, message: Message, situation: Situation) -> Answer:
        """What to do about a message by the newest edition; None where this process is to decide itself."""
        newest = self._editions
        ready = (decider for decider in self._deciders if decider.writer is not None and decider.editions == newest)
        least = min(ready, key=lambda decider: len(decider.owed), default=None)
        answer = None if least is None else await least.ask(message, situation)
        return answer if newest == self._editions else None


@contextmanager
def forked(first: Decides, count: int) -> Iterator[Deciders]:
    """So many deciders, for as long as this lasts. To be begun before there are threads or a loop: a copy of a process
    has none of them, and shares the memory of what was loaded before."""
    deciders: list[Decider] = []
    try:
        for _ in range(count):
            deciders.append(_fork(first, deciders))
        yield Deciders(deciders)
    finally:
        for decider in deciders:
            decider.connection.close()
        for decider in deciders:
            os.waitpid(decider.process, 0)


def _fork(first: Decides, others: Sequence[Decider]) -> Decider:
    ours, theirs = socket.socketpair()
    process = os.fork()
    if process:
        theirs.close()
        return Decider(process, ours)
    try:
        # While a copy of our end is open anywhere, nobody learns that we are gone.
        for connection in (ours, *(other.connection for other in others)):
            connection.close()
        _serve(first, theirs)
    finally:
        os._exit(0)


def _serve(first: Decides, connection: socket.socket) -> None:
    """Answer until the process that asks is gone; its end is ours, whoever else is told to end."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    newest = first
    with suppress(OSError):
        for told in _told(connection):
            if isinstance(told, _Changed):
                followed = _following(newest, told.change)
                connection.sendall(_framed(None if followed is None else ()))
                newest = followed or newest
            else:
                _answer(newest, told, connection)


def _following(decides: Decides, change: Change) -> Decides | None:
    try:
        return decides.follow(change)
    except Exception:
        return None


def _answer(decides: Decides, group: Sequence[Asked], connection: socket.socket) -> None:
    decide = _ahead(decides, group)
    for message, situation in group:
        connection.sendall(_attempt(decide, message, situation))


def _ahead(decides: Decides, group: Sequence[Asked]) -> Decide:
    """What is wrong with one of them is no fault of the others."""
    try:
        return decides.foresee(group) if len(group) > 1 else decides.decide
    except Exception:
        return decides.decide


def _attempt(decide: Decide, message: Message, situation: Situation) -> bytes:
    """The frame of the answer. What fails here fails again where it was asked, and is told there."""
    try:
        return _framed(decide(message, situation))
    except Exception:
        return _framed(None)


def _told(connection: socket.socket) -> Iterator[_Changed | list[Asked]]:
    """What changed, and what is to be decided, some at a time, in order, until nobody asks any more."""
    came = b""
    while received := connection.recv(RECEIVED_BYTES):
        came += received
        frames, came = _unframed(came)
        yield from _grouped([pickle.loads(frame) for frame in frames])


def _grouped(told: Sequence[_Changed | Asked]) -> Iterator[_Changed | list[Asked]]:
    asked: list[Asked] = []
    for one in told:
        if asked and (isinstance(one, _Changed) or len(asked) == LARGEST_GROUP):
            yield asked
            asked = []
        if isinstance(one, _Changed):
            yield one
        else:
            asked.append(one)
    if asked:
        yield asked


def _framed(value: object) -> bytes:
    body = pickle.dumps(value)
    return LENGTH.pack(len(body)) + body


def _unframed(came: bytes) -> tuple[list[bytes], bytes]:
    """The frames that came as a whole, and the begin of the next."""
    frames = []
    while len(came) >= LENGTH.size:
        end = LENGTH.size + LENGTH.unpack_from(came)[0]
        if len(came) < end:
            break
        frames.append(came[LENGTH.size : end])
        came = came[end:]
    return frames, came
