"""Sends, revises and withdraws posts, and says what became of that."""

from collections.abc import Callable
from dataclasses import replace
from typing import assert_never

import structlog
from telegram import Bot, LinkPreviewOptions, ReplyParameters
from telegram.constants import MessageLimit

from bot.channels.base import (
    Aim,
    Gone,
    Moved,
    NotSent,
    Outcome,
    Outgoing,
    Refused,
    Sent,
    Throttled,
    place_of,
)
from bot.channels.divide import units
from bot.channels.telegram.api import is_done_already, outcome_of
from bot.channels.telegram.posts import Post, heading_of, post_from
from bot.channels.telegram.room import StaffRoom, moved
from bot.ports import Words

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
THREAD_LOST = (Gone("thread not found"), Refused("thread closed"))

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Sender:
    """Sends as `bot`; `hush` is told for how many seconds Telegram wants to hear nothing."""

    def __init__(self, bot: Bot, words: Words, room: StaffRoom | None, hush: Callable[[float], None]) -> None:
        self._bot = bot
        self._words = words
        self._room = room
        self._hush = hush

    async def send(self, outgoing: Outgoing) -> Outcome:
        """Do what is to be done, once."""
        outcome = await self._do(outgoing)
        if isinstance(outcome, Throttled):
            self._hush(outcome.seconds)
        if self._room is not None and place_of(outgoing.address) == self._room.chat:
            return _in_room(self._room.chat, outgoing, outcome)
        return outcome

    async def _do(self, outgoing: Outgoing) -> Outcome:
        match outgoing.aim:
            case Aim.POST:
                return await self._post_in_place(outgoing)
            case Aim.REVISE:
                return await self._revise(outgoing)
            case Aim.WITHDRAW:
                return await self._withdraw(outgoing)
            case _:
                assert_never(outgoing.aim)

    async def _post_in_place(self, outgoing: Outgoing) -> Outcome:
        """A card opens its topic. What cannot go into its topic any more still reaches the room."""
        topic = await self._topic_for(outgoing)
        if isinstance(topic, Outcome):
            return topic
        placed = outgoing if topic is None else replace(outgoing, thread=str(topic))
        outcome = await self._post(placed)
        if placed.thread is not None and outcome in THREAD_LOST:
            return await self._post(replace(outgoing, thread=None, root=None))
        if topic is not None and isinstance(outcome, Sent):
            return replace(outcome, thread=str(topic))
        return outcome

    async def _topic_for(self, outgoing: Outgoing) -> int | Outcome | None:
        heading = heading_of(outgoing)
        if not heading or self._room is None or outgoing.address != self._room.chat:
            return None
        return await self._room.open_topic(outgoing.id, heading)

    async def _post(self, outgoing: Outgoing) -> Outcome:
        post = post_from(outgoing, self._words)
        if _is_too_long(post):
            return Refused("too long")
        answers = ReplyParameters(post.answers, allow_sending_without_reply=True) if post.answers else None
        try:
            posted = await self._bot.send_message(
                post.chat,
                post.text,
                entities=post.entities,
                reply_markup=post.keyboard or post.prompt,
                message_thread_id=post.thread,
                reply_parameters=answers,
                link_preview_options=NO_PREVIEW,
            )
        except Exception as error:
            return _outcome_of(error)
        return Sent(str(posted.message_id))

    async def _revise(self, outgoing: Outgoing) -> Outcome:
        post = post_from(outgoing, self._words)
        if _is_too_long(post):
            return Refused("too long")
        if outgoing.original is None:
            return Refused("not known")
        try:
            await self._bot.edit_message_text(
                post.text,
                post.chat,
                int(outgoing.original),
                entities=post.entities,
                reply_markup=post.keyboard,
                link_preview_options=NO_PREVIEW,
            )
        except Exception as error:
            return _outcome_of(error)
        return Sent()

    async def _withdraw(self, outgoing: Outgoing) -> Outcome:
        if outgoing.original is None:
            return Refused("not known")
        try:
            await self._bot.delete_message(int(place_of(outgoing.address)), int(outgoing.original))
        except Exception as error:
            return _outcome_of(error)
        return Sent()


def _is_too_long(post: Post) -> bool:
    return units(post.text) > MessageLimit.MAX_TEXT_LENGTH


def _outcome_of(error: Exception) -> Outcome:
    outcome = Sent() if is_done_already(error) else outcome_of(error)
    log.debug("not posted", error=type(error).__name__, outcome=type(outcome).__name__)
    return outcome


def _in_room(room: str, outgoing: Outgoing, outcome: Outcome) -> Outcome:
    """Staff let us in again, so their room is never given up; where it has moved, an operator has to follow."""
    match outcome:
        case Moved(place):
            log.error("staff room not ready", reason=str(moved(room, place)))
        case Gone(reason) if outgoing.address == room:
            return NotSent(reason)
    return outcome
