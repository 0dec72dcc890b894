"""People who subscribe and are sent notices: effects applied and rows read, without messages."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.channels.base import place_of
from bot.store.apply import Place, apply_all
from bot.store.audience import freeze
from bot.store.models import Conversation, Delivery, DeliveryState
from bot.store.notice_models import STAFF, Occurrence, Subscriber
from bot.store.subscriptions import subscription_at
from bot.store.transactions import Store
from handlers.effects import Choice, Effect, GiveCode, LinkMailbox, PreferMailbox, Reply, SetSubscription, UnlinkMailbox
from handlers.notice import SHOW_CALENDAR, SHOW_SUBSCRIPTION, OccurrenceState
from handlers.subscription import Subscription
from knowledge.announcement import NoticeTopic
from tests.bot.fakes import FixedClock

P = ParamSpec("P")
R = TypeVar("R")

SEMINAR, SUPPORT, EMPLOYER, LETTER = NoticeTopic
WAYS = (Choice("カレンダーを見る", SHOW_CALENDAR), Choice("お知らせの設定", SHOW_SUBSCRIPTION))
QUEUED, SENDING, SENT, UNKNOWN, FAILED, CANCELLED = (
    DeliveryState.QUEUED,
    DeliveryState.SENDING,
    DeliveryState.SENT,
    DeliveryState.UNKNOWN,
    DeliveryState.FAILED,
    DeliveryState.CANCELLED,
)
CODE, OTHER_CODE = "BCDF2345", "GHJK6789"


@dataclass
class People:
    """Conversations by their addresses on one channel, at the desk's time."""

    store: Store
    channel: str = "telegram"
    clock: FixedClock = field(default_factory=FixedClock)

    def run(self, job: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        return asyncio.run(self.store.write(job, *args, **kwargs))

    def conversation(self, address: str, gone: str | None = None) -> int:
        """The conversation there, made where it is new."""
        return self.run(self._conversation, address, gone)

    def _conversation(self, session: Session, address: str, gone: str | None) -> int:
        known = select(Conversation.id).where(Conversation.channel == self.channel, Conversation.address == address)
        found = session.scalar(known)
        if found is not None:
            return found
        now = self.clock.now()
        row = Conversation(channel=self.channel, address=address, place=place_of(address), last_at=now, gone=gone)
        session.add(row)
        session.flush()
        return row.id

    def do(self, address: str, *effects: Effect) -> None:
        """What was decided on a message from there. Raises SituationStale."""
        place = Place(self.conversation(address), 0, self.clock.now())
        self.run(apply_all, place, effects)

    def want(self, address: str, *topics: NoticeTopic) -> None:
        self.do(address, *(SetSubscription(topic, True) for topic in topics))

    def stop(self, address: str, *topics: NoticeTopic) -> None:
        self.do(address, *(SetSubscription(topic, False) for topic in topics))

    def link(self, giver: str, taker: str, code: str = CODE) -> None:
        self.do(giver, GiveCode(code))
        self.do(taker, LinkMailbox(code))

    def leave(self, address: str) -> None:
        self.do(address, UnlinkMailbox())

    def prefer(self, address: str, chosen: str) -> None:
        self.do(address, PreferMailbox(self.conversation(chosen)))

    def known(self, address: str) -> Subscription:
        return self.run(subscription_at, self.channel, address)

    def topics(self, address: str) -> set[NoticeTopic]:
        return set(self.known(address).topics)

    def subscribers(self) -> int:
        return self.run(lambda session: session.scalar(select(func.count()).select_from(Subscriber)) or 0)

    def notice(
        self,
        topic: NoticeTopic = SEMINAR,
        at_most: int | None = None,
        state: OccurrenceState = OccurrenceState.SENDING,
    ) -> int:
        """Queue a notice, for at most so many subscribers where that is said, and leave it in a state; its id."""
        return self.run(self._queued, topic, at_most, state)

    def _queued(self, session: Session, topic: NoticeTopic, at_most: int | None, state: OccurrenceState) -> int:
        number = self._begin(session, topic)
        if at_most is not None:
            freeze(session, number, self.clock.now(), at_most)
        while at_most is None and freeze(session, number, self.clock.now()):
            pass
        session.get_one(Occurrence, number).state = state
        return number

    def resume(self, number: int) -> None:
        """Let a notice go on."""

        def go_on(session: Session) -> None:
            session.get_one(Occurrence, number).state = OccurrenceState.SENDING

        self.run(go_on)

    def freeze(self, number: int) -> None:
        """Queue all that is left of a notice."""
        while self.run(freeze, number, self.clock.now()):
            pass

    def _begin(self, session: Session, topic: NoticeTopic) -> int:
        number = (session.scalar(select(func.max(Occurrence.id))) or 0) + 1
        session.add(
            Occurrence(
                id=number,
                notice=STAFF,
                key=str(number),
                topic=topic,
                state=OccurrenceState.SENDING,
                title="会場",
                due=self.clock.now(),
                payload=Reply("会場のご案内です。", by="notice", choices=WAYS),
                audience_to=session.scalar(select(func.max(Subscriber.id))) or 0,
                made_at=self.clock.now(),
                started_at=self.clock.now(),
            )
        )
        session.flush()
        return number

    def settle(self, number: int, address: str, state: DeliveryState) -> None:
        """What became of a notice there."""

        def note(session: Session) -> None:
            self._delivery(session, number, address).state = state

        self.run(note)

    def _delivery(self, session: Session, number: int, address: str) -> Delivery:
        there = (
            select(Delivery)
            .join(Conversation, Conversation.id == Delivery.conversation_id)
            .where(Delivery.occurrence_id == number, Conversation.address == address)
            .order_by((Delivery.state == DeliveryState.QUEUED).desc(), Delivery.id.desc())
        )
        return session.scalars(there).all()[0]

    def delivery(self, number: int, address: str) -> Delivery:
        """A notice there: the one that is queued, where there are several, else the latest."""
        return self.run(self._delivery, number, address)

    def fates(self, number: int) -> list[tuple[str, DeliveryState, str | None]]:
        """What became of a notice: where, and why."""
        rows = (
            select(Conversation.address, Delivery.state, Delivery.error)
            .join(Conversation, Conversation.id == Delivery.conversation_id)
            .where(Delivery.occurrence_id == number)
            .order_by(Conversation.address)
        )
        return self.run(lambda session: [(row[0], row[1], row[2]) for row in session.execute(rows)])

    def wait(self, **time: float) -> None:
        self.clock.move(timedelta(**time).total_seconds())


def at_once(*works: Callable[[], None]) -> list[BaseException]:
    """Do all of it at the same time; what went wrong."""

    async def all_of() -> list[BaseException]:
        done = await asyncio.gather(*(asyncio.to_thread(work) for work in works), return_exceptions=True)
        return [result for result in done if isinstance(result, BaseException)]

    return asyncio.run(all_of())
