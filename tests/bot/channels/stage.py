"""A stage for transcripts with everything real: one desk with all its channels at once, over real sockets.

Participants come by one channel, members work in one room each; all rooms are there all the time.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.bot.channels.door import Door
from tests.bot.channels.plain_doors import WebDoor
from tests.bot.channels.platform_doors import SlackDoor, TelegramDoor
from tests.bot.channels.quiet import Quiet, wait_until
from tests.bot.channels.running import RunningDesk
from tests.bot.channels.staff_doors import StaffDoor
from tests.bot.theatre import Shown
from tests.bot.transcripts import Transcript
from tests.fakes.bot_api import BotApi
from tests.moments import at


@dataclass
class RealStage:
    """`rooms` are those that members work in, by the member's name; everybody else is in the first."""

    house: "RealHouse"
    door: Door
    rooms: Mapping[str, str]
    people: dict[str, int] = field(default_factory=dict)

    def say(self, who: str, text: str) -> None:
        self._do(lambda: self.door.say(text, self._person(who)))

    def edit(self, who: str, text: str, to: str) -> None:
        door = self.door
        assert isinstance(door, TelegramDoor | SlackDoor)
        self._do(lambda: door.edit(text, to, self._person(who)))

    def tap(self, who: str, label: str) -> None:
        self._do(lambda: self.door.tap(label, self._person(who)))

    def heard(self, who: str) -> list[Shown]:
        return [Shown(post.text, post.buttons) for post in self.door.heard(self._person(who))]

    def room(self, member: str) -> str:
        return self.rooms.get(member, next(iter(self.rooms.values())))

    def write(self, member: str, text: str) -> None:
        self._staff_door(member).write(member, text)

    def press(self, member: str, label: str) -> None:
        self._staff_door(member).press(member, label)

    def fill(self, member: str, label: str, text: str) -> None:
        self._staff_door(member).fill(member, label, text)

    def answer(self, member: str, post: str, text: str) -> None:
        self._staff_door(member).answer(member, post, text)

    def seen(self, member: str) -> list[Shown]:
        return self._staff_door(member).seen(member)

    def wait(self, minutes: float) -> None:
        self.house.desk.clock.move(minutes * 60)
        self.house.settle()

    def block(self, who: str) -> None:
        assert isinstance(self.door, TelegramDoor)
        self.door.block(self._person(who))

    def close_tab(self, who: str) -> None:
        if isinstance(self.door, WebDoor):
            self.door.close_tab(self._person(who))

    def forge(self, who: str, act: str) -> None:
        door = self.door
        assert isinstance(door, WebDoor | TelegramDoor | SlackDoor)
        self._do(lambda: door.send_value(f"staff:{act}:{self.house.quiet.newest_ticket()}", self._person(who)))

    def _do(self, deed: Callable[[], None]) -> None:
        kept = self.house.quiet.kept()
        deed()
        self.house.quiet.await_more(kept)
        self.house.settle()

    def _staff_door(self, member: str) -> StaffDoor:
        return self.house.rooms[self.room(member)]

    def _person(self, who: str) -> int:
        return self.people.setdefault(who, len(self.people))


@dataclass
class RealHouse:
    """A running desk, the ways in for participants, the rooms for staff, and how to know that all is done."""

    desk: RunningDesk
    api: BotApi
    quiet: Quiet
    doors: Mapping[str, Door]
    rooms: dict[str, StaffDoor] = field(default_factory=dict)

    def settle(self) -> None:
        """Until everything that was done is decided, delivered and shown everywhere."""
        wait_until(lambda: not self.api.world.updates)
        self.quiet.settle()

    def stage(self, transcript: Transcript, by: str, rooms: Mapping[str, str]) -> RealStage:
        """A new stage: new people, nothing open, at the hour of the play."""
        self.quiet.forget_tickets()
        self._agree(transcript)
        self.desk.clock.at = at(transcript.at)
        self.doors[by].begin_anew()
        self.settle()
        for room in self.rooms.values():
            room.begin_anew(self.quiet.kept())
        return RealStage(self, self.doors[by], rooms)

    def _agree(self, transcript: Transcript) -> None:
        """The desk asks before it hands over, or not; that takes another start."""
        staff = self.desk.config.staff
        wanted = "confirm" if transcript.confirm else "auto"
        if staff.escalation != wanted:
            changed = staff.model_copy(update={"escalation": wanted})
            self.desk.stop()
            self.desk.config = self.desk.config.model_copy(update={"staff": changed})
            self.desk.start()
