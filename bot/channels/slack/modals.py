"""Opens the forms of the staff room, and shows in them what is looked for, all within the seconds Slack allows."""

import asyncio
from dataclasses import replace

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.divide import divide
from bot.channels.slack.fields import CHANNEL, Body
from bot.channels.slack.forms import (
    INSERT,
    PREVIEW,
    Form,
    Purpose,
    is_form,
    purpose_in,
    purpose_of,
    query_in,
    view_of,
    words_in,
)
from bot.channels.slack.staff import SlackStaff, asked_in
from bot.ports import Words
from handlers.history import answer_of_delivery
from handlers.message import Message
from handlers.staff import LONGEST_WORDS

# Slack waits three seconds for an answer, and lets a tap open a form for as long.
OPEN_SECONDS = 2.0

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Modals:
    """The forms of one staff room. Nothing is kept here: a form knows itself what it is for."""

    def __init__(self, staff: SlackStaff, words: Words) -> None:
        self._staff = staff
        self._words = words

    async def is_opened(self, client: AsyncWebClient, body: Body, message: Message | None) -> bool:
        """Whether a tap opened a form; where it did not, whatever the reason, it is a message like others."""
        purpose = purpose_of(message, self._staff.room)
        if purpose is None or message is None or not self._staff.is_member(message.person):
            return False
        try:
            async with asyncio.timeout(OPEN_SECONDS):
                form = await self._begun(purpose)
                if form is not None:
                    await client.views_open(trigger_id=str(body.get("trigger_id")), view=view_of(form, self._words))
        except Exception as error:
            log.warning("form not opened", channel=CHANNEL, error=type(error).__name__)
            return False
        return form is not None

    async def is_refreshed(self, client: AsyncWebClient, body: Body) -> bool:
        """Whether something was done inside of a form, which then shows what came of it, if it can."""
        view = body.get("view")
        if body.get("type") != "block_actions" or not is_form(view):
            return False
        try:
            async with asyncio.timeout(OPEN_SECONDS):
                await self._refresh(client, body)
        except Exception as error:
            log.warning("form not refreshed", channel=CHANNEL, error=type(error).__name__)
        return True

    async def _begun(self, purpose: Purpose) -> Form | None:
        """A new form; None where there is no such open ticket, or no such answer to be changed."""
        told = await self._staff.ticket(purpose.ticket)
        if told is None:
            return None
        if purpose.act != "edit":
            return Form(purpose, asked_in(told)) if told.ticket.is_open else None
        answer = answer_of_delivery(told.events, purpose.target)
        return None if answer is None else Form(purpose, asked_in(told), self._staff.wording.unframed(answer.text))

    async def _refresh(self, client: AsyncWebClient, body: Body) -> None:
        view, action = body["view"], body["actions"][0]
        purpose = purpose_in(view)
        told = await self._staff.ticket(purpose.ticket)
        if told is None or not self._staff.is_member(body["user"]["id"]):
            return
        form = await self._after(action, view, Form(purpose, asked_in(told), words_in(view, purpose)))
        await client.views_update(view_id=view["id"], hash=view["hash"], view=view_of(form, self._words))

    async def _after(self, action: Body, view: Body, form: Form) -> Form:
        if action["action_id"] == PREVIEW:
            return replace(form, preview=self._staff.wording.framed(form.words) if form.words else "")
        if action["action_id"] == INSERT:
            return await self._filled(form, str(action["value"]))
        query = query_in(view)
        return replace(form, found=await self._staff.search(query) if query else None)

    async def _filled(self, form: Form, entry: str) -> Form:
        """With an entry's answer behind what was written, in a field of another name."""
        found = await self._staff.entry(entry)
        if found is None:
            return form
        words = "\n\n".join(part for part in (form.words, found.text) if part)
        purpose = form.purpose.model_copy(update={"filled": form.purpose.filled + 1})
        return replace(form, purpose=purpose, words=divide(words, LONGEST_WORDS)[0])
