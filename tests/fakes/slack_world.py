"""A workspace as Slack keeps it: people, channels, what was written, what was called."""

import itertools
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

ALL_SCOPES = (
    "app_mentions:read",
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
)
PATIENCE_SECONDS = 10.0

Body = dict[str, Any]


class ApiError(Exception):
    """The call is answered with `ok: false` and this error; the status is 200, as Slack does."""


@dataclass(frozen=True)
class Entry:
    """Something written in a channel, by a person or by the app. `arguments` are those of chat.postMessage."""

    channel: str
    ts: str
    user: str
    text: str
    thread: str | None = None
    arguments: Body = field(default_factory=dict)

    @property
    def is_of_app(self) -> bool:
        return bool(self.arguments)

    def buttons(self) -> list[Body]:
        """All buttons with the block they stand in."""
        blocks = self.arguments.get("blocks") or []
        return [
            {**button, "block_id": block.get("block_id")}
            for block in blocks
            for button in block.get("elements", ())
            if button.get("type") == "button"
        ]

    def plain(self) -> str:
        """All that is shown."""
        blocks = self.arguments.get("blocks") or []
        texts = [block["text"]["text"] for block in blocks if "text" in block]
        return "\n".join(texts) or self.text


@dataclass
class Modal:
    """An open form. `typed` is what its user sees in its fields, by block and action; `errors` those it was sent back
    with."""

    id: str
    user: str
    view: Body
    hash: str
    typed: dict[tuple[str, str], str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Call:
    """A call of the Web API, when it came in (monotonic seconds), what it was answered with, and when."""

    method: str
    at: float
    arguments: Body
    answer: str
    answered: float | None = None


@dataclass
class Trouble:
    """What happens to the next `times` calls of `method` (into `channel`, if given).

    throttle: 429 with Retry-After `seconds` · error: ok false with `error` · status: HTTP `status`, nothing done ·
    status_after: done, then HTTP `status` · slow: done, answered after `seconds` · drop_before, drop_after: the
    connection breaks before or after it is done · garbage: done, answered with what is no JSON.
    """

    kind: str
    method: str = "chat.postMessage"
    channel: str | None = None
    times: int = 1
    seconds: float = 1.0
    error: str = "internal_error"
    status: int = 500

    def concerns(self, method: str, channel: object) -> bool:
        return self.times > 0 and self.method == method and self.channel in (None, channel)


@dataclass
class World:
    """All state, guarded by `changed`."""

    team: str = "T0TEAM"
    app: str = "A0DESK"
    bot: str = "B0DESK"
    bot_user: str = "U0DESK"
    bot_token: str = "xoxb-secret-bot-token"
    app_token: str = "xapp-secret-app-token"
    signing_secret: str = "secret-signing"
    scopes: Sequence[str] = ALL_SCOPES
    enforces_limits: bool = False
    entries: list[Entry] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    views: dict[str, Body] = field(default_factory=dict)
    modals: dict[str, Modal] = field(default_factory=dict)
    triggers: dict[str, tuple[str, float]] = field(default_factory=dict)
    trigger_seconds: float = 3.0
    troubles: list[Trouble] = field(default_factory=list)
    archived: set[str] = field(default_factory=set)
    channels: set[str] = field(default_factory=lambda: {"C0GENERAL", "C0STAFF"})
    without_app: set[str] = field(default_factory=set)
    members: dict[str, str] = field(default_factory=lambda: {"U0ALICE": "D0ALICE", "U0BOB": "D0BOB"})
    violations: int = 0
    changed: threading.Condition = field(default_factory=threading.Condition)
    _accepted: dict[str, float] = field(default_factory=dict)
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    def new_ts(self) -> str:
        """Seconds since 1970 with a fraction that is never used twice."""
        return f"{int(time.time())}.{next(self._numbers) % 1_000_000:06d}"

    def new_id(self, prefix: str) -> str:
        return f"{prefix}{next(self._numbers):08d}"

    def new_trigger(self, user: str) -> str:
        """What comes with a tap of theirs, to open one form with within seconds."""
        with self.changed:
            trigger = self.new_id("trigger.")
            self.triggers[trigger] = user, time.monotonic()
            return trigger

    def exchange(self, trigger: str) -> str:
        """Whose trigger it was; it serves once. Raises ApiError."""
        with self.changed:
            if trigger not in self.triggers:
                raise ApiError("invalid_trigger_id")
            user, since = self.triggers[trigger]
            if not user:
                raise ApiError("exchanged_trigger_id")
            if time.monotonic() - since > self.trigger_seconds:
                raise ApiError("expired_trigger_id")
            self.triggers[trigger] = "", since
            return user

    def entry(self, channel: str, ts: object) -> Entry:
        """What is written there. Raises ApiError."""
        with self.changed:
            for entry in self.entries:
                if (entry.channel, entry.ts) == (channel, ts):
                    return entry
            raise ApiError("message_not_found")

    def rewrite(self, entry: Entry, *anew: Entry) -> None:
        """Put another in its place, or nothing."""
        with self.changed:
            place = self.entries.index(entry)
            self.entries[place : place + 1] = anew
            self.changed.notify_all()

    def modal_of(self, user: str) -> Modal:
        """The form that a person sees. Raises AssertionError where there is none."""
        with self.changed:
            found = [modal for modal in self.modals.values() if modal.user == user]
            assert found, "no form is open"
            return found[-1]

    def answered(self, body: Body, status: int, answer: object) -> None:
        """A form was sent: it closes, unless it is said what is wrong with it, or nothing is said at all."""
        view = body.get("view")
        modal = self.modals.get(str(view.get("id"))) if isinstance(view, dict) else None
        if body.get("type") != "view_submission" or modal is None or status != 200:
            return
        if isinstance(answer, dict) and answer.get("response_action") == "errors":
            modal.errors = answer["errors"]
        else:
            del self.modals[modal.id]

    def direct(self, user: str) -> str:
        """The channel of a person's direct messages; people are known once they are seen."""
        with self.changed:
            return self.members.setdefault(user, f"D{user[1:]}")

    def write(self, entry: Entry) -> Entry:
        with self.changed:
            self.entries.append(entry)
            self.changed.notify_all()
        return entry

    def note(self, call: Call) -> None:
        with self.changed:
            self.calls.append(call)
            self.changed.notify_all()

    def place(self, name: object) -> str:
        """The channel that `name` means: a person's id means their direct messages. Raises ApiError."""
        with self.changed:
            channel = self.members.get(str(name), str(name))
            if channel not in self.channels and channel not in self.members.values():
                raise ApiError("channel_not_found")
            if channel in self.archived:
                raise ApiError("is_archived")
            return channel

    def trouble(self, method: str, channel: object) -> Trouble | None:
        """The trouble that this call meets, used up once more."""
        with self.changed:
            found = next((each for each in self.troubles if each.concerns(method, channel)), None)
            if found is not None:
                found.times -= 1
            return found

    def is_too_fast(self, channel: str, at: float) -> bool:
        """Whether a post less than a second ago went into the same channel. Counted even where it is let pass."""
        with self.changed:
            too_fast = at - self._accepted.get(channel, float("-inf")) < 1.0
            self.violations += too_fast
            if not (too_fast and self.enforces_limits):
                self._accepted[channel] = at
            return too_fast and self.enforces_limits

    def posts(self, channel: str | None = None) -> list[Entry]:
        """What the app has posted (into `channel`; a person's id: their direct messages), oldest first."""
        with self.changed:
            wanted = self.members.get(channel or "", channel)
            return [entry for entry in self.entries if entry.is_of_app and wanted in (None, entry.channel)]

    def wait(self, is_so: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
        """Until it is so. Raises AssertionError after `seconds`."""
        with self.changed:
            assert self.changed.wait_for(is_so, seconds), "it never was so"
