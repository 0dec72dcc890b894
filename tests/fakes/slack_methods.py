"""The methods of Slack's Web API that a chat bot needs, with Slack's checks."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from tests.fakes.slack_checks import check_blocks, check_metadata, needs
from tests.fakes.slack_views import open_view, publish_view, update_view
from tests.fakes.slack_world import ApiError, Body, Entry, World

LONGEST_TEXT = 40_000
MOST_BLOCKS = 50

Method = Callable[[World, Body], Body]


def auth_test(world: World, _arguments: Body) -> Body:
    return {
        "url": "https://fake.slack.com/",
        "team": "Fake",
        "user": "desk",
        "team_id": world.team,
        "user_id": world.bot_user,
        "bot_id": world.bot,
    }


def post_message(world: World, arguments: Body) -> Body:
    needs(world, "chat:write")
    entry = entry_of(world, arguments)
    world.write(entry)
    return {"channel": entry.channel, "ts": entry.ts, "message": shown(world, entry, with_metadata=True)}


def entry_of(world: World, arguments: Body) -> Entry:
    """What is about to be written. Raises ApiError where Slack would refuse it."""
    channel, thread = world.place(arguments.get("channel")), arguments.get("thread_ts")
    if channel in world.without_app:
        raise ApiError("not_in_channel")
    text = checked_text(arguments)
    if thread and not any(e.channel == channel and e.ts == thread for e in world.entries):
        raise ApiError("thread_not_found")
    return Entry(channel, world.new_ts(), world.bot_user, text, thread, arguments)


def checked_text(arguments: Body) -> str:
    """What is to be written. Raises ApiError where it is too much or nothing."""
    text, blocks = arguments.get("text") or "", arguments.get("blocks") or []
    if not text and not blocks:
        raise ApiError("no_text")
    if len(text) > LONGEST_TEXT:
        raise ApiError("msg_too_long")
    check_blocks(blocks, MOST_BLOCKS)
    check_metadata(arguments.get("metadata"))
    return text


def update_message(world: World, arguments: Body) -> Body:
    """Metadata stays as it was, unless there is another."""
    needs(world, "chat:write")
    entry = own_entry(world, arguments, "cant_update_message")
    anew = replace(entry, text=checked_text(arguments), arguments={**entry.arguments, **arguments})
    world.rewrite(entry, anew)
    return {"channel": entry.channel, "ts": entry.ts, "text": anew.text, "message": shown(world, anew, False)}


def delete_message(world: World, arguments: Body) -> Body:
    needs(world, "chat:write")
    entry = own_entry(world, arguments, "cant_delete_message")
    world.rewrite(entry)
    return {"channel": entry.channel, "ts": entry.ts}


def own_entry(world: World, arguments: Body, otherwise: str) -> Entry:
    """A post of the app. Raises ApiError. The channel must be named by its own id."""
    channel = str(arguments.get("channel"))
    if channel in world.members:
        raise ApiError("channel_not_found")
    entry = world.entry(world.place(channel), arguments.get("ts"))
    if not entry.is_of_app:
        raise ApiError(otherwise)
    return entry


def shown(world: World, entry: Entry, with_metadata: bool) -> Body:
    """A message as history shows it."""
    own = {"bot_id": world.bot, "app_id": world.app, "blocks": entry.arguments.get("blocks", [])}
    metadata = {"metadata": entry.arguments["metadata"]} if entry.arguments.get("metadata") and with_metadata else {}
    thread = {"thread_ts": entry.thread} if entry.thread else {}
    return {
        "type": "message",
        "user": entry.user,
        "ts": entry.ts,
        "text": entry.text,
        **thread,
        **(own if entry.is_of_app else {}),
        **metadata,
    }


def history(world: World, arguments: Body) -> Body:
    channel = world.place(arguments.get("channel"))
    needs(world, "im:history" if channel.startswith("D") else "channels:history")
    entries = [e for e in reversed(world.entries) if e.channel == channel and e.thread in (None, e.ts)]
    return page(world, entries, arguments)


def replies(world: World, arguments: Body) -> Body:
    channel, thread = world.place(arguments.get("channel")), arguments.get("ts")
    needs(world, "im:history" if channel.startswith("D") else "channels:history")
    entries = [e for e in world.entries if e.channel == channel and thread in (e.ts, e.thread)]
    if not entries:
        raise ApiError("thread_not_found")
    return page(world, entries, arguments)


def page(world: World, entries: list[Entry], arguments: Body) -> Body:
    """One page of messages; the parent of a thread stands on it however old it is."""
    oldest, limit = float(arguments.get("oldest") or 0), int(arguments.get("limit") or 100)
    begin = int(arguments.get("cursor") or 0)
    wanted = [e for e in entries if float(e.ts) > oldest or e.ts == arguments.get("ts")]
    with_metadata = str(arguments.get("include_all_metadata", "")).lower() in ("1", "true")
    more = str(begin + limit) if len(wanted) > begin + limit else ""
    return {
        "messages": [shown(world, entry, with_metadata) for entry in wanted[begin : begin + limit]],
        "has_more": bool(more),
        "response_metadata": {"next_cursor": more},
    }


def open_conversation(world: World, arguments: Body) -> Body:
    needs(world, "im:write")
    user = str(arguments.get("users", ""))
    if user not in world.members:
        raise ApiError("user_not_found")
    return {"channel": {"id": world.members[user]}}


def channel_info(world: World, arguments: Body) -> Body:
    channel = str(arguments.get("channel"))
    needs(world, "groups:read" if channel.startswith("G") else "channels:read")
    if channel not in world.channels:
        raise ApiError("channel_not_found")
    is_member = channel not in world.without_app
    return {"channel": {"id": channel, "is_member": is_member, "is_archived": channel in world.archived}}


METHODS: dict[str, Method] = {
    "auth.test": auth_test,
    "chat.delete": delete_message,
    "chat.postMessage": post_message,
    "chat.update": update_message,
    "conversations.history": history,
    "conversations.info": channel_info,
    "conversations.replies": replies,
    "conversations.open": open_conversation,
    "views.open": open_view,
    "views.publish": publish_view,
    "views.update": update_view,
}


def read_arguments(content_type: str, body: str, query: Body) -> Body:
    """JSON, form or query; parts of a form may be JSON themselves."""
    if content_type == "application/json":
        return dict(json.loads(body))

    return {name: _unpacked(value) for name, value in {**query, **dict(parse_qsl(body))}.items()}


def _unpacked(value: str) -> Any:
    return json.loads(value) if re.match(r"[\[{]", value) else value
