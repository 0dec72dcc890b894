"""What the ways to the desk have in common, as people use them."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from tests.bot.channels.running import RunningDesk

PATIENCE_SECONDS = 15.0
TICK_SECONDS = 0.01
RATINGS = ("👍", "👎")


@dataclass(frozen=True)
class Heard:
    """One post of the desk as a person sees it: its text, where it is from, what can be tapped."""

    text: str
    sources: tuple[str, ...] = ()
    buttons: tuple[str, ...] = ()


class Door(Protocol):
    """One way in and out, for any number of people by their numbers, counted anew in each `crowd`.

    `ratings` are the buttons under an answer. `redelivers`: whether the platform may hand over the same thing
    twice. `at_once`: how many people can use it at a time (None: any number). `takes_back`: whether what was said
    can be changed where it stands, or taken back.
    """

    desk: RunningDesk
    ratings: tuple[str, ...]
    redelivers: bool
    at_once: int | None
    takes_back: bool

    def begin_anew(self) -> None:
        """Everybody is somebody else from now on, and the desk runs."""

    def source(self, name: str) -> str:
        """How a source is shown."""

    def say(self, text: str, person: int = 0) -> None:
        """A person writes; returns when it is handed over as far as the platform tells them."""

    def tap(self, label: str, person: int = 0) -> None:
        """A person picks what the latest post with this label offers."""

    def forge(self, label: str, owner: int, thief: int) -> None:
        """The thief sends, from their own conversation, what only the owner was offered."""

    def repeat_last(self) -> None:
        """The same event comes once more."""

    def heard(self, person: int = 0) -> list[Heard]:
        """Everything that the desk said to a person, oldest first."""


def wait_for(door: Door, count: int, person: int = 0) -> list[Heard]:
    """What a person heard, once there are so many posts."""
    return wait_until(door, lambda posts: len(posts) >= count, person)


def wait_until(door: Door, is_enough: Callable[[list[Heard]], bool], person: int = 0) -> list[Heard]:
    ends = time.monotonic() + PATIENCE_SECONDS
    while not is_enough(posts := door.heard(person)):
        assert time.monotonic() < ends, f"only {[(len(post.text), post.text[:80]) for post in posts]}"
        time.sleep(TICK_SECONDS)
    return posts
