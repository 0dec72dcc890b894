"""Who the staff are and where they work, as config.yaml says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from bot.channels.base import place_of
from bot.config import Config
from bot.config_staff import MemberSettings
from handlers.rules import Member, Role, Rules
from knowledge.hours import BusinessHours, Closure

CONSOLE = "staff"


@dataclass(frozen=True)
class Room:
    """A chat or channel in which staff see tickets: its `place` on a channel, and the ids of the leads there."""

    channel: str
    place: str
    leads: tuple[str, ...] = ()


@dataclass(frozen=True)
class House:
    """The rules, the members by (channel, person), and their rooms. The console is a channel of its own."""

    rules: Rules = Rules()
    members: Mapping[tuple[str, str], Member] = field(default_factory=lambda: MappingProxyType({}))
    rooms: tuple[Room, ...] = ()

    def member(self, channel: str, person: str) -> Member | None:
        """The member who writes as `person` on a channel."""
        return self.members.get((channel, person))

    def is_room(self, channel: str, address: str) -> bool:
        """Whether staff are among themselves at an address."""
        return channel == CONSOLE or any(
            room.channel == channel and room.place == place_of(address) for room in self.rooms
        )


def house_of(config: Config) -> House:
    """The house as the settings want it."""
    staff = config.staff
    members = {
        (channel, person): Member(one.name, one.roles) for one in staff.members for channel, person in _identities(one)
    }
    rooms = [("slack", staff.slack_channel), ("telegram", staff.telegram_group)]
    return House(
        rules=_rules(config),
        members=MappingProxyType(members),
        rooms=tuple(Room(channel, place, _leads(staff.members, channel)) for channel, place in rooms if place),
    )


def _identities(member: MemberSettings) -> list[tuple[str, str]]:
    known = (("slack", member.slack), ("telegram", member.telegram), (CONSOLE, member.login))
    return [(channel, person) for channel, person in known if person]


def _leads(members: tuple[MemberSettings, ...], channel: str) -> tuple[str, ...]:
    leads = (dict(_identities(member)).get(channel) for member in members if Role.LEAD in member.roles)
    return tuple(person for person in leads if person)


def _rules(config: Config) -> Rules:
    staff, hours = config.staff, config.staff.hours
    return Rules(
        hours=BusinessHours(
            hours.opens, hours.closes, tuple(Closure(closure.begins, closure.ends) for closure in hours.closures)
        ),
        confirm=staff.escalation == "confirm",
        burst_seconds=staff.burst_seconds,
        reminders=staff.reminder_minutes,
        sorry_minutes=staff.sorry_minutes,
        expire_days=staff.expire_days,
        reopen_days=staff.reopen_days,
        double_seconds=staff.double_seconds,
        team=tuple(Member(member.name, member.roles) for member in staff.members),
        page=config.channels.web.url if config.channels.web.enabled else "",
    )
