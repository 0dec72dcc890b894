"""Telegram as its users see it: chats, people who write and tap, posts of the bot, and scripted troubles."""

import itertools
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

DATE = 1_656_892_800
DEFAULT_TYPES = ("message", "edited_message", "callback_query", "my_chat_member", "channel_post", "poll")
MARKED = re.compile(r"(?<!\S)(?:(?P<bot_command>/\w{1,32}(?:@\w+)?)|(?P<mention>@\w{5,32}))", re.ASCII)

Update = dict[str, Any]
Scope = Literal["overall", "chat", "group"]


@dataclass(frozen=True)
class Rate:
    """At most `count` posts within `seconds`: of the bot, in one chat, or in one group."""

    scope: Scope
    count: int
    seconds: float


REAL_RATES = (Rate("overall", 30, 1.0), Rate("chat", 1, 1.0), Rate("group", 20, 60.0))


@dataclass
class Call:
    """A request that reached the server, at a moment of the steady clock in seconds.

    `done` says whether what it asks for was done, `trouble` what it met, `answered` when the answer was made (None: it
    never was).
    """

    method: str
    params: Mapping[str, Any] = field(repr=False)
    at: float
    done: bool = False
    trouble: str = ""
    answered: float | None = None


@dataclass(frozen=True)
class Post:
    """A message of the bot that was accepted: `buttons` are (label, callback data), row by row."""

    message_id: int
    chat: int
    text: str
    at: float
    buttons: tuple[tuple[tuple[str, str], ...], ...] = ()
    entities: tuple[Mapping[str, Any], ...] = ()
    thread: int | None = None
    reply_to: int | None = None
    params: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def labels(self) -> list[str]:
        return [label for row in self.buttons for label, _data in row]


@dataclass
class Trouble:
    """What goes wrong with the next `times` calls of `method` (into `chat`, if given).

    refuse: answered with `code`, `description`, `parameters` and `headers`, not accepted. fail: an HTML page
    with `code` and `headers`, not accepted. slow: accepted, answered after `seconds`. garble: accepted,
    answered with no JSON. drop_before, drop_after: the connection breaks before or after it was accepted.
    """

    kind: Literal["refuse", "fail", "slow", "garble", "drop_before", "drop_after"]
    times: int = 1
    chat: int | None = None
    method: str = "sendMessage"
    code: int = 400
    description: str = "Bad Request"
    parameters: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0


def throttled(seconds: float, times: int = 1, chat: int | None = None, method: str = "sendMessage") -> Trouble:
    text = f"Too Many Requests: retry after {seconds}"
    return Trouble("refuse", times, chat, method, 429, text, {"retry_after": seconds})


def blocked(times: int = 1, chat: int | None = None, method: str = "sendMessage") -> Trouble:
    return Trouble("refuse", times, chat, method, 403, "Forbidden: bot was blocked by the user")


def migrated(chat: int, new_chat: int, method: str = "sendMessage") -> Trouble:
    text = "Bad Request: group chat was upgraded to a supergroup chat"
    return Trouble("refuse", 10**9, chat, method, description=text, parameters={"migrate_to_chat_id": new_chat})


