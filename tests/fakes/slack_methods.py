"""The methods of Slack's Web API that a chat bot needs, with Slack's checks."""

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from tests.fakes.slack_world import ApiError, Body, Entry, World

LONGEST_TEXT = 40_000
LONGEST_BLOCKS = 13_200
MOST_BLOCKS = 50
MOST_HOME_BLOCKS = 100

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
    channel = world.place(arguments.get("channel"))
    text, blocks, thread = arguments.get("text") or "", arguments.get("blocks") or [], arguments.get("thread_ts")
    if not text and not blocks:
        raise ApiError("no_text")
    if len(text) > LONGEST_TEXT:
        raise ApiError("msg_too_long")
    check_blocks(blocks, MOST_BLOCKS)
    check_metadata(arguments.get("metadata"))
    if thread and not any(e.channel == channel and e.ts == thread for e in world.entries):
        raise ApiError("thread_not_found")
    return Entry(channel, world.new_ts(), world.bot_user, text, thread, arguments)


def check_blocks(blocks: Any, most: int) -> None:
    if not isinstance(blocks, list) or len(blocks) > most:
        raise ApiError("invalid_blocks")
    names = [block["block_id"] for block in blocks if "block_id" in block]
    if len(set(names)) < len(names) or any(not 0 < len(name) <= 255 for name in names):
        raise ApiError("invalid_blocks")
    if sum(check_block(block) for block in blocks) > LONGEST_BLOCKS:
        raise ApiError("msg_blocks_too_long")


def check_block(block: Body) -> int:
    """How long its text is. Raises ApiError."""
    match block.get("type"):
        case "section":
            return check_text(block.get("text"), 3000)
        case "header":
            return check_text(block.get("text"), 150, ("plain_text",))
        case "context":
            elements = check_elements(block, 10)
            return sum(check_text(element, 3000) for element in elements)
        case "actions":
            elements = check_elements(block, 25)
            if len({button.get("action_id") for button in elements}) < len(elements):
                raise ApiError("invalid_blocks")
            return sum(check_button(button) for button in elements)
        case "divider":
            return 0
        case _:
            raise ApiError("invalid_blocks")


def check_elements(block: Body, most: int) -> list[Body]:
    elements = block.get("elements")
    if not isinstance(elements, list) or not 0 < len(elements) <= most:
        raise ApiError("invalid_blocks")
    return elements


def check_text(text: Any, longest: int, kinds: tuple[str, ...] = ("plain_text", "mrkdwn")) -> int:
    """Length as Slack counts: in units of UTF-16."""
    if not isinstance(text, dict) or text.get("type") not in kinds or not isinstance(text.get("text"), str):
        raise ApiError("invalid_blocks")
    length = len(text["text"].encode("utf-16-le", "surrogatepass")) // 2
    if not 0 < length <= longest:
        raise ApiError("invalid_blocks")
    return length


def check_button(button: Body) -> int:
    if button.get("type") != "button" or not 0 < len(button.get("action_id", "")) <= 255:
        raise ApiError("invalid_blocks")
    if not 0 < len(button.get("value", "-")) <= 2000:
        raise ApiError("invalid_blocks")
    return check_text(button.get("text"), 75, ("plain_text",))


def check_metadata(metadata: Any) -> None:
    if metadata is None:
        return
    if not isinstance(metadata, dict) or set(metadata) != {"event_type", "event_payload"}:
        raise ApiError("invalid_metadata_format")
    if not isinstance(metadata["event_type"], str) or not isinstance(metadata["event_payload"], dict):
        raise ApiError("invalid_metadata_format")


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


def publish_view(world: World, arguments: Body) -> Body:
    view = arguments.get("view")
    if not isinstance(view, dict) or view.get("type") != "home":
        raise ApiError("invalid_arguments")
    check_blocks(view.get("blocks"), MOST_HOME_BLOCKS)
    with world.changed:
        world.views[str(arguments.get("user_id"))] = view
        world.changed.notify_all()
    return {"view": {**view, "id": world.new_id("V")}}


def needs(world: World, scope: str) -> None:
    if scope not in world.scopes:
        raise ApiError("missing_scope")


METHODS: dict[str, Method] = {
    "auth.test": auth_test,
    "chat.postMessage": post_message,
    "conversations.history": history,
    "conversations.replies": replies,
    "conversations.open": open_conversation,
    "views.publish": publish_view,
}


def read_arguments(content_type: str, body: str, query: Body) -> Body:
    """JSON, form or query; parts of a form may be JSON themselves."""
    if content_type == "application/json":
        return dict(json.loads(body))

    return {name: _unpacked(value) for name, value in {**query, **dict(parse_qsl(body))}.items()}


def _unpacked(value: str) -> Any:
    return json.loads(value) if re.match(r"[\[{]", value) else value
