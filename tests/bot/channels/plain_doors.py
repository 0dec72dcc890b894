"""The page and the terminal, as people use them."""

import os
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

import httpx

from tests.bot.channels.door import PATIENCE_SECONDS, RATINGS, Heard
from tests.bot.channels.running import RunningDesk

NUMBERED = re.compile(r"^  \d+\. (.*)$")
IN_BRACKETS = re.compile(r"^\([^()]*\)$")


@dataclass
class WebDoor:
    """The page, as its script talks to the server. A browser that got no answer sends the same again."""

    desk: RunningDesk
    browsers: dict[int, httpx.Client] = field(default_factory=dict)
    cookies: dict[int, httpx.Cookies] = field(default_factory=dict)
    sent: tuple[int, Mapping[str, object]] = (0, {})
    ratings: tuple[str, ...] = RATINGS
    redelivers: bool = True
    at_once: int | None = None
    takes_back: bool = True

    def begin_anew(self) -> None:
        self.close()
        self.desk.ensure_running()

    def close_tab(self, person: int = 0) -> None:
        """Whatever the person does next opens it again, in the same browser."""
        before = self.browsers.pop(person)
        self.cookies[person] = before.cookies
        before.close()

    def send_value(self, value: str, person: int = 0) -> None:
        """A tap on what was never offered."""
        self._post({"key": str(uuid.uuid4()), "tap": {"value": value}}, person)

    def source(self, name: str) -> str:
        return name

    def say(self, text: str, person: int = 0) -> None:
        self._post({"key": str(uuid.uuid4()), "text": text}, person)

    def tap(self, label: str, person: int = 0) -> None:
        self._tap(label, person, person)

    def forge(self, label: str, owner: int, thief: int) -> None:
        self._tap(label, owner, thief)

    def _tap(self, label: str, offered_to: int, by: int) -> None:
        value, reply = next(
            (value, item["id"])
            for item in reversed(self._items(offered_to))
            for shown, value in _choices(item)
            if shown == label
        )
        self._post({"key": str(uuid.uuid4()), "tap": {"value": value, "reply": reply}}, by)

    def repeat_last(self) -> None:
        person, body = self.sent
        self._post(body, person)

    def _post(self, body: Mapping[str, object], person: int) -> None:
        self.sent = (person, body)
        self._browser(person).post("/api/messages", json=body).raise_for_status()

    def heard(self, person: int = 0) -> list[Heard]:
        said = [item for item in self._items(person) if item["who"] == "desk" and not item["withdrawn"]]
        return [
            Heard(item["text"], tuple(item["sources"]), tuple(label for label, _value in _choices(item)))
            for item in said
        ]

    def _items(self, person: int) -> list[dict[str, Any]]:
        response = self._browser(person).get("/api/conversation")
        response.raise_for_status()
        items: list[dict[str, Any]] = response.json()["items"]
        return items

    def _browser(self, person: int) -> httpx.Client:
        if person not in self.browsers:
            url, cookies = self.desk.url, self.cookies.get(person)
            browser = httpx.Client(
                base_url=url, headers={"origin": url}, cookies=cookies, timeout=PATIENCE_SECONDS, trust_env=False
            )
            browser.get("/").raise_for_status()
            self.browsers[person] = browser
        return self.browsers[person]

    def close(self) -> None:
        for browser in self.browsers.values():
            browser.close()
        self.browsers.clear()
        self.cookies.clear()


def _choices(item: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the page shows under a line, with what a tap sends."""
    offered = [(choice["label"], choice["value"]) for choice in (*item["choices"], *item["related"])]
    rated = list(zip(RATINGS, ("rate:up", "rate:down"), strict=True)) if item["rateable"] else []
    return offered + rated


class Screen(StringIO):
    """A terminal that remembers what was written to it at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []

    def write(self, text: str) -> int:
        self.pieces.append(text)
        return len(text)


@dataclass
class ConsoleDoor:
    """One terminal, one person. Nothing can be tapped or rated, and a line typed twice was meant twice."""

    desk: RunningDesk
    screen: Screen
    keys: int
    ratings: tuple[str, ...] = ()
    redelivers: bool = False
    at_once: int | None = 1
    takes_back: bool = False

    def begin_anew(self) -> None:
        self.desk.stop()
        self.desk.start()
        self.screen.pieces.clear()

    def source(self, name: str) -> str:
        return f"({name})"

    def say(self, text: str, person: int = 0) -> None:
        typed = f"{text}\n".encode()
        assert os.write(self.keys, typed) == len(typed)

    def tap(self, label: str, person: int = 0) -> None:
        offer = next(post.buttons for post in reversed(self.heard()) if label in post.buttons)
        self.say(str(offer.index(label) + 1))

    def forge(self, label: str, owner: int, thief: int) -> None:
        """All that can be forged here is a number that was never offered."""
        self.say("99")

    def repeat_last(self) -> None:
        raise AssertionError("nobody hands over a typed line twice")

    def heard(self, person: int = 0) -> list[Heard]:
        return [_read_screen(piece) for piece in self.screen.pieces if piece not in ("> ", "\n")]


def _read_screen(piece: str) -> Heard:
    """A reply as it was written to the terminal: text, sources in brackets, numbered choices."""
    lines = piece.removesuffix("\n\n").split("\n")
    buttons: list[str] = []
    sources: list[str] = []
    while found := NUMBERED.match(lines[-1]):
        buttons.insert(0, found[1])
        lines.pop()
    while len(lines) > 1 and IN_BRACKETS.match(lines[-1]):
        sources.insert(0, lines.pop())
    return Heard("\n".join(lines), tuple(sources), tuple(buttons))
