"""What people do to notices: every change is guarded by what they saw, and kept in the history.

Two who press at once: one changes it, the other is told so (False, or None for what would give a number).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import ColumnElement, Select, func, or_, select, update
from sqlalchemy.orm import Session

from bot.store import linking, stuck, subscribing
from bot.store.engine import dialect_of, insert_into
from bot.store.lines import lock_conversation
from bot.store.models import Conversation, Delivery, DeliveryState
from bot.store.notice_models import STAFF, Occurrence, OccurrenceEvent, Subscriber, Subscription, Trial
from bot.store.posting import Envelope, post
from bot.store.stuck import Verdict
from handlers.effects import Reply
from handlers.notice import Notice, NoticeAction, OccurrenceState
from knowledge.announcement import NoticeTopic

NOTHING: Mapping[str, object] = MappingProxyType({})
# So many are queued again by one statement: PostgreSQL, which may not have counted them yet, takes each by its number.
CHUNK = 1000
# What counts as having written a notice.
WRITING = (NoticeAction.WRITTEN, NoticeAction.CHANGED)


@dataclass(frozen=True)
class Written:
    """What a member writes. `due` is None where it is to go as soon as it is approved."""

    topic: NoticeTopic
    title: str
    text: str = field(repr=False)
    urgent: bool = False
    due: datetime | None = None


@dataclass(frozen=True)
class Step:
    """A change: the state that follows (None: as it is), what it is called in the history, and further values."""

    action: NoticeAction
    state: OccurrenceState | None
    actor: str
    note: str = ""
    values: Mapping[str, object] = field(default_factory=lambda: NOTHING)


def write(session: Session, key: str, written: Written, actor: str, now: datetime) -> int:
    """A new draft; its id. The second one with the same key is the same."""
    values = {
        "notice": STAFF,
        "key": key,
        "state": OccurrenceState.DRAFT,
        "author": actor,
        "made_at": now,
        "approver": "",
        "reason": "",
        "frozen_to": 0,
        "version": 1,
        "shown": "",
        **_words(written),
    }
    insertion = insert_into(dialect_of(session), Occurrence).values(**values).on_conflict_do_nothing()
    made: int | None = session.scalar(insertion.returning(Occurrence.id))
    if made is None:
        return session.scalars(select(Occurrence.id).where(Occurrence.notice == STAFF, Occurrence.key == key)).one()
    _note(session, made, Step(NoticeAction.WRITTEN, None, actor), now)
    return made


def change(session: Session, seen: Notice, written: Written, actor: str, now: datetime) -> bool:
    """Other words. What was approved has to be approved anew."""
    state = OccurrenceState.DRAFT if seen.state is OccurrenceState.DRAFT else OccurrenceState.PROPOSED
    values = {**_words(written), "approver": "", "shown": ""}
    return take(session, seen, Step(NoticeAction.CHANGED, state, actor, values=values), now)


def _words(written: Written) -> dict[str, object]:
    return {
        "topic": written.topic,
        "title": written.title,
        "text": written.text,
        "urgent": written.urgent,
        "due": written.due,
    }


def take(session: Session, seen: Notice, step: Step, now: datetime) -> bool:
    """Take a step from the state and version that were seen. False where it has changed since."""
    taken = (
        update(Occurrence)
        .where(Occurrence.id == seen.id, Occurrence.state == seen.state, Occurrence.version == seen.version)
        .values({"state": step.state or seen.state, "version": seen.version + 1, **step.values})
        .returning(Occurrence.id)
        .execution_options(synchronize_session=False)
    )
    if session.execute(taken).scalar() is None:
        return False
    _note(session, seen.id, step, now)
    return True


def _note(session: Session, number: int, step: Step, now: datetime) -> None:
    session.add(OccurrenceEvent(occurrence_id=number, at=now, action=step.action, actor=step.actor, text=step.note))


def writers(session: Session, number: int) -> frozenset[str]:
    """Who made a notice, and all who wrote what nobody had approved yet: none of them is a second person.

    Where nothing was written since it was approved last, these are the ones whose words were approved then.
    """
    steps = (
        select(OccurrenceEvent.action, OccurrenceEvent.actor)
        .where(OccurrenceEvent.occurrence_id == number, OccurrenceEvent.action.in_((*WRITING, NoticeAction.APPROVED)))
        .order_by(OccurrenceEvent.id)
    )
    approved, since = set[str](), set[str]()
    for action, actor in session.execute(steps):
        if action is not NoticeAction.APPROVED:
            since.add(actor)
        elif since:
            approved, since = since, set()
    return frozenset({session.get_one(Occurrence, number).author, *(since or approved)} - {""})


def resend(session: Session, seen: Notice, actor: str, now: datetime) -> int | None:
    """Queue what failed once more, for those who can be reached and still subscribe; how many.

    Their subscriptions are read once the conversations are locked that opting out locks as well.
    """
    values = {"ended_at": None, "shown": ""}
    if not take(session, seen, Step(NoticeAction.RESENT, OccurrenceState.SENDING, actor, values=values), now):
        return None
    failed = _failed(seen.id)
    numbers = session.scalars(select(Delivery.id).where(*_is_failed(seen.id)).order_by(Delivery.id)).all()
    while linking.rescue(session, failed):
        pass
    session.execute(
        select(Conversation.id)
        .where(Conversation.id.in_(select(Subscriber.prefers).where(Subscriber.id.in_(failed))))
        .order_by(Conversation.id)
        .with_for_update(key_share=True)
    ).all()
    count = sum(_queue_again(session, seen, numbers[at : at + CHUNK]) for at in range(0, len(numbers), CHUNK))
    return count - sum(
        subscribing.readdress(session, one) is DeliveryState.CANCELLED for one in _astray(session, seen.id)
    )


def _queue_again(session: Session, seen: Notice, numbers: Sequence[int]) -> int:
    """Queue those of a few failed deliveries that are wanted and can arrive; how many."""
    queued = (
        update(Delivery)
        .where(Delivery.id.in_(numbers), Delivery.state == DeliveryState.FAILED)
        .where(_is_wanted(seen.topic), _is_reachable())
        .values(state=DeliveryState.QUEUED, failures=0, doubts=0, since=None, not_before=None, error=None)
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    )
    return len(session.scalars(queued).all())


def _astray(session: Session, number: int) -> Sequence[int]:
    """What is queued of a notice where its subscribers do not read any more."""
    is_astray = Delivery.state == DeliveryState.QUEUED, Delivery.conversation_id != Subscriber.prefers
    found = select(Delivery.id).join(Subscriber, Subscriber.id == Delivery.subscriber_id)
    return session.scalars(found.where(Delivery.occurrence_id == number, *is_astray).order_by(Delivery.id)).all()


def _failed(number: int) -> Select[int | None]:
    return select(Delivery.subscriber_id).where(*_is_failed(number))


def _is_failed(number: int) -> tuple[ColumnElement[bool], ...]:
    return Delivery.occurrence_id == number, Delivery.state == DeliveryState.FAILED


def _is_wanted(topic: NoticeTopic) -> ColumnElement[bool]:
    theirs = select(Subscription).where(
        Subscription.subscriber_id == Delivery.subscriber_id, Subscription.topic == topic
    )
    return theirs.exists()


def _is_reachable() -> ColumnElement[bool]:
    theirs = select(Conversation).where(Conversation.subscriber_id == Delivery.subscriber_id)
    return theirs.where(Conversation.gone.is_(None)).exists()


def _is_in_time(now: datetime) -> ColumnElement[bool]:
    return or_(Occurrence.expires.is_(None), Occurrence.expires > now)


def resendable(session: Session, seen: Notice, now: datetime) -> int:
    """To how many of those who did not get it it could go once more; nobody, once it is too late for it."""
    failed = (
        select(func.count())
        .select_from(Delivery)
        .where(Delivery.occurrence_id == seen.id, Delivery.state == DeliveryState.FAILED)
        .where(_is_wanted(seen.topic), _is_reachable())
        .where(select(Occurrence).where(Occurrence.id == seen.id, _is_in_time(now)).exists())
    )
    return session.scalar(failed) or 0


@dataclass(frozen=True)
class Settling:
    """What became of a delivery of which nobody knew, as a member says; `note` tells it in the history."""

    delivery: int
    verdict: Verdict
    actor: str
    note: str


def settle(session: Session, seen: Notice, settling: Settling, now: datetime) -> bool:
    """Settle a delivery; sending goes on where it is to go out again. False where there was nothing to settle."""
    row = session.get(Delivery, settling.delivery)
    if row is None or row.occurrence_id != seen.id or row.state is not DeliveryState.UNKNOWN:
        return False
    state = stuck.settle_by_hand(session, settling.delivery, settling.verdict, now)
    if state is None:
        return False
    if state is DeliveryState.QUEUED:
        _reopen(session, seen.id)
    _note(session, seen.id, Step(NoticeAction.SETTLED, None, settling.actor, settling.note), now)
    return True


def _reopen(session: Session, number: int) -> None:
    session.execute(
        update(Occurrence)
        .where(Occurrence.id == number, Occurrence.state == OccurrenceState.DONE)
        .values(state=OccurrenceState.SENDING, version=Occurrence.version + 1, ended_at=None, shown="")
        .execution_options(synchronize_session=False)
    )


def try_out(session: Session, number: int, conversation_id: int, reply: Reply, member: str, now: datetime) -> int:
    """Send what a notice would say to one conversation of a member's; the delivery."""
    lock_conversation(session, conversation_id, now)
    delivery = post(session, reply, Envelope(conversation_id, None), now)
    session.add(Trial(delivery_id=delivery, occurrence_id=number, member=member))
    _note(session, number, Step(NoticeAction.TRIED, None, member), now)
    return delivery
