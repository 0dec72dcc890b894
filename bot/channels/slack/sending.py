"""What goes out to Slack: posts, and what is done to earlier ones; what became of each, and finding it again."""

from typing import Any, assert_never

from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.base import Aim, Gone, NeverTold, NotSent, Outcome, Outgoing, Refused, Sent, place_of
from bot.channels.slack.addresses import posted_at, thread_of
from bot.channels.slack.blocks import MOST_BLOCKS, post_of, revision_of
from bot.channels.slack.directs import Directs
from bot.channels.slack.fields import SlackIdentity
from bot.channels.slack.history import find_post
from bot.channels.slack.outcomes import not_told, outcome_before, outcome_of
from bot.ports import Words

METHODS = {Aim.POST: "chat.postMessage", Aim.REVISE: "chat.update", Aim.WITHDRAW: "chat.delete"}
# These say that a thread is not there any more; the channel still is.
THREAD_GONE = frozenset({"restricted_action_thread_locked", "thread_not_found"})


class Sender:
    """Posts, revises and withdraws. `room` is the staff room's channel, if there is one."""

    def __init__(self, directs: Directs, words: Words, room: str | None) -> None:
        self._directs = directs
        self._words = words
        self._room = room

    async def send(self, client: AsyncWebClient, outgoing: Outgoing) -> Outcome:
        """Do what a reply aims at; nothing of it is tried twice."""
        outcome = await self._outcome(client, outgoing)
        return _still_there(outcome) if self._is_in_room(outgoing) else outcome

    async def arrived(self, client: AsyncWebClient, outgoing: Outgoing, me: SlackIdentity | None) -> Sent | bool:
        """The post with the delivery's id, False where it is not there. Raises NotTold, or NeverTold where asking again
        is vain."""
        place, _ = posted_at(outgoing.address)
        try:
            channel = await self._directs.channel_of(client, place)
            found = await find_post(client, outgoing, channel, me)
        except NeverTold:
            raise
        except Exception as error:
            # What Slack says may quote what was written.
            raise not_told(error) from None
        return False if found is None else self._sent(outgoing, found)

    def _is_in_room(self, outgoing: Outgoing) -> bool:
        return self._room is not None and place_of(outgoing.address) == self._room

    async def _outcome(self, client: AsyncWebClient, outgoing: Outgoing) -> Outcome:
        if outgoing.aim is not Aim.POST and outgoing.original is None:
            return Refused("never_sent")
        try:
            channel = await self._channel_for(client, outgoing)
        except Exception as error:
            return outcome_before(error)
        arguments = self._arguments(outgoing, channel)
        if len(arguments.get("blocks", ())) > MOST_BLOCKS:
            return Refused("too_long")
        try:
            answer = await client.api_call(METHODS[outgoing.aim], json=arguments)
        except Exception as error:
            return _of_aim(outgoing.aim, outcome_of(error))
        return self._sent(outgoing, str(answer.get("ts")))

    async def _channel_for(self, client: AsyncWebClient, outgoing: Outgoing) -> str:
        """Posts find a person by themselves where we cannot ask; what is done to them needs the channel."""
        place, _ = posted_at(outgoing.address)
        if outgoing.aim is Aim.POST:
            return await self._directs.channel_to_post_into(client, place)
        return await self._directs.channel_of(client, place)

    def _arguments(self, outgoing: Outgoing, channel: str) -> dict[str, Any]:
        match outgoing.aim:
            case Aim.POST:
                return post_of(outgoing, channel, self._words, self._is_in_room(outgoing))
            case Aim.REVISE:
                return revision_of(outgoing, channel, self._words, self._is_in_room(outgoing))
            case Aim.WITHDRAW:
                return {"channel": channel, "ts": outgoing.original}
            case _:
                assert_never(outgoing.aim)

    def _sent(self, outgoing: Outgoing, ref: str) -> Sent:
        """In the staff room every post stands in a thread: its card's, or the one it opens itself."""
        return Sent(ref, thread_of(outgoing) or ref) if self._is_in_room(outgoing) else Sent(ref)


def _of_aim(aim: Aim, outcome: Outcome) -> Outcome:
    """A post to be withdrawn that is not there is seen by nobody, as was wanted: an earlier try may have done it."""
    is_withdrawn = aim is Aim.WITHDRAW and outcome == Refused("message_not_found")
    return Sent() if is_withdrawn else outcome


def _still_there(outcome: Outcome) -> Outcome:
    """In the staff room. Staff are there, whatever Slack says now: somebody will let us in again."""
    if not isinstance(outcome, Gone):
        return outcome
    return Refused(outcome.reason) if outcome.reason in THREAD_GONE else NotSent(outcome.reason)
