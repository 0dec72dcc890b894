"""Who acts in the play beside the desk: participants, staff, the passing of time."""

from collections import deque
from collections.abc import Sequence
from datetime import date, datetime, time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.channels.base import RATINGS, Aim, parcel_of
from bot.rehearsal import staff
from bot.rehearsal.deeds import CODE_FORM, Blocks, Deed, Mailbox, Picks, Redeems, Span, moment_of
from bot.rehearsal.script import Script
from bot.rehearsal.settling import Settling
from bot.rehearsal.stage import Stage
from bot.rehearsal.world import Post
from bot.store.notice_models import Subscription
from handlers.effects import Reply
from handlers.message import Command, Content, Message, Tap
from knowledge.announcement import NoticeTopic
from knowledge.finding import Outcome

LAST_MINUTE = time(23, 59)


class Participants:
    """Do their deeds, each once, however often the process ends in between."""

    def __init__(self, stage: Stage, deeds: Sequence[Deed]) -> None:
        self._stage = stage
        done = stage.world.done()
        ordered = sorted(deeds, key=lambda deed: (deed.at, deed.key))
        self._deeds = deque(deed for deed in ordered if deed.key not in done)

    async def next(self) -> datetime | None:
        """When they act next."""
        return self._deeds[0].at if self._deeds else None

    async def act(self) -> None:
        """Do what is due."""
        deed = self._deeds.popleft()
        content = self._content(deed)
        if content is not None:
            await hand_over(self._stage, deed.who, deed.key, content)
        self._stage.world.do(deed.key)

    def _content(self, deed: Deed) -> Content | None:
        """What they send; None where it is nothing."""
        world, who = self._stage.world, deed.who
        match deed.doing:
            case Blocks():
                world.block(who.channel, who.address)
                return None
            case Picks(lot):
                return _picked(world.latest(who.channel, who.address), lot)
            case Redeems(channel, address):
                return _redeemed(world.latest(channel, address))
            case said:
                world.unblock(who.channel, who.address)
                return said


async def hand_over(stage: Stage, who: Mailbox, key: str, content: Content) -> None:
    """Something that somebody does reaches the desk."""
    message = Message(who.channel, who.address, who.person, key, stage.clock.now(), content, ref=key)
    await stage.desk.receive([parcel_of(message)])


def _picked(post: Post | None, lot: float) -> Tap | None:
    """One of the suggestions, a rating of an answer, or of how a question was dealt with."""
    if post is None or post.aim is not Aim.POST:
        return None
    values = _values(post.reply)
    return Tap(values[int(lot * len(values))], post.delivery) if values else None


def _values(reply: Reply) -> list[str]:
    if reply.outcome is Outcome.SUGGEST:
        return [choice.value for choice in reply.choices]
    if reply.rateable:
        return [choice.value for choice in RATINGS]
    return [choice.value for choice in reply.choices if choice.value.startswith("csat:")]


def _redeemed(post: Post | None) -> Command | None:
    found = CODE_FORM.search(post.reply.text) if post else None
    return Command("link", found[0]) if found else None


class Staff:
    """Answer open questions in business hours."""

    def __init__(self, stage: Stage, settling: Settling, script: Script) -> None:
        self._stage = stage
        self._settling = settling
        self._script = script

    async def next(self) -> datetime | None:
        """When they act next."""
        move = self._move()
        return None if move is None else move.at

    async def act(self) -> None:
        """Do what is due."""
        if move := self._move():
            who = Mailbox(staff.CHANNEL, staff.ROOM, move.person)
            key = f"staff/{move.act.ticket}/{move.ticket.version}/{move.act.act}"
            await hand_over(self._stage, who, key, move.act)

    def _move(self) -> staff.Move | None:
        rules = self._stage.parts.house.rules
        return staff.next_move(self._settling.tickets, rules, self._script, self._stage.clock.now())


class Tending:
    """Time goes by for open tickets."""

    def __init__(self, stage: Stage, settling: Settling) -> None:
        self._stage = stage
        self._settling = settling

    async def next(self) -> datetime | None:
        """When they act next."""
        rules = self._stage.parts.house.rules
        return staff.next_tending(self._settling.tickets, rules, self._stage.clock.now())

    async def act(self) -> None:
        """Do what is due."""
        await self._settling.do("tend")


class Census:
    """Counts the subscribers of each topic at the end of each day."""

    def __init__(self, stage: Stage, span: Span) -> None:
        self._stage = stage
        self._days = deque(day for day in span.days if _evening(day) > stage.clock.now())

    async def next(self) -> datetime | None:
        """When they act next."""
        return _evening(self._days[0]) if self._days else None

    async def act(self) -> None:
        """Do what is due."""
        counts = await self._stage.parts.store.read(_by_topic)
        self._stage.world.count_subscribers(self._days.popleft().isoformat(), counts)


def _evening(day: date) -> datetime:
    return moment_of(day, LAST_MINUTE)


def _by_topic(session: Session) -> dict[str, int]:
    rows = session.execute(select(Subscription.topic, func.count()).group_by(Subscription.topic))
    counted = {row[0]: row[1] for row in rows}
    return {topic: counted.get(topic, 0) for topic in NoticeTopic}
