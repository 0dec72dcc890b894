"""Telegram and Slack, as people use them, over the fakes of both."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.bot.channels.door import RATINGS, Heard
from tests.bot.channels.running import RunningDesk
from tests.fakes.bot_api import BotApi
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_delivery import Handed
from tests.fakes.slack_world import Entry
from tests.fakes.telegram_world import DATE, Post, blocked, written


@dataclass
class TelegramDoor:
    """Private chats with the bot, one a person."""

    desk: RunningDesk
    api: BotApi
    control: httpx.Client
    last: dict[str, Any] = field(default_factory=dict)
    said: dict[tuple[int, str], int] = field(default_factory=dict)
    crowd: int = 0
    ratings: tuple[str, ...] = RATINGS
    redelivers: bool = True
    at_once: int | None = None
    takes_back: bool = True

    def begin_anew(self) -> None:
        self.crowd += 1
        self.desk.ensure_running()

    def source(self, name: str) -> str:
        return f"source {name}"

    def say(self, text: str, person: int = 0) -> None:
        chat = self._chat(person)
        self.push("message", self.api.world.message(chat) | written(text))
        self.said[chat, text] = self.last["message"]["message_id"]

    def tap(self, label: str, person: int = 0) -> None:
        self._tap(label, person, person)

    def forge(self, label: str, owner: int, thief: int) -> None:
        self._tap(label, owner, thief)

    def _tap(self, label: str, offered_to: int, by: int) -> None:
        world = self.api.world
        post, data = next(
            (post, data)
            for post in reversed(world.posts(self._chat(offered_to)))
            for row in post.buttons
            for shown, data in row
            if shown == label
        )
        self._query(post, data, by)

    def send_value(self, value: str, person: int = 0) -> None:
        """A tap on what was never offered, as a program of one's own could send it."""
        self._query(self.api.world.posts(self._chat(person))[-1], f"0:{value}", person)

    def _query(self, post: Post, data: str, by: int) -> None:
        world = self.api.world
        frame = world.message(self._chat(by))
        query = {"id": str(world.fresh_id()), "from": frame["from"], "chat_instance": "1", "data": data}
        self.push("callback_query", query | {"message": world.shown(post) | {"chat": frame["chat"]}})

    def push(self, kind: str, content: Mapping[str, Any]) -> None:
        """From within the server's own loop, which confirms updates at the same time."""
        pushed = self.control.post("/control/push", json={"kind": kind, "content": content})
        self.last = {"update_id": pushed.json()["result"], kind: content}

    def edit(self, text: str, to: str, person: int = 0) -> None:
        """A person writes a message anew."""
        chat = self._chat(person)
        frame = self.api.world.message(chat) | {"message_id": self.said[chat, text], "edit_date": DATE + 60}
        self.said[chat, to] = self.said[chat, text]
        self.push("edited_message", frame | written(to))

    def block(self, person: int = 0) -> None:
        """A person blocks the bot, for good."""
        self.api.world.troubles.append(blocked(times=10**9, chat=self._chat(person)))

    def repeat_last(self) -> None:
        self.api.world.updates.append(self.last)

    def _chat(self, person: int) -> int:
        return 1000 + 10 * self.crowd + person

    def heard(self, person: int = 0) -> list[Heard]:
        return [_read_post(post) for post in self.api.world.posts(self._chat(person))]


def _read_post(post: Post) -> Heard:
    """A post without markup: what is in italics at the end are its sources."""
    assert "parse_mode" not in post.params
    lines = post.text.split("\n")
    cut = len(lines) - len(post.entities)
    assert [entity["type"] for entity in post.entities] == ["italic"] * len(post.entities)
    return Heard("\n".join(lines[:cut]), tuple(lines[cut:]), tuple(post.labels))


@dataclass
class SlackDoor:
    """Direct messages with the app. Slack promises no order, so each event is acknowledged before the next."""

    desk: RunningDesk
    slack: FakeSlack
    said: dict[tuple[str, str], str] = field(default_factory=dict)
    crowd: int = 0
    ratings: tuple[str, ...] = RATINGS
    redelivers: bool = True
    at_once: int | None = None
    takes_back: bool = True

    def begin_anew(self) -> None:
        self.crowd += 1
        self.desk.ensure_running()

    def source(self, name: str) -> str:
        return f"source {name}"

    def say(self, text: str, person: int = 0) -> None:
        handed = self.slack.people.says(self._user(person), text)
        self.said[self._user(person), text] = handed.body["event"]["ts"]
        self._until_handed_over(handed)

    def edit(self, text: str, to: str, person: int = 0) -> None:
        """A person writes a message anew."""
        user = self._user(person)
        self.said[user, to] = self.said[user, text]
        self._until_handed_over(self.slack.people.edits(user, self.said[user, text], to))

    def tap(self, label: str, person: int = 0) -> None:
        self._until_handed_over(self.slack.people.taps(self._user(person), label))

    def forge(self, label: str, owner: int, thief: int) -> None:
        """The owner's tap, with the thief and their channel for the owner and theirs."""
        people = self.slack.people
        entry, button = next(
            (entry, button)
            for entry in reversed(people.posts(self._user(owner)))
            for button in entry.buttons()
            if button["text"]["text"] == label
        )
        self._send_button(button, entry, thief)

    def send_value(self, value: str, person: int = 0) -> None:
        """A tap on what was never offered, as a program of one's own could send it."""
        button = {"type": "button", "action_id": "choice-0", "value": f"0:{value}"}
        self._send_button(button, self.slack.people.posts(self._user(person))[-1], person)

    def _send_button(self, button: Mapping[str, Any], entry: Entry, by: int) -> None:
        place = self.slack.world.direct(self._user(by))
        container = {"type": "message", "message_ts": entry.ts, "channel_id": place}
        body = {
            "type": "block_actions",
            "team": {"id": self.slack.world.team},
            "user": {"id": self._user(by)},
            "trigger_id": self.slack.world.new_id("trigger."),
            "actions": [{**button, "block_id": f"{place}/0"}],
            "container": container,
            "channel": {"id": place},
        }
        self._until_handed_over(self.slack.people.hand(Handed("interactive", body)))

    def repeat_last(self) -> None:
        last = self.slack.people.handed[-1]
        self._until_handed_over(self.slack.people.hand(Handed(last.kind, last.body)))

    def _until_handed_over(self, handed: Handed) -> None:
        self.slack.people.wait_until_handed_over(handed)

    def _user(self, person: int) -> str:
        return f"U{self.crowd}PERSON{person}"

    def heard(self, person: int = 0) -> list[Heard]:
        return [_read_entry(entry) for entry in self.slack.people.posts(self._user(person))]


def _read_entry(entry: Entry) -> Heard:
    """The blocks of a post; Slack shows those instead of its text."""
    blocks = entry.arguments["blocks"]
    sources = [_plain(element) for block in blocks if block["type"] == "context" for element in block["elements"]]
    return Heard(shown_text(entry), tuple(sources), tuple(button["text"]["text"] for button in entry.buttons()))


def shown_text(entry: Entry) -> str:
    """The sections of a post; of calls to staff, which alone may be markup, nothing is read."""
    sections = (block["text"] for block in entry.arguments["blocks"] if block["type"] == "section")
    return "".join(str(text["text"]) for text in sections if text["type"] == "plain_text")


def _plain(text: Mapping[str, Any]) -> str:
    assert text["type"] == "plain_text"
    return str(text["text"])
