"""Where everything is wired together, and nowhere else."""

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import TYPE_CHECKING, TextIO

from pydantic import SecretStr
from starlette.routing import BaseRoute, Mount

from bot.announcer import Announcer
from bot.announcing import Announcements
from bot.apology import apologise
from bot.channels.base import Channel
from bot.channels.console import ConsoleChannel, ReadLine
from bot.channels.staff import StaffChannel
from bot.channels.web import WebChannel
from bot.config import ROLES, Secrets
from bot.courier import Courier
from bot.curation import Curation, send_corrections
from bot.desk import Decisions, Desk
from bot.errors import ChannelNotReady
from bot.house import CONSOLE, Room
from bot.jobs import Chore, Jobs
from bot.lookup import slack_staff
from bot.notice_board import NoticeBoard
from bot.notice_rules import NoticeRules
from bot.notifier import Notifier
from bot.own_card import OwnCards
from bot.parts import DeskSide, Parts, draw_secret
from bot.programme_changes import ProgrammeChanges
from bot.rescheduling import Rescheduling
from bot.service import Service, Start
from bot.tender import Tender
from bot.twins import Twins
from bot.web.bell import Bell
from bot.web.console_site import ConsoleParts, build_console
from bot.web.server import Server
from bot.web.site import SiteParts, build_site
from knowledge.plan import desk_period

if TYPE_CHECKING:
    from bot.channels.slack.channel import SlackChannel
    from bot.channels.telegram.channel import TelegramChannel

# How often it is looked for notices and reminders that are due, questions that are the same, corrections to be sent.
ANNOUNCE_SECONDS = 1.0
TEND_SECONDS = 5.0
GROUP_SECONDS = 2.0
CORRECT_SECONDS = 2.0
# The console stands on the same server as the page.
SERVED_WITH = {CONSOLE: "web"}
SERVED = ("web", CONSOLE)
MENDS = {
    "web": "config.yaml の channels.web.enabled を true にしてください",
    "telegram": "環境変数 TELEGRAM_BOT_TOKEN にトークンを入れてください",
    "slack": "環境変数 SLACK_BOT_TOKEN と、SLACK_APP_TOKEN か SLACK_SIGNING_SECRET を入れてください",
}


def web_channel(parts: Parts) -> WebChannel:
    """The web chat, as the settings want it."""
    bell = Bell()
    site = SiteParts(
        store=parts.store,
        words=parts.words,
        bell=bell,
        clock=parts.clock,
        machine=parts.machine,
        draw=draw_secret,
        limits=parts.config.limits,
        clock_is_set=parts.config.clock.start is not None,
    )
    return WebChannel(partial(build_site, site), bell)


def console_channel(parts: Parts, read: ReadLine, screen: TextIO, ended: Callable[[], None]) -> ConsoleChannel:
    """A new conversation in the terminal; `ended` is called when the person leaves."""
    return ConsoleChannel(read, screen, draw_secret(), parts.clock, ended)


def telegram_channel(parts: Parts, token: SecretStr) -> "TelegramChannel":
    """Telegram, with its token. Its library takes much memory and is loaded only where it is used."""
    from bot.channels.telegram.channel import TelegramChannel

    settings = parts.config.channels.telegram
    room = parts.config.staff.telegram_group
    return TelegramChannel(settings, token, parts.words, parts.clock, parts.machine, parts.leadership.leads, room)


def slack_channel(parts: Parts, secrets: Secrets, token: SecretStr) -> "SlackChannel":
    """Slack, with its tokens. Its library is loaded only where it is used."""
    from bot.channels.slack.channel import SlackChannel, SlackSecrets

    own = SlackSecrets(token, secrets.slack_app_token, secrets.slack_signing_secret)
    room, side = parts.config.staff.slack_channel, parts.desk_side
    staff = slack_staff(room, parts.house, side.lookup, side.wording) if room and side else None
    cards = OwnCards(parts.store, side.book, parts.house.rules, parts.clock, "slack") if side else None
    settings, own_card = parts.config.channels.slack, cards.of if cards else None
    return SlackChannel(settings, own, parts.words, parts.clock, parts.machine, staff=staff, own_card=own_card)


def staff_channel(parts: Parts, side: DeskSide) -> StaffChannel:
    """The console of the staff."""
    console = ConsoleParts(
        store=parts.store,
        words=parts.words,
        wording=side.wording,
        house=parts.house,
        clock=parts.clock,
        machine=parts.machine,
        draw=draw_secret,
        limits=parts.config.limits,
        clock_is_set=parts.config.clock.start is not None,
        announcements=_announcements(parts, side),
        curation=Curation(parts.store, parts.shelf, parts.house, parts.clock) if parts.shelf else None,
        rescheduling=Rescheduling(parts.store, parts.shelf, parts.house, parts.clock) if parts.shelf else None,
    )
    return StaffChannel(partial(build_console, console))


def _announcements(parts: Parts, side: DeskSide) -> Announcements:
    needs_second = parts.config.notices.approval == "second"
    return Announcements(parts.store, side.book, parts.house, parts.quiet, needs_second, parts.clock)


def channels_of(parts: Parts, secrets: Secrets) -> list[Channel]:
    """Every channel that the settings and the tokens allow for."""
    channels: list[Channel] = []
    if parts.config.channels.web.enabled:
        channels.append(web_channel(parts))
        if parts.desk_side:
            channels.append(staff_channel(parts, parts.desk_side))
    if secrets.telegram_token:
        channels.append(telegram_channel(parts, secrets.telegram_token))
    if secrets.slack_bot_token:
        channels.append(slack_channel(parts, secrets, secrets.slack_bot_token))
    return channels


