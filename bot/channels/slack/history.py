"""Finding a post of ours again, by the delivery id that it carries."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.base import NeverTold, NotSent, Outgoing
from bot.channels.slack.addresses import thread_of
from bot.channels.slack.blocks import METADATA_TYPE
from bot.channels.slack.fields import SlackIdentity
from bot.channels.slack.outcomes import outcome_of

PAGE = 200
MOST_PAGES = 20
CLOCKS_APART = timedelta(seconds=300)

Posted = Mapping[str, Any]


async def find_post(client: AsyncWebClient, outgoing: Outgoing, channel: str, me: SlackIdentity | None) -> str | None:
    """Slack's id of the reply as it stands in `channel`, in the thread it went into. Raises where Slack does not say.

    Raises NeverTold where the posts do not come to an end.
    """
    thread = thread_of(outgoing)
    try:
        return await _found(client, outgoing, channel, thread, me)
    except SlackApiError as error:
        if not thread or outcome_of(error) != NotSent("unknown_method"):
            raise
    # Where threads cannot be read, what was posted into them may stand among the others.
    return await _found(client, outgoing, channel, "", me)


async def _found(
    client: AsyncWebClient, outgoing: Outgoing, channel: str, thread: str, me: SlackIdentity | None
) -> str | None:
    async for posted in _posts(client, channel, thread, _oldest(outgoing.since)):
        if _is_ours(posted, me) and _delivery_of(posted) == outgoing.id:
            return str(posted["ts"])
    return None


def _oldest(since: datetime | None) -> str:
    return "0" if since is None else f"{(since - CLOCKS_APART).timestamp():.6f}"


async def _posts(client: AsyncWebClient, channel: str, thread: str, oldest: str) -> AsyncIterator[Posted]:
    cursor: str | None = None
    for _ in range(MOST_PAGES):
        page = await _page(client, channel, thread, oldest, cursor)
        for posted in page["messages"]:
            yield posted
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return
    raise NeverTold("too many posts")


async def _page(client: AsyncWebClient, channel: str, thread: str, oldest: str, cursor: str | None) -> Posted:
    asked: dict[str, Any] = {"oldest": oldest, "cursor": cursor, "limit": PAGE, "include_all_metadata": True}
    if thread:
        found = await client.conversations_replies(channel=channel, ts=thread, **asked)
    else:
        found = await client.conversations_history(channel=channel, **asked)
    return found.data if isinstance(found.data, dict) else {}


def _is_ours(posted: Posted, me: SlackIdentity | None) -> bool:
    """Other apps may write the same metadata. A process that only sends has not asked who we are."""
    authors = {posted.get("bot_id"), posted.get("user")} - {None}
    return me is None or not authors or bool(authors & {me.bot, me.user})


def _delivery_of(posted: Posted) -> int | None:
    metadata = posted.get("metadata") or {}
    if metadata.get("event_type") != METADATA_TYPE:
        return None
    delivery = metadata.get("event_payload", {}).get("delivery")
    return delivery if isinstance(delivery, int) else None
