"""What Slack hands over, as a Parcel: a pure translator."""

import hashlib
import json
from dataclasses import replace
from datetime import datetime

from bot.channels.base import Parcel
from bot.channels.slack.events import said_in
from bot.channels.slack.fields import CHANNEL, Body, Said, SlackIdentity, id_from, is_id
from bot.channels.slack.forms import is_form, said_by_form, submission_id
from bot.channels.slack.staff import SlackStaff
from bot.channels.slack.taps import said_by_command, said_by_tap
from handlers.message import Edit, Message

HOME_TAB = "home"

# What opens doors for a while is not kept: the old verification token and the urls to answer at.
PRIVATE = frozenset({"token", "response_url", "response_urls"})


def parcel_from(body: Body, me: SlackIdentity, at: datetime, staff: SlackStaff | None = None) -> Parcel:
    """What `body` means to us. Whatever cannot be read becomes a parcel that names the error, never an exception."""
    raw = _raw(body)
    parcel = Parcel(CHANNEL, _key(body, raw, me, at), at, raw)
    try:
        said = _said(body, me, staff)
        return parcel if said is None else _with(said, parcel, body, me)
    except Exception as error:
        return replace(parcel, error=type(error).__name__)


def home_opened_by(body: Body) -> str | None:
    """The user who looks at our Home tab, if that is what happened."""
    event = body.get("event")
    if not isinstance(event, dict) or event.get("type") != "app_home_opened" or event.get("tab") != HOME_TAB:
        return None
    user = event.get("user")
    return user if isinstance(user, str) and is_id(user) else None


def direct_channel(body: Body) -> str | None:
    """The channel of our direct messages with somebody, where an event from there or a tap on a post there tells it.

    A command does not: it may come from their direct messages with anybody.
    """
    event, container = body.get("event"), body.get("container")
    event_channel = event.get("channel") if isinstance(event, dict) else None
    channel = container.get("channel_id") if isinstance(container, dict) else event_channel
    return channel if isinstance(channel, str) and channel.startswith("D") and is_id(channel) else None


def _raw(body: Body) -> str:
    return json.dumps({name: value for name, value in body.items() if name not in PRIVATE})


def _key(body: Body, raw: str, me: SlackIdentity, at: datetime) -> str:
    """The id that repeats carry again. Where Slack gives none: events come again, taps and commands do not."""
    team = body.get("team_id") or me.team
    own = submission_id(body) or body.get("event_id") or body.get("trigger_id")
    if is_id(team) and is_id(own):
        return f"{team}:{own}"
    moment = "" if body.get("type") == "event_callback" else at.isoformat()
    return f"{me.team}:{hashlib.sha256((raw + moment).encode()).hexdigest()}"


def _with(said: Said, parcel: Parcel, body: Body, me: SlackIdentity) -> Parcel:
    key = _key_of_words(said, body, me) or parcel.key
    message = Message(CHANNEL, said.address, said.person, key, parcel.at, said.content, said.ref)
    return replace(parcel, key=key, message=message)


def _key_of_words(said: Said, body: Body, me: SlackIdentity) -> str | None:
    """What was written counts once, by however many events Slack tells of it; each time it is written anew counts."""
    if said.ref is None or isinstance(said.content, Edit):
        return None
    return f"{me.team}:{id_from(body['event']['channel'])}:{said.ref}"


def _said(body: Body, me: SlackIdentity, staff: SlackStaff | None) -> Said | None:
    room = staff.room if staff else None
    if "command" in body:
        return said_by_command(body, staff is not None and staff.is_member(body["user_id"]))
    match body.get("type"):
        case "event_callback":
            return said_in(body["event"], me, room)
        case "block_actions":
            return said_by_tap(body)
        case "view_submission" if is_form(body.get("view")):
            return said_by_form(body, room)
        case _:
            return None
