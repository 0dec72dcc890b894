"""The rooms of staff in chats, as members use them: a channel of Slack, a group of Telegram with topics or without."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx

from tests.bot.channels.platform_doors import shown_text
from tests.bot.theatre import Shown
from tests.fakes.bot_api import BotApi
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_delivery import Handed
from tests.fakes.slack_forms import Writer
from tests.fakes.slack_world import Entry
from tests.fakes.telegram_world import Post

SLACK_ROOM = "C0STAFF"
TELEGRAM_ROOM = -1_001_234
SLACK_IDS = {"佐藤": "U0SATO", "鈴木": "U0SUZUKI"}
TELEGRAM_IDS = {"佐藤": 5001, "鈴木": 5002}
PREFIXED = re.compile("(返信|聞き返し|メモ)[:：]")


class StaffDoor(Protocol):
    """A room in which members work, by their names; names that are not known are those of strangers."""

    def begin_anew(self, tickets: int) -> None:
        """What stands there is of no interest from now on, such as tickets up to this number."""

    def write(self, member: str, text: str) -> None:
        """Into the thread of the ticket that was opened last."""

    def press(self, member: str, label: str) -> None:
        """The button on the latest post that has it."""

    def fill(self, member: str, label: str, text: str) -> None:
        """A button that asks for words, and the words."""

    def answer(self, member: str, post: str, text: str) -> None:
        """As a reply to the latest post that says this."""

    def seen(self, member: str) -> list[Shown]:
        """Everything that stands there for a member, oldest first."""


@dataclass
class SlackRoom:
    """A channel, its threads and forms. Commands are ordered by /desk, whose answer comes to the member alone.

    A reply to one post is not known as such there: the form of the button 返信 is the way to the same.
    """

    slack: FakeSlack
    settle: Callable[[], None]
    before: set[str] = field(default_factory=set)

    def begin_anew(self, tickets: int) -> None:
        self.before = {entry.ts for entry in self.slack.people.posts()}

    def write(self, member: str, text: str) -> None:
        people, user = self.slack.people, _slack_id(member)
        if text.startswith("/"):
            self._hand_over(people.runs(user, text.removeprefix("/"), SLACK_ROOM))
            return
        card = [entry for entry in self._posts(SLACK_ROOM) if entry.thread is None][-1]
        self._hand_over(people.writes(user, SLACK_ROOM, text, card.ts))

    def press(self, member: str, label: str) -> None:
        self._hand_over(self.slack.people.taps(_slack_id(member), label, SLACK_ROOM))

    def fill(self, member: str, label: str, text: str) -> None:
        self.press(member, label)
        form = Writer(self.slack.people, _slack_id(member))
        form.types("words", text)
        self._hand_over(form.sends())

    def answer(self, member: str, post: str, text: str) -> None:
        assert any(post in shown.text for shown in self.seen(member))
        self.fill(member, "返信", text)

    def seen(self, member: str) -> list[Shown]:
        return [_of_entry(entry) for entry in (*self._posts(SLACK_ROOM), *self._posts(_slack_id(member)))]

    def _posts(self, place: str) -> list[Entry]:
        return [entry for entry in self.slack.people.posts(place) if entry.ts not in self.before]

    def _hand_over(self, handed: Handed) -> None:
        self.slack.people.wait_until_handed_over(handed)
        self.settle()


def _slack_id(member: str) -> str:
    return SLACK_IDS.get(member, "U0STRANGER")


def _of_entry(entry: Entry) -> Shown:
    return Shown(shown_text(entry), tuple(button["text"]["text"] for button in entry.buttons()))


@dataclass
class TelegramRoom:
    """A group. Where it has topics, each ticket has one; elsewhere staff write replies to what the desk posted.

    Without topics a plain reply to a card goes to the participant, so a note has its own prefix, メモ.
    """

    api: BotApi
    control: httpx.Client
    settle: Callable[[], None]
    before: int = 0

    def begin_anew(self, tickets: int) -> None:
        self.before = max((post.message_id for post in self.api.world.posts(TELEGRAM_ROOM)), default=0)

    def write(self, member: str, text: str) -> None:
        topics = [topic for chat, topic in self.api.world.topics if chat == TELEGRAM_ROOM]
        if topics:
            self._say(member, text, thread=max(topics))
        elif text.startswith("/"):
            self._say(member, text)
        else:
            card = [post for post in self._posts() if post.reply_to is None][-1]
            self._say(member, text if PREFIXED.match(text) else f"メモ: {text}", reply_to=card.message_id)

    def press(self, member: str, label: str) -> None:
        self._do("tap", label=label, chat=TELEGRAM_ROOM, person=_telegram_id(member))

    def fill(self, member: str, label: str, text: str) -> None:
        self.press(member, label)
        self._reply(member, self._posts()[-1], text)

    def answer(self, member: str, post: str, text: str) -> None:
        [said, *_] = [one for one in reversed(self._posts()) if post in one.text]
        self._reply(member, said, text)

    def seen(self, member: str) -> list[Shown]:
        return [Shown(post.text, tuple(post.labels)) for post in self._posts()]

    def _posts(self) -> list[Post]:
        return [post for post in self.api.world.posts(TELEGRAM_ROOM) if post.message_id > self.before]

    def _reply(self, member: str, post: Post, text: str) -> None:
        self._say(member, text, thread=post.thread, reply_to=post.message_id)

    def _say(self, member: str, text: str, **where: int | None) -> None:
        self._do("say", text=text, chat=TELEGRAM_ROOM, person=_telegram_id(member), **where)

    def _do(self, deed: str, **how: Any) -> None:
        self.control.post(f"/control/{deed}", json=how).raise_for_status()
        self.settle()


def _telegram_id(member: str) -> int:
    return TELEGRAM_IDS.get(member, 5999)