def ensure_present(roles: Collection[str], channels: Sequence[Channel]) -> None:
    """Raises ChannelNotReady where a role was asked for by name whose channel is not to be had."""
    for name in {"web", "telegram", "slack"} & set(roles) - {channel.name for channel in channels}:
        raise ChannelNotReady(name, "使えるように設定されていません", MENDS[name])


def service(parts: Parts, channels: Sequence[Channel], roles: Collection[str] = ROLES) -> Service:
    """A desk for these channels: it takes messages from those among its roles, and delivers to all of them."""
    listening = [channel for channel in channels if SERVED_WITH.get(channel.name, channel.name) in roles]
    couriers = _couriers(parts, channels) if "courier" in roles else []
    notifier = _notifier(parts, channels, couriers) if "jobs" in roles else None
    wake = _wake(couriers, notifier)
    jobs = _jobs(parts, _chores(parts, channels, wake)) if "jobs" in roles else None
    desk = _desk(parts, channels, wake)
    routes = [route for channel in listening for route in channel.routes(desk.receive)]
    server = Server(parts.config.channels.web, sorted(routes, key=_is_mount)) if routes else None
    return Service(
        store=parts.store,
        desk=desk if listening or jobs else None,
        couriers=couriers,
        channels=channels,
        starts=_starts(server, listening, desk),
        server=server,
        jobs=jobs,
        leadership=parts.leadership,
        notifier=notifier,
        shelf=parts.shelf,
    )


def _wake(couriers: Sequence[Courier], notifier: Notifier | None) -> Callable[[], None]:
    """What is to be looked at once something was written."""
    wakes = [courier.wake for courier in couriers] + ([notifier.wake] if notifier else [])

    def wake() -> None:
        for wake_one in wakes:
            wake_one()

    return wake


def _notifier(parts: Parts, channels: Sequence[Channel], couriers: Sequence[Courier]) -> Notifier | None:
    """Shows staff what is new, in those of their rooms whose channel there is."""
    if parts.desk_side is None:
        return None
    wake, rooms = _wake(couriers, None), _rooms(parts, channels)
    return Notifier(parts.store, parts.desk_side.cards, rooms, parts.clock, parts.leadership.leads, wake)


def _rooms(parts: Parts, channels: Sequence[Channel]) -> list[Room]:
    """The rooms of the staff whose channel there is."""
    names = {channel.name for channel in channels}
    return [room for room in parts.house.rooms if room.channel in names]


def _notice_board(parts: Parts, channels: Sequence[Channel], wake: Callable[[], None]) -> NoticeBoard:
    page = parts.config.channels.web.url
    return NoticeBoard(parts.store, parts.words, _rooms(parts, channels), page, parts.clock, wake)


def _programme_chores(parts: Parts) -> list[Chore]:
    if parts.shelf is None:
        return []
    changes = ProgrammeChanges(parts.store, parts.shelf, parts.house, parts.clock)
    return [Chore("follow the programme", changes.look, ANNOUNCE_SECONDS)]


def _jobs(parts: Parts, chores: Sequence[Chore]) -> Jobs:
    return Jobs(parts.store, parts.config.retention, parts.machine, chores)


def announcer(parts: Parts, side: DeskSide, wake: Callable[[], None]) -> Announcer:
    """What lets notices go at their times; `wake` is called whenever something was queued."""
    return Announcer(parts.store, side.book, parts.house.rules.hours, parts.quiet, parts.clock, wake)


def _chores(parts: Parts, channels: Sequence[Channel], wake: Callable[[], None]) -> list[Chore]:
    side = parts.desk_side
    if side is None:
        return []
    tender = Tender(parts.store, side.due, parts.clock, wake)
    twins = Twins(parts.store, side.book, parts.clock, wake)
    return [
        *_programme_chores(parts),
        Chore("announce", announcer(parts, side, wake).tick, ANNOUNCE_SECONDS),
        Chore("tell of notices", _notice_board(parts, channels, wake).look, ANNOUNCE_SECONDS),
        Chore("tend", tender.tend, TEND_SECONDS),
        Chore("group", twins.group, GROUP_SECONDS),
        Chore("correct", partial(send_corrections, parts.store, parts.clock, wake), CORRECT_SECONDS),
    ]


def _couriers(parts: Parts, channels: Sequence[Channel]) -> list[Courier]:
    delivery, rules = parts.config.delivery, _notice_rules(parts)
    return [Courier(parts.store, channel, delivery, rules, parts.clock, parts.machine) for channel in channels]


def _notice_rules(parts: Parts) -> NoticeRules:
    unknown = parts.config.notices.unknown
    return NoticeRules(parts.quiet, lambda: desk_period(parts.words.programme), unknown)


def _desk(parts: Parts, channels: Sequence[Channel], wake: Callable[[], None]) -> Desk:
    decisions = Decisions(parts.decide, partial(apologise, parts.words), parts.beside)
    names = [channel.name for channel in channels]
    return Desk(
        parts.store,
        decisions,
        parts.clock,
        parts.machine,
        names,
        wake,
        parts.holder,
        parts.config.delivery.hold_seconds,
        parts.house,
    )


def _is_mount(route: BaseRoute) -> bool:
    """Mounts take whatever is left, so they come last."""
    return isinstance(route, Mount)


def _starts(server: Server | None, listening: Sequence[Channel], desk: Desk) -> list[Start]:
    starts = [Start("server", server.start)] if server else []
    return starts + [Start(c.name, partial(c.start, desk.receive)) for c in listening if c.name not in SERVED]
