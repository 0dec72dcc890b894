"""A process that decides: told messages and their situations, it answers with effects, as many at a time as wait."""

import gc
import socket
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import cast

from bot.frames import framed, told
from bot.ports import Decide, Decides
from handlers.message import Message
from handlers.situation import Situation

Asked = tuple[Message, Situation]

# So that the first of many does not wait for all of them.
LARGEST_GROUP = 16


def decide_for(connection: socket.socket, decides: Decides) -> None:
    """Answer until who asks is gone. None stands for what could not be decided."""
    # To look through what was there before for garbage would copy it.
    gc.freeze()
    with suppress(OSError):
        for group in _groups(connection):
            _answer(decides, group, connection)


def _groups(connection: socket.socket) -> Iterator[Sequence[Asked]]:
    for waiting in told(connection):
        asked = cast(list[Asked], waiting)
        for first in range(0, len(asked), LARGEST_GROUP):
            yield asked[first : first + LARGEST_GROUP]


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
        return framed(decide(message, situation))
    except Exception:
        return framed(None)
