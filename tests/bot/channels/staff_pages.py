"""The console as a room of staff: what stands on the pages of its tickets, and the forms that do what buttons do."""

import re
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx

from tests.bot.channels.running import RunningDesk
from tests.bot.console_site import PASSWORD, Desk, Page
from tests.bot.theatre import Shown

LOGINS = {"佐藤": "sato", "鈴木": "suzuki"}
# What a form's button, or what opens it, is called in the rooms of chats.
CALLED = {
    "返信を確かめる": "返信",
    "聞き返す文を確かめる": "聞き返す",
    "定型文から選ぶ": "定型文",
    "修正を確かめる": "修正",
    "この返信を取り消す": "取り消し",
}
FORMS = {called: form for form, called in CALLED.items()}
SENDS = {"返信": "この返信を送る", "聞き返す": "この質問を送る", "修正": "この文に修正する"}
PREFIXES = {"返信": "返信", "聞き返し": "聞き返す"}
PREFIXED = re.compile("(返信|聞き返し)[:：] *(.*)", re.DOTALL)
LINK = re.compile(r'href="/staff/tickets/(\d+)"')
# What is read as one: a line of the history, the heads of the page, what a member is told.
PIECES = ("header", "p", "li")


@dataclass
class ConsolePages:
    """The pages, one browser a member. Nothing is posted here: all that is seen is what a page shows when it is opened.

    Words are written in forms, looked at once more, and sent; what is written without a prefix is the form for notes.
    A reply to one post is the form for replies. A form that a page has no more is sent from the page as it was opened
    before. A stranger is not logged in, and sends forms all the same.
    """

    desk: RunningDesk
    settle: Callable[[], None]
    stack: ExitStack
    url: str = ""
    browsers: dict[str, Desk] = field(default_factory=dict)
    told: dict[str, Page] = field(default_factory=dict)
    opened: dict[tuple[str, str], Page] = field(default_factory=dict)
    before: int = 0
    known: set[int] = field(default_factory=set)

    def begin_anew(self, tickets: int) -> None:
        if self.url != self.desk.url:
            self.url = self.desk.url
            self.browsers.clear()
        self.told.clear()
        self.opened.clear()
        self.known.clear()
        self.before = tickets

    def write(self, member: str, text: str) -> None:
        found = PREFIXED.match(text)
        if found:
            self.fill(member, PREFIXES[found[1]], found[2])
        else:
            self._send(member, "メモを残す", words=text)

    def press(self, member: str, label: str) -> None:
        self._send(member, FORMS.get(label, label))

    def fill(self, member: str, label: str, text: str) -> None:
        if member not in LOGINS:
            self._forge({"act": "reply", "words": text})
            return
        preview = self._pressed(member, FORMS.get(label, label), words=text)
        self._see(member, self._browser(member).press(preview, SENDS.get(label, label)))

    def answer(self, member: str, post: str, text: str) -> None:
        assert any(post in shown.text for shown in self.seen(member))
        self.fill(member, "返信", text)

    def seen(self, member: str) -> list[Shown]:
        """Each page of a ticket, as its pieces; then what the member was told last."""
        if member not in LOGINS:
            return []
        pages = [self._open(member, number) for number in self._numbers(member)]
        told = _told(self.told[member]) if member in self.told else []
        return [shown for page in pages for shown in _shown(page)] + told

    def _send(self, member: str, button: str, **fields: str) -> None:
        if member not in LOGINS:
            self._forge({"act": "claim", **fields})
            return
        self._see(member, self._pressed(member, button, **fields))

    def _pressed(self, member: str, button: str, **fields: str) -> Page:
        """From what the member was told last, where the button stands there; else from the page of the ticket."""
        told = self.told.get(member)
        if told and _has(told, button):
            return self._browser(member).press(told, button, **fields)
        self._open(member, max(self._numbers(member)))
        return self._browser(member).press(self.opened[member, button], button, **fields)

    def _open(self, member: str, number: int) -> Page:
        """The page of a ticket, with the forms of the latest answer before those of others."""
        page = self._browser(member).ticket(number)
        page.forms.reverse()
        self.opened |= {(member, button): page for form in page.forms for button in form.buttons}
        return page

    def _see(self, member: str, page: Page) -> None:
        assert page.status == httpx.codes.OK
        self.settle()
        self.told[member] = page

    def _forge(self, fields: Mapping[str, str]) -> None:
        number = max(self._numbers("佐藤"))
        with httpx.Client(base_url=self.url, headers={"origin": self.url}, trust_env=False) as stranger:
            form = {"token": "forged", "key": "forged-key", **fields}
            answer = stranger.post(f"/staff/tickets/{number}/act", data=form)
        assert answer.headers["location"] == "/staff/login"
        self.settle()

    def _numbers(self, member: str) -> list[int]:
        """The tickets of this play, oldest first."""
        self._look(member, "/staff")
        if not self.known:
            self._look(member, "/staff?show=closed")
        return sorted(self.known)

    def _look(self, member: str, path: str) -> None:
        found = map(int, LINK.findall(self._browser(member).open(path).markup))
        self.known |= {number for number in found if number > self.before}

    def _browser(self, member: str) -> Desk:
        if member not in self.browsers:
            client = httpx.Client(base_url=self.url, headers={"origin": self.url}, timeout=15, trust_env=False)
            desk = Desk(self.stack.enter_context(client))
            client.follow_redirects = True
            desk.press(desk.open("/staff"), "ログイン", login=LOGINS[member], password=PASSWORD)
            self.browsers[member] = desk
        return self.browsers[member]


def _has(page: Page, button: str) -> bool:
    return any(button in form.buttons for form in page.forms)


def _shown(page: Page) -> list[Shown]:
    read = _read(page)
    buttons = [*(label for form in page.forms for label in form.buttons), *read.opening]
    return [*map(Shown, read.pieces), Shown("", tuple(CALLED.get(label, label) for label in buttons))]


def _told(page: Page) -> list[Shown]:
    """What a member is told of what they did, with what is offered there."""
    offered = [label for form in page.forms if form.action.endswith("/tap") for label in form.buttons]
    return [Shown(text, tuple(offered)) for text in _read(page).told]


def _read(page: Page) -> "_Reader":
    reader = _Reader()
    reader.feed(page.markup)
    return reader


class _Reader(HTMLParser):
    """The main part of a page in pieces. Times of waiting and words in fields are left out, and so are the actions."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.told: list[str] = []
        self.opening: list[str] = []
        self._open: list[tuple[str, str]] = []
        self._said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("input", "meta", "link", "img", "br"):
            self._open.append((tag, dict(attrs).get("class") or ""))

    def handle_data(self, data: str) -> None:
        if ("summary", "") in self._open:
            self.opening.append(data.strip())
        elif self._is_read():
            self._said.append(data)

    def handle_endtag(self, tag: str) -> None:
        closed = self._open.pop()
        assert closed[0] == tag
        if self._piece() is None and self._said:
            text = " ".join(" ".join(self._said).split())
            (self.told if closed[1].startswith("told") else self.pieces).append(text)
            self._said = []

    def _is_read(self) -> bool:
        classes = {name for _tag, names in self._open for name in names.split()}
        is_left_out = classes & {"waited", "actions", "back"} or ("textarea", "") in self._open
        return self._piece() is not None and not is_left_out

    def _piece(self) -> str | None:
        """The outermost piece that is open, inside of the main part."""
        tags = [tag for tag, _names in self._open]
        if "main" not in tags:
            return None
        inner = self._open[tags.index("main") + 1 :]
        return next((tag for tag, names in inner if tag in PIECES or names.startswith("told")), None)
