"""Posts requests that were made beforehand, over connections kept open, and tells when each was acknowledged.

    python -m bench.load PORT RATE < requests > results

In and out are pickles: a list of whole HTTP requests, and a list of (due, acknowledged, status), as in `Posted`. RATE
is how many a second, at moments drawn at random (seeded); 0 posts each as soon as a connection is free.
"""

import asyncio
import pickle
import random
import re
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

HOST = "127.0.0.1"
# As many as Telegram opens to a webhook.
CONNECTIONS = 40
LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Posted:
    """When a request was due, when its answer was there (seconds, the machine's steady clock), and its status."""

    due: float
    acknowledged: float
    status: int


class Poster:
    """Some connections that take one request after another."""

    def __init__(self, requests: Sequence[bytes], port: int, dues: Sequence[float | None]) -> None:
        self._port = port
        self._todo: Iterator[tuple[int, bytes, float | None]] = iter(
            [(number, request, due) for number, (request, due) in enumerate(zip(requests, dues, strict=True))]
        )
        self._posted: dict[int, Posted] = {}

    async def run(self, connections: int) -> list[Posted]:
        """Post all of them."""
        await asyncio.gather(*(self._work() for _ in range(connections)))
        return [self._posted[number] for number in sorted(self._posted)]

    async def _work(self) -> None:
        reader, writer = await asyncio.open_connection(HOST, self._port)
        for number, request, due in self._todo:
            if due is not None:
                await asyncio.sleep(due - time.monotonic())
            begun = time.monotonic() if due is None else due
            writer.write(request)
            status = await _status(reader)
            self._posted[number] = Posted(begun, time.monotonic(), status)
        writer.close()
        await writer.wait_closed()


async def _status(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    found = LENGTH.search(head)
    await reader.readexactly(int(found[1]) if found else 0)
    return int(head[9:12])


def dues(count: int, rate: float, begin: float) -> list[float | None]:
    """When each is due: at random moments, `rate` a second."""
    if not rate:
        return [None] * count
    draw, moment = random.Random(count), begin
    moments: list[float | None] = []
    for _ in range(count):
        moment += draw.expovariate(rate)
        moments.append(moment)
    return moments


def main(port: int, rate: float) -> None:
    """Post what stands in the input."""
    requests: list[bytes] = pickle.load(sys.stdin.buffer)
    poster = Poster(requests, port, dues(len(requests), rate, time.monotonic() + 0.1))
    posted = asyncio.run(poster.run(min(CONNECTIONS, len(requests))))
    pickle.dump([(one.due, one.acknowledged, one.status) for one in posted], sys.stdout.buffer)


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
