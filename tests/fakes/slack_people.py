"""What people do in Slack: they write, mention, edit, delete, tap, run the command, look at the Home tab."""

from collections.abc import Callable
from typing import Any

from tests.fakes.slack_delivery import Handed
from tests.fakes.slack_world import PATIENCE_SECONDS, Body, Entry, World

LINK = "https://hooks.slack.com/actions/secret"


class People:
    """Each deed returns what is handed over for it; `hand_over` does so."""

    def __init__(self, world: World, hand_over: Callable[[Handed], None]) -> None:
        self.world = world
        self.handed: list[Handed] = []
        self._hand_over = hand_over

    def says(self, user: str, text: str, thread: str | None = None) -> Handed:
        """In direct messages with the app."""
        return self._said(user, self.world.direct(user), escape(text), thread, {})

    def shares(self, user: str, mimetype: str, text: str = "", **file: str) -> Handed:
        """A file in direct messages, with a caption."""
        files = [{"id": "F1", "mimetype": mimetype, **file}]
        return self._said(user, self.world.direct(user), escape(text), None, {"subtype": "file_share", "files": files})

    def _said(self, user: str, channel: str, marked: str, thread: str | None, more: Body) -> Handed:
        entry = self.world.write(Entry(channel, self.world.new_ts(), user, marked, thread))
        return self.event({**_event_of(entry), "type": "message", "channel_type": "im", **more})

    def writes(self, user: str, channel: str, text: str, thread: str | None = None, **more: Any) -> Handed:
        """In a channel that the app is in, to nobody in particular."""
        entry = self.world.write(Entry(channel, self.world.new_ts(), user, escape(text), thread))
        return self.event({**_event_of(entry), "type": "message", "channel_type": _kind(channel), **more})

    def calls_upon(self, user: str, channel: str, text: str, thread: str | None = None) -> tuple[Handed, Handed]:
        """The app, in a channel that it is in: that is told twice, as a message and as a mention."""
        marked = f"<@{self.world.bot_user}> {escape(text)}"
        entry = self.world.write(Entry(channel, self.world.new_ts(), user, marked, thread))
        message = self.event({**_event_of(entry), "type": "message", "channel_type": _kind(channel)})
        return message, self.event({**_event_of(entry), "type": "app_mention"})

    def mentions(self, user: str, channel: str, text: str, thread: str | None = None) -> Handed:
        """The app, in a channel, or in a thread of one."""
        marked = f"<@{self.world.bot_user}> {escape(text)}"
        entry = self.world.write(Entry(channel, self.world.new_ts(), user, marked, thread))
        return self.event({**_event_of(entry), "type": "app_mention"})

    def edits(self, user: str, ts: str, text: str, channel: str | None = None) -> Handed:
        """A message of theirs (in `channel`; else in direct messages)."""
        place = channel or self.world.direct(user)
        before = self.world.entry(place, ts)
        thread = {"thread_ts": before.thread} if before.thread else {}
        shown = {"type": "message", "user": user, "ts": ts, **thread}
        return self._changed(
            place,
            subtype="message_changed",
            message={**shown, "text": escape(text), "edited": {"user": user, "ts": ts}},
            previous_message={**shown, "text": before.text},
        )

    def deletes(self, user: str, ts: str, channel: str) -> Handed:
        """A message of theirs."""
        before = self.world.entry(channel, ts)
        self.world.rewrite(before)
        shown = {"type": "message", "user": user, "ts": ts, "text": before.text}
        return self._changed(channel, subtype="message_deleted", deleted_ts=ts, hidden=True, previous_message=shown)

    def _changed(self, channel: str, **how: Any) -> Handed:
        where = {"channel": channel, "channel_type": _kind(channel), "ts": self.world.new_ts()}
        return self.event({"type": "message", **where, **how})

    def opens_home(self, user: str) -> Handed:
        """The app's Home tab."""
        return self.event({"type": "app_home_opened", "user": user, "channel": self.world.direct(user), "tab": "home"})

    def event(self, event: Body) -> Handed:
        """Anything that an app may hear of."""
        world = self.world
        return self.hand(
            Handed(
                "events_api",
                {
                    "token": "old-verification-token",
                    "team_id": world.team,
                    "api_app_id": world.app,
                    "type": "event_callback",
                    "event_id": world.new_id("Ev"),
                    "event_time": int(float(world.new_ts())),
                    "authorizations": [{"team_id": world.team, "user_id": world.bot_user, "is_bot": True}],
                    "event": event,
                },
            )
        )

    def runs(self, user: str, text: str, channel: str | None = None) -> Handed:
        """The command /desk, in a channel or in direct messages with the app."""
        world = self.world
        return self.hand(
            Handed(
                "slash_commands",
                {
                    "token": "old-verification-token",
                    "team_id": world.team,
                    "user_id": user,
                    "command": "/desk",
                    "channel_id": channel or world.direct(user),
                    "text": text,
                    "trigger_id": world.new_trigger(user),
                    "response_url": LINK,
                    "api_app_id": world.app,
                },
            )
        )

    def taps(self, user: str, label: str, channel: str | None = None) -> Handed:
        """The button with this label under the latest post that has one (in `channel`; else in direct messages)."""
        posts = self.world.posts(channel or user)
        entry, button = next((e, b) for e in reversed(posts) for b in e.buttons() if b["text"]["text"] == label)
        thread = {"thread_ts": entry.thread} if entry.thread else {}
        container = {"type": "message", "message_ts": entry.ts, "channel_id": entry.channel, **thread}
        message = {
            "type": "message",
            "ts": entry.ts,
            "text": entry.text,
            **thread,
            "blocks": entry.arguments.get("blocks", []),
        }
        return self.acts(user, button, {"container": container, "channel": {"id": entry.channel}, "message": message})

    def taps_home(self, user: str, label: str) -> Handed:
        """The button with this label on the Home tab."""
        view = self.world.views[user]
        button = next(
            {**b, "block_id": block.get("block_id")}
            for block in view["blocks"]
            for b in block.get("elements", ())
            if b["text"]["text"] == label
        )
        return self.acts(user, button, {"container": {"type": "view", "view_id": "V1"}, "view": view})

    def acts(self, user: str, button: Body, where: Body) -> Handed:
        """On something to tap, or a field that tells."""
        world = self.world
        return self.hand(
            Handed(
                "interactive",
                {
                    "type": "block_actions",
                    "token": "old-verification-token",
                    "team": {"id": world.team, "domain": "fake"},
                    "user": {"id": user, "team_id": world.team},
                    "api_app_id": world.app,
                    "response_url": LINK,
                    "trigger_id": world.new_trigger(user),
                    "actions": [{**button, "action_ts": world.new_ts()}],
                    **where,
                },
            )
        )

    def hand(self, handed: Handed) -> Handed:
        """Hand it over."""
        with self.world.changed:
            self.handed.append(handed)
        self._hand_over(handed)
        return handed

    def posts(self, channel: str | None = None) -> list[Entry]:
        """What the app has posted (into `channel`; a person's id: their direct messages), oldest first."""
        return self.world.posts(channel)

    def wait_for_posts(self, count: int, channel: str | None = None, seconds: float = PATIENCE_SECONDS) -> list[Entry]:
        """The posts, once there are so many. Raises AssertionError if there never are."""
        self.world.wait(lambda: len(self.posts(channel)) >= count, seconds)
        return self.posts(channel)

    def wait_until_handed_over(self, *handed: Handed, seconds: float = PATIENCE_SECONDS) -> None:
        """Until each (none named: all) is acknowledged or given up."""
        self.world.wait(lambda: all(each.is_over for each in handed or self.handed), seconds)


def escape(text: str) -> str:
    """As Slack writes down what a person types."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _kind(channel: str) -> str:
    return {"D": "im", "G": "group"}.get(channel[0], "channel")


def _event_of(entry: Entry) -> dict[str, Any]:
    thread = {"thread_ts": entry.thread} if entry.thread else {}
    return {
        "channel": entry.channel,
        "user": entry.user,
        "text": entry.text,
        "ts": entry.ts,
        "event_ts": entry.ts,
        **thread,
    }
