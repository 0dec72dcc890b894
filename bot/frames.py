"""Values on their way to another process of this desk and back: one after the other, each after its length."""

import pickle
import socket
import struct
from collections.abc import Iterator

RECEIVED_BYTES = 1 << 16
LENGTH = struct.Struct("!I")


def framed(value: object) -> bytes:
    """A value as it is sent. Raises whatever pickling raises."""
    body = pickle.dumps(value)
    return LENGTH.pack(len(body)) + body


def told(connection: socket.socket) -> Iterator[list[object]]:
    """What the other end sends, in order, as much at a time as has come, until the other end is gone."""
    came = b""
    while received := connection.recv(RECEIVED_BYTES):
        bodies, came = _unframed(came + received)
        yield [pickle.loads(body) for body in bodies]


def _unframed(came: bytes) -> tuple[list[bytes], bytes]:
    """What came as a whole, and the begin of the next."""
    bodies = []
    while len(came) >= LENGTH.size:
        end = LENGTH.size + LENGTH.unpack_from(came)[0]
        if len(came) < end:
            break
        bodies.append(came[LENGTH.size : end])
        came = came[end:]
    return bodies, came
