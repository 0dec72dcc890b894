"""The process that deciders are forked from: it has the newest edition, and neither threads nor a connection to the
database, which a copy of the process that serves would have half of."""

import os
import signal
import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import NoReturn

from bot.decider import decide_for
from bot.frames import framed, told
from bot.ports import Decides
from knowledge.schema import Change


@dataclass(frozen=True)
class Changed:
    """What is new in the edition that counts from now on. Answered by None where it cannot be brought out."""

    change: Change


@dataclass(frozen=True)
class Fork:
    """Begin another decider, by the connection that is handed over. Answered by the number of its process, or None."""


@dataclass(frozen=True)
class End:
    """End a decider, whatever it does, and forget its number."""

    process: int


def fork_deciders(first: Decides, connection: socket.socket, handed: socket.socket) -> None:
    """Do what is told until who tells it is gone, and have no decider outlive that.

    `handed` is where connections for deciders come. Who else is told to end is not asked: a terminal tells all of us.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    server = _ForkServer(first, connection, handed)
    try:
        with suppress(OSError):
            for wanted in told(connection):
                for one in wanted:
                    connection.sendall(framed(server.do(one)))
    finally:
        server.end_all()


class _ForkServer:
    def __init__(self, first: Decides, connection: socket.socket, handed: socket.socket) -> None:
        self._newest = first
        self._connection = connection
        self._handed = handed
        self._deciders: set[int] = set()

    def do(self, wanted: object) -> object:
        match wanted:
            case Changed(change):
                return self._follow(change)
            case Fork():
                return self._fork()
            case End(process) if process in self._deciders:
                self._end(process)
        return None

    def end_all(self) -> None:
        for process in tuple(self._deciders):
            self._end(process)

    def _follow(self, change: Change) -> bool | None:
        try:
            self._newest = self._newest.follow(change)
        except Exception:
            return None
        return True

    def _fork(self) -> int | None:
        _, [number, *_], _, _ = socket.recv_fds(self._handed, 1, 1)
        with socket.socket(fileno=number) as connection:
            try:
                process = os.fork()
            except OSError:
                return None
            if not process:
                self._decide(connection)
            self._deciders.add(process)
            return process

    def _decide(self, connection: socket.socket) -> NoReturn:
        try:
            # While a copy of these is open anywhere, nobody learns that this process is gone.
            self._connection.close()
            self._handed.close()
            decide_for(connection, self._newest)
        finally:
            os._exit(0)

    def _end(self, process: int) -> None:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        self._deciders.remove(process)
