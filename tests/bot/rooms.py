"""The staff's rooms on the fake platforms, as those who work there see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from tests.bot.platforms import Platform, Slack, Telegram
from tests.fakes.telegram_world import Post

GROUP, FORUM = -100_100, -100_200
CLERK_ON_TELEGRAM, CLERK_ON_SLACK = 9001, "U0CLERK"
ROOM_ON_SLACK = "C0STAFF"


@dataclass(frozen=True)
class Sight:
    """A post of the desk's as it stands: `thread` is the one it is in or opens, `source` the platform's own."""

    text: str
    thread: str
    source: Any = field(repr=False, compare=False)


class StaffRoom(Protocol):
    """Where staff see tickets, and one who works there."""

    @property
    def section(self) -> Mapping[str, Any]:
        """The settings of the staff desk."""

    def seen(self) -> Sequence[Sight]:
        """All posts, oldest first."""

    def write(self, thread: str, text: str) -> None:
        """Into a thread."""

    def press(self, sight: Sight, label: str) -> None:
        """A button of a post."""


@dataclass(frozen=True)
class TelegramRoom:
    """A group with topics."""

    telegram: Telegram

    @property
    def section(self) -> Mapping[str, Any]:
        return {"telegram_group": str(FORUM), **_rules("telegram", str(CLERK_ON_TELEGRAM))}

    def open(self) -> None:
        """The group is there, and the bot in it."""
        self.telegram.api.world.add_forum(FORUM)

    def seen(self) -> Sequence[Sight]:
        return [Sight(post.text, str(post.thread or ""), post) for post in self.telegram.api.world.posts(FORUM)]

    def write(self, thread: str, text: str) -> None:
        said = {"chat": FORUM, "person": CLERK_ON_TELEGRAM, "thread": int(thread), "text": text}
        self._control("say", said)

    def press(self, sight: Sight, label: str) -> None:
        post: Post = sight.source
        world = self.telegram.api.world
        data = next(data for row in post.buttons for shown, data in row if shown == label)
        sender = {"id": CLERK_ON_TELEGRAM, "is_bot": False, "first_name": "花子"}
        query = {"id": str(world.fresh_id()), "from": sender, "chat_instance": "1", "data": data}
        self._control("push", {"kind": "callback_query", "content": query | {"message": world.shown(post)}})

    def _control(self, action: str, given: Mapping[str, Any]) -> None:
        """Within the server's own thread, beside which nobody may touch the updates."""
        url = f"{self.telegram.api.url}/control/{action}"
        self.telegram.people.post(url, json=given).raise_for_status()


@dataclass(frozen=True)
class SlackRoom:
    """A channel with threads."""

    slack: Slack

    @property
    def section(self) -> Mapping[str, Any]:
        return {"slack_channel": ROOM_ON_SLACK, **_rules("slack", CLERK_ON_SLACK)}

    def open(self) -> None:
        """The channel is there already, and the app in it."""

    def seen(self) -> Sequence[Sight]:
        return [
            Sight(entry.plain(), entry.thread or entry.ts, entry)
            for entry in self.slack.slack.world.posts(ROOM_ON_SLACK)
        ]

    def write(self, thread: str, text: str) -> None:
        self.slack.slack.people.writes(CLERK_ON_SLACK, ROOM_ON_SLACK, text, thread)

    def press(self, sight: Sight, label: str) -> None:
        entry = sight.source
        button = next(button for button in entry.buttons() if button["text"]["text"] == label)
        container = {"type": "message", "message_ts": entry.ts, "channel_id": entry.channel}
        message = {"type": "message", "ts": entry.ts, "text": entry.text, "blocks": entry.arguments.get("blocks", [])}
        where = {"container": container, "channel": {"id": entry.channel}, "message": message}
        self.slack.slack.people.acts(CLERK_ON_SLACK, button, where)


def _rules(channel: str, person: str) -> Mapping[str, Any]:
    """A new question never goes back to an old ticket, and an answer that is written again counts once however late."""
    return {"members": [{"name": "佐藤", channel: person}], "reopen_days": 0, "double_seconds": 3600}


def room_on(platform: Platform) -> TelegramRoom | SlackRoom:
    """The staff's room on a platform."""
    match platform:
        case Telegram():
            return TelegramRoom(platform)
        case Slack():
            return SlackRoom(platform)
        case _:
            raise TypeError(platform)


def told(platform: Platform, person: str) -> Sequence[str]:
    """What a participant was told, oldest first."""
    match platform:
        case Telegram():
            return [post.text for post in platform.api.world.posts(int(person))]
        case Slack():
            return [entry.plain() for entry in platform.slack.world.posts(person)]
        case _:
            raise TypeError(platform)
