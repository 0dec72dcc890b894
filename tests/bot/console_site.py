"""A desk with its chat page and its console on one real socket, and members who work in it as browsers do."""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import TypeVar

import httpx

from bot.app import staff_channel, web_channel
from bot.channels.base import Channel
from bot.config import Config
from bot.parts import Parts, desk_side
from bot.passwords import hashed
from bot.reading import decide_by
from bot.shelf import Shelf
from bot.store import logins
from bot.store.transactions import Store
from knowledge.book import Book
from knowledge.build import Edition
from tests.bot.fakes import MONDAY
from tests.bot.site import Site, page_config, running_site

T = TypeVar("T")
Members = Sequence[Mapping[str, object]]

PATIENCE_SECONDS = 5
PASSWORD = "sakura-saku-2022"
HASH = hashed(PASSWORD, b"salt of the test")
MEMBERS: Members = (
    {"name": "佐藤", "login": "sato", "roles": ["staff", "lead"]},
    {"name": "鈴木", "login": "suzuki"},
)


def config_of(database: str, members: Members = MEMBERS) -> Config:
    return page_config(
        database,
        clock={"start": "2022-07-04T09:00:00+09:00"},
        staff={"members": members, "burst_seconds": 0},
        limits={"messages_per_minute": 100},
    )


@contextmanager
def running_console(config: Config, book: Book, edition: Edition | None = None) -> Iterator[Site]:
    """A desk as it is wired, with its chat page and its console; with pages for curators where it has an edition."""

    def channels(parts: Parts) -> list[Channel]:
        side = desk_side(parts.store, parts.house, parts.clock, lambda: book)
        shelf = Shelf(edition, parts.store) if edition else None
        return [web_channel(parts), staff_channel(replace(parts, shelf=shelf), side)]

    with running_site(config, decide_by(book), book, channels) as site:
        yield site


def let_in(store: Store, *names: str) -> None:
    """Give members the password of the test."""
    for name in names:
        asyncio.run(store.write(logins.set_password, name, HASH, MONDAY))


@dataclass
class Form:
    """A form of a page: where it leads, what it has, and its buttons by what is written on them."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: dict[str, dict[str, str]] = field(default_factory=dict)


class Page(HTMLParser):
    """What stands on a page: its text, and its forms."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__()
        self.status = response.status_code
        self.path = response.url.path
        self.markup = response.text
        self.forms: list[Form] = []
        self.tags: list[str] = []
        self._said: list[str] = []
        self._button: dict[str, str] | None = None
        self._area: str | None = None
        self.feed(response.text)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self._said).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        if tag == "form":
            self.forms.append(Form(known["action"]))
        elif tag == "input":
            self.forms[-1].fields[known["name"]] = known.get("value", "")
        elif tag == "textarea":
            self._area = known["name"]
            self.forms[-1].fields[self._area] = ""
        elif tag == "button":
            self._button = {known["name"]: known["value"]} if "name" in known else {}

    def handle_data(self, data: str) -> None:
        self._said.append(data)
        if self._area is not None:
            self.forms[-1].fields[self._area] += data.removeprefix("\n")
        if self._button is not None and data.strip():
            self.forms[-1].buttons[data.strip()] = self._button

    def handle_endtag(self, tag: str) -> None:
        if tag == "button":
            self._button = None
        elif tag == "textarea":
            self._area = None

    def form(self, button: str) -> Form:
        """The first form that has a button with these words on it."""
        found = [form for form in self.forms if button in form.buttons]
        assert found, f"no button {button}"
        return found[0]


@dataclass(frozen=True)
class Desk:
    """A member's browser."""

    client: httpx.Client

    def open(self, path: str) -> Page:
        return Page(self.client.get(path))

    def ticket(self, number: int) -> Page:
        return self.open(f"/staff/tickets/{number}")

    def press(self, page: Page, button: str, **fields: str) -> Page:
        """Fill in and send the form with this button, and follow to where that leads."""
        form = page.form(button)
        return Page(self.client.post(form.action, data={**form.fields, **form.buttons[button], **fields}))


@contextmanager
def member(site: Site, login: str, password: str = PASSWORD) -> Iterator[Desk]:
    """A browser in which somebody has logged in."""
    with site.stranger() as client:
        client.follow_redirects = True
        desk = Desk(client)
        page = desk.press(desk.open("/staff"), "ログイン", login=login, password=password)
        assert page.path == "/staff"
        yield desk


def wait_for(found: Callable[[], T]) -> T:
    """What `found` gives as soon as it is not empty."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (value := found()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return value
