"""A card in the Slack staff room, and the forms that its buttons open."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.channels.base import Outgoing
from bot.channels.slack.staff import SlackStaff
from handlers.effects import Choice, Reply
from tests.bot.channels.slack_desk import ROOM, Inbox, handed_over, listening, staff_room
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_forms import Writer

ACTS = {"返信": "reply:12", "質問": "ask:12", "修正": "edit:12:14", "全員に": "reply_all:12", "閉じる": "close:12"}
CARD = Reply("#12", choices=tuple(Choice(label, f"staff:{act}") for label, act in ACTS.items()), ticket=12)


@asynccontextmanager
async def with_card(
    slack: FakeSlack, inbox: Inbox, mode: str = "http", staff: SlackStaff | None = None
) -> AsyncIterator[str]:
    """The desk in the staff room, where the card stands as delivery 7; the address of its thread."""
    async with listening(slack, inbox, mode, staff or staff_room()) as channel:
        await channel.send(Outgoing(7, ROOM, CARD))
        yield f"{ROOM}:{slack.people.posts(ROOM)[-1].ts}"


async def tapped(slack: FakeSlack, label: str, user: str = "U0STAFF") -> Writer:
    """Before the form that a button opened."""
    await handed_over(slack, slack.people.taps(user, label, ROOM))
    return Writer(slack.people, user)


def opened(slack: FakeSlack) -> int:
    """How many forms were asked for."""
    return [call.method for call in slack.world.calls].count("views.open")
