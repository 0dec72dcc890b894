"""Long replies as several posts: a platform takes only so much in one."""

from dataclasses import replace

from bot.channels.divide import divide
from handlers.effects import Reply

# UTF-16 units of text in one post. Telegram takes 4096 with the sources, Slack 3000 in a section; there is room
# for what the channel adds. Channels that are not named take any length.
LONGEST = {"telegram": 3500, "slack": 8000}


def posts_of(channel: str, reply: Reply) -> list[Reply]:
    """A reply as the posts it takes on a channel: the last one has the sources and everything to tap."""
    longest = LONGEST.get(channel)
    if longest is None or len(reply.text) * 2 <= longest:
        return [reply]
    *first, last = divide(reply.text, longest)
    return [*(Reply(text, reply.outcome, urgent=reply.urgent) for text in first), replace(reply, text=last)]