@dataclass
class World:
    """One bot and everybody around it. Everything it was called with stays in `calls`.

    `webhook_seen` is another webhook than the one set, as when another program has set its own meanwhile. `topics`
    are the names of those that the bot opened. `standing` is what the bot is in a chat and may do there, where it
    is more or less than a plain member; `reads_all` whether it hears what is not said to it.
    """

    token: str = "4242:AAfake-token-of-the-fake-world"
    username: str = "desk_bot"
    rates: Sequence[Rate] = ()
    violations: int = 0
    updates: list[Update] = field(default_factory=list)
    posts_made: list[Post] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    chats: dict[int, dict[str, Any]] = field(default_factory=dict)
    threads: set[tuple[int, int]] = field(default_factory=set)
    written: set[tuple[int, int]] = field(default_factory=set)
    topics: dict[tuple[int, int], str] = field(default_factory=dict)
    standing: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    reads_all: bool = True
    commands: list[Mapping[str, str]] = field(default_factory=list)
    webhook: dict[str, Any] = field(default_factory=dict)
    webhook_seen: str | None = None
    allowed: Sequence[str] = DEFAULT_TYPES
    polls: int = 0
    _ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    _update_ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(700_001))

    @property
    def me(self) -> dict[str, Any]:
        bot_id = int(self.token.partition(":")[0])
        names = {"first_name": "応援デスク", "username": self.username}
        return {"id": bot_id, "is_bot": True, **names, "can_read_all_group_messages": self.reads_all}

    def fresh_id(self) -> int:
        return next(self._ids)

    def add_chat(self, chat: int) -> dict[str, Any]:
        """Make a chat known: a private one for ids above zero, else a supergroup."""
        private = {"id": chat, "type": "private", "first_name": "花子"}
        group = {"id": chat, "type": "supergroup", "title": "まちづくり"}
        return self.chats.setdefault(chat, private if chat > 0 else group)

    def add_chats(self, chats: Sequence[int]) -> None:
        """Make many chats known."""
        for chat in chats:
            self.add_chat(chat)

    def add_forum(self, chat: int) -> None:
        """Make a group with topics known, in which the bot may open some."""
        self.add_chat(chat)["is_forum"] = True
        self.standing[chat] = {"status": "administrator", "can_manage_topics": True}

    def push(self, kind: str, content: Mapping[str, Any]) -> int:
        """Something happened that the bot is to hear of, if it asked for its kind."""
        update_id = next(self._update_ids)
        if kind in self.allowed:
            self.updates.append({"update_id": update_id, kind: dict(content)})
        return update_id

    def message(
        self, chat: int, person: int | None = None, thread: int | None = None, reply_to: int | None = None
    ) -> dict[str, Any]:
        """The frame of a message that a person writes."""
        sender = {"id": person or abs(chat), "is_bot": False, "first_name": "花子", "language_code": "ja"}
        message_id = self.fresh_id()
        message = {"message_id": message_id, "date": DATE, "chat": self.add_chat(chat), "from": sender}
        self.written.add((chat, message_id))
        if thread is not None:
            self.threads.add((chat, thread))
            message |= {"message_thread_id": thread, "is_topic_message": True}
        if reply_to is not None:
            message["reply_to_message"] = self.shown(self.post(chat, reply_to))
        elif thread is not None and (chat, thread) in self.topics:
            message["reply_to_message"] = self._opening(chat, thread)
        return message

    def _opening(self, chat: int, topic: int) -> dict[str, Any]:
        """The note that a topic begins with, which everything in it counts as a reply to."""
        created = {"name": self.topics[chat, topic], "icon_color": 7322096}
        where = {"message_id": topic, "date": DATE, "chat": self.chats[chat], "message_thread_id": topic}
        return where | {"from": self.me, "is_topic_message": True, "forum_topic_created": created}

    def say(
        self,
        text: str,
        chat: int = 101,
        person: int | None = None,
        thread: int | None = None,
        reply_to: int | None = None,
    ) -> int:
        """A person writes; returns the message's id. `reply_to` is the id of a post of ours."""
        message = self.message(chat, person, thread, reply_to) | written(text)
        self.push("message", message)
        return int(message["message_id"])

    def edit(
        self, message_id: int, text: str, chat: int = 101, person: int | None = None, thread: int | None = None
    ) -> None:
        """A person writes a message anew."""
        frame = self.message(chat, person, thread) | {"message_id": message_id, "edit_date": DATE + 60}
        self.push("edited_message", frame | written(text))

    def show(
        self, content: Mapping[str, Any], chat: int = 101, caption: str | None = None, thread: int | None = None
    ) -> int:
        """A person sends something that is not text, such as {"photo": [...]}."""
        message = self.message(chat, thread=thread) | dict(content)
        if caption is not None:
            message |= {"caption": caption, "caption_entities": written(caption)["entities"]}
        self.push("message", message)
        return int(message["message_id"])

    def tap(self, label: str, chat: int = 101, person: int | None = None) -> None:
        """A person taps the button with this label, on the latest post that has it."""
        post, data = self._button(label, chat)
        sender = self.message(chat, person)["from"]
        query = {"id": str(self.fresh_id()), "from": sender, "chat_instance": "1", "data": data}
        self.push("callback_query", query | {"message": self.shown(post)})

    def _button(self, label: str, chat: int) -> tuple[Post, str]:
        for post in reversed(self.posts(chat)):
            for row in post.buttons:
                for shown, data in row:
                    if shown == label:
                        return post, data
        raise LookupError(f"no button {label!r}")

    def posts(self, chat: int | None = None) -> list[Post]:
        """What the bot posted, oldest first."""
        return [post for post in self.posts_made if chat in (None, post.chat)]

    def post(self, chat: int, message_id: int) -> Post:
        return next(post for post in self.posts(chat) if post.message_id == message_id)

    def shown(self, post: Post) -> dict[str, Any]:
        """A post as the platform hands it out."""
        rows = [[{"text": label, "callback_data": data} for label, data in row] for row in post.buttons]
        message = {"message_id": post.message_id, "date": DATE, "chat": self.chats[post.chat], "from": self.me}
        message |= {"text": post.text, "entities": list(post.entities)}
        if post.thread is not None:
            message |= {"message_thread_id": post.thread, "is_topic_message": True}
        return message | ({"reply_markup": {"inline_keyboard": rows}} if rows else {})

    def called(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    def trouble_for(self, method: str, chat: int | None) -> Trouble | None:
        """The trouble that this call meets, used up by it."""
        for trouble in self.troubles:
            if trouble.times > 0 and trouble.method == method and trouble.chat in (None, chat):
                trouble.times -= 1
                return trouble
        return None

    def breaks_rate(self, chat: int) -> Rate | None:
        """The rate that one more post into the chat would exceed."""
        now = time.monotonic()
        return next((rate for rate in self.rates if self._within(rate, chat, now) >= rate.count), None)

    def _within(self, rate: Rate, chat: int, now: float) -> int:
        if rate.scope == "group" and chat > 0:
            return 0
        return sum(
            post.at > now - rate.seconds and (rate.scope == "overall" or post.chat == chat)
            for post in self.posts_made[-2000:]
        )


def units(text: str) -> int:
    """The length of a text as the platform counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def written(text: str) -> dict[str, Any]:
    """A text with the entities that the platform finds in it."""
    entities = [
        {"type": found.lastgroup, "offset": units(text[: found.start()]), "length": units(found.group())}
        for found in MARKED.finditer(text)
    ]
    return {"text": text, "entities": entities}
