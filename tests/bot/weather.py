"""Platforms in any weather: what is posted arrives, comes late, is refused, or nobody knows."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.channels.base import Aim, choices_of
from bot.pacing import UNLIMITED
from bot.store import outbox
from bot.store.outbox import Claimed
from bot.store.transactions import Store
from handlers.effects import Choice, Reply
from tests.bot.fakes import FixedClock

CHANNELS = ("web", "telegram", "slack", "staff")
# What was posted there can be read back.
READ_BACK = "slack"
LEASE = timedelta(seconds=30)
LATER = timedelta(seconds=60)
IN_FLIGHT = 8


class Weather(StrEnum):
    """What becomes of the next post: it comes late, is refused, is lost or arrives without our knowing which (found
    out later, or left to an operator), or the desk dies while it is underway."""

    LATE = "late"
    REFUSED = "refused"
    LOST = "lost"
    DOUBTED = "doubted"
    LEFT = "left"
    DIED_BEFORE = "died before"
    DIED_AFTER = "died after"


ARRIVING = frozenset({Weather.DOUBTED, Weather.LEFT, Weather.DIED_AFTER})
# Among staff only what passes goes wrong, so that their rooms can be held against the tickets.
FINAL = frozenset({Weather.REFUSED, Weather.LEFT})


@dataclass
class Post:
    """A post that arrived, by its delivery; what it says by now (None: withdrawn)."""

    ref: str
    delivery: int
    channel: str
    address: str
    reply: Reply | None
    thread: str

    @property
    def choices(self) -> tuple[Choice, ...]:
        if self.reply is None:
            return ()
        ratings = (Choice("👍", "rate:up"), Choice("👎", "rate:down")) if self.reply.rateable else ()
        return (*choices_of(self.reply), *ratings)


@dataclass
class Platforms:
    """All channels at once. `rooms` are the addresses of staff; `coming` is the weather of the next posts."""

    store: Store
    clock: FixedClock
    machine: FixedClock
    rooms: frozenset[str]
    coming: list[Weather] = field(default_factory=list)
    blocked: set[str] = field(default_factory=set)
    posts: list[Post] = field(default_factory=list)
    arrived: Counter[int] = field(default_factory=Counter)
    doubts: Counter[int] = field(default_factory=Counter)
    said: list[Reply] = field(default_factory=list)

    async def deliver(self) -> bool:
        """Whatever may go now; whether anything did."""
        counts = [await self._deliver(channel) for channel in CHANNELS]
        return sum(counts) > 0

    def standing(self, ref: str | None) -> Post | None:
        """The post with this id, unless it was withdrawn."""
        return next((post for post in self.posts if post.ref == ref and post.reply is not None), None)

    def at(self, place: str) -> list[Post]:
        """What stands at a place, oldest first."""
        return [post for post in self.posts if post.address.partition(":")[0] == place and post.reply is not None]

    async def _deliver(self, channel: str) -> int:
        for claimed in await self.store.read(outbox.doubtful, channel, self._now):
            await self._find_out(claimed)
        count = 0
        while found := await self._claim(channel):
            for claimed in found:
                await self._send(claimed)
            count += len(found)
        return count

    async def _claim(self, channel: str) -> list[Claimed]:
        lease = self._now + LEASE
        found = await self.store.write(outbox.claim, channel, UNLIMITED, IN_FLIGHT, self._now, lease)
        return found.claimed

    async def _send(self, claimed: Claimed) -> None:
        if not claimed.is_there:
            await self._note(outbox.fail, claimed, "never_sent")
        elif claimed.address in self.blocked:
            await self._note(outbox.recipient_gone, claimed, "blocked")
        elif (weather := self._weather(claimed)) is None:
            await self._note(outbox.sent, claimed, self.clock.now(), *self._post(claimed))
        else:
            await self._suffer(claimed, weather)

    def _weather(self, claimed: Claimed) -> Weather | None:
        among_staff = claimed.channel == "staff" or claimed.place in self.rooms
        for weather in self.coming:
            if not (among_staff and weather in FINAL):
                self.coming.remove(weather)
                return weather
        return None

    async def _suffer(self, claimed: Claimed, weather: Weather) -> None:
        if weather in ARRIVING:
            self._post(claimed)
        match weather:
            case Weather.LATE:
                await self._note(outbox.again, claimed, self._now + LATER, "late")
            case Weather.REFUSED:
                await self._note(outbox.fail, claimed, "refused")
            case Weather.LOST | Weather.DOUBTED:
                await self._note(outbox.doubt, claimed, self._now + LATER, "unknown")
            case Weather.LEFT:
                await self._note(outbox.doubt, claimed, None, "unknown")
            case Weather.DIED_BEFORE | Weather.DIED_AFTER:
                """Nothing is noted: the lease runs out."""
        if weather not in (Weather.LATE, Weather.REFUSED):
            self.doubts[claimed.id] += 1

    async def _find_out(self, claimed: Claimed) -> None:
        ref = next((post.ref for post in self.posts if post.delivery == claimed.id), None)
        if claimed.aim is Aim.POST and claimed.channel == READ_BACK and ref is not None:
            await self._note(outbox.sent, claimed, self.clock.now(), ref, ref)
        else:
            await self._note(outbox.resend, claimed)

    def _post(self, claimed: Claimed) -> tuple[str, str]:
        """What it is known by, and the thread that it opens."""
        if claimed.aim is not Aim.POST:
            self._change(claimed)
            return f"c{claimed.id}", ""
        self.arrived[claimed.id] += 1
        self.said.append(claimed.reply)
        ref = f"r{claimed.id}.{self.arrived[claimed.id]}"
        thread = ref if claimed.reply.marks and claimed.reply.marks.heading else ""
        self.posts.append(Post(ref, claimed.id, claimed.channel, claimed.address, claimed.reply, thread))
        return ref, thread

    def _change(self, claimed: Claimed) -> None:
        for post in self.posts:
            if post.ref == claimed.original:
                post.reply = None if claimed.aim is Aim.WITHDRAW else claimed.reply
        self.said.append(claimed.reply)

    async def _note(self, note: object, claimed: Claimed, *values: object) -> None:
        await self.store.write(note, claimed, UNLIMITED, self._now, *values)  # type: ignore[arg-type]

    @property
    def _now(self) -> datetime:
        return self.machine.now()


def choices_in(posts: list[Post]) -> Iterator[tuple[Post, Choice]]:
    """All that can be tapped, oldest first."""
    return ((post, choice) for post in posts for choice in post.choices)
