"""Where somebody's direct messages with us are: we know people by their own id, Slack takes posts by the channel's."""

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.base import NotSent, Unknown
from bot.channels.slack.addresses import is_person
from bot.channels.slack.outcomes import outcome_of

MOST_KNOWN = 10_000
# Slack did not take the question as one.
NOT_ASKED = (NotSent("missing_scope"), NotSent("unknown_method"), Unknown("malformed"))


class Directs:
    """The channels of people's direct messages with us, learnt from what they write, or asked for once."""

    def __init__(self) -> None:
        self._channels: dict[str, str] = {}

    def learn(self, person: str, channel: str) -> None:
        """Remember it; of too many the one learnt first is forgotten."""
        self._channels[person] = channel
        if len(self._channels) > MOST_KNOWN:
            del self._channels[next(iter(self._channels))]

    def is_known(self, person: str, channel: object) -> bool:
        """Whether this channel is known to be that person's with us."""
        return person in self._channels and self._channels[person] == channel

    async def channel_of(self, client: AsyncWebClient, place: str) -> str:
        """The channel that a person's id means; others mean themselves. Raises what asking fails with."""
        if not is_person(place):
            return place
        if place not in self._channels:
            opened = await client.conversations_open(users=place)
            self.learn(place, str(opened["channel"]["id"]))
        return self._channels[place]

    async def channel_to_post_into(self, client: AsyncWebClient, place: str) -> str:
        """The same; where we cannot ask, Slack is left to find it by the person's id."""
        try:
            return await self.channel_of(client, place)
        except SlackApiError as error:
            if outcome_of(error) not in NOT_ASKED:
                raise
            return place
