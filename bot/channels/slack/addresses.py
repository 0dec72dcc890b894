"""Where in Slack an address is."""

from bot.channels.base import Outgoing


def posted_at(address: str) -> tuple[str, str]:
    """The channel or person that an address is posted to, and the thread there, if any.

    A person's direct messages are U…:D… or U…:D…:thread, so that all that goes to a person lies in one place;
    where the channel is not known, U… alone.
    """
    place, *rest = address.split(":")
    if rest and rest[0].startswith("D"):
        place, *rest = rest
    return place, "".join(rest)


def is_person(place: str) -> bool:
    """Whether this is somebody's id, and no channel's."""
    return place.startswith(("U", "W"))


def thread_of(outgoing: Outgoing) -> str:
    """The thread that a reply goes into, if any: its address's, or that of the card it belongs to."""
    _, thread = posted_at(outgoing.address)
    return thread or outgoing.thread or outgoing.root or ""
