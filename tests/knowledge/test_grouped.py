"""Calls of several threads at once are run together, and each gets its own."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge.grouped import Grouped


class Slow:
    """Squares numbers; the first call waits for leave to go on. Refuses negative ones."""

    def __init__(self) -> None:
        self.seen: list[list[int]] = []
        self.begun, self.may_go_on = Event(), Event()

    def run(self, numbers: Sequence[int]) -> NDArray[np.float32]:
        self.seen.append(sorted(numbers))
        if not self.begun.is_set():
            self.begun.set()
            assert self.may_go_on.wait(5)
        if min(numbers) < 0:
            raise ValueError("negative")
        return np.array([[number * number] for number in numbers], dtype=np.float32)


def together(slow: Slow, *calls: list[int]) -> list[list[float] | str]:
    """What each gets when all but the first call come while that one runs."""
    grouped = Grouped(slow.run)

    def ask(numbers: list[int]) -> list[float] | str:
        try:
            return [float(row[0]) for row in grouped(numbers)]
        except ValueError as error:
            return str(error)

    with ThreadPoolExecutor(len(calls)) as threads:
        first = threads.submit(ask, calls[0])
        assert slow.begun.wait(5)
        others = [threads.submit(ask, call) for call in calls[1:]]
        while len(grouped._waiting) < len(others):
            pass
        slow.may_go_on.set()
        return [first.result(), *(other.result() for other in others)]


def test_who_comes_while_it_runs_goes_together_and_each_gets_its_own() -> None:
    slow = Slow()
    assert together(slow, [1], [2, 3], [4], [5]) == [[1.0], [4.0, 9.0], [16.0], [25.0]]
    assert slow.seen == [[1], [2, 3, 4, 5]]


def test_what_fails_for_one_is_told_to_that_one_only() -> None:
    assert together(Slow(), [1], [2], [-1], [3]) == [[1.0], [4.0], "negative", [9.0]]


def test_a_call_alone_is_run_at_once() -> None:
    slow = Slow()
    slow.begun.set()
    assert Grouped(slow.run)([7]).tolist() == [[49.0]]
    assert slow.seen == [[7]]


def test_the_next_call_after_an_error_works() -> None:
    slow = Slow()
    slow.begun.set()
    grouped = Grouped(slow.run)
    with pytest.raises(ValueError, match="negative"):
        grouped([-1])
    assert grouped([2]).tolist() == [[4.0]]
