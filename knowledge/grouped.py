"""Calls made at the same time from several threads, run as one where that is cheaper than one by one."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.float32]

# So that the first of many does not wait for all of them.
LARGEST_GROUP = 16


@dataclass
class _Call:
    """Some items, and what became of them: a row each, or an error."""

    items: Sequence[Any]
    rows: Rows | None = None
    error: Exception | None = None


class Grouped:
    """A function that gives a row for each item. Whoever comes while it runs waits, and all who wait go together."""

    def __init__(self, run: Callable[[list[Any]], Rows]) -> None:
        self._run = run
        self._waiting: deque[_Call] = deque()
        self._running = Lock()

    def __call__(self, items: Sequence[Any]) -> Rows:
        """The rows of these items. Raises what the function raises for them."""
        call = _Call(items)
        self._waiting.append(call)
        with self._running:
            while call.rows is None and call.error is None:
                self._answer([self._waiting.popleft() for _ in range(min(LARGEST_GROUP, len(self._waiting)))])
        if call.error is not None:
            raise call.error
        assert call.rows is not None
        return call.rows

    def _answer(self, calls: Sequence[_Call]) -> None:
        try:
            rows = self._run([item for call in calls for item in call.items])
        except Exception as error:
            self._answer_with(calls, error)
            return
        begin = 0
        for call in calls:
            call.rows = rows[begin : begin + len(call.items)]
            begin += len(call.items)

    def _answer_with(self, calls: Sequence[_Call], error: Exception) -> None:
        """What fails for one is no fault of the others."""
        if len(calls) == 1:
            calls[0].error = error
            return
        for call in calls:
            self._answer([call])
