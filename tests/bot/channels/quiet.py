"""When a running desk has done all there is to do: nothing to decide, to show, to send, or due by now."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Engine, exists, func, or_, select, update
from sqlalchemy.orm import Session

from bot.store import notices, tickets
from bot.store.desk_models import Ticket as Row
from bot.store.engine import has_one_writer, open_engine
from bot.store.models import Delivery, DeliveryState, Inbound, InboundState
from bot.tender import Due
from handlers.ticket import Ticket, TicketKind, TicketState

R = TypeVar("R")

PATIENCE_SECONDS = 20.0
TICK_SECONDS = 0.02
UNDERWAY = (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.UNKNOWN)
BUSY = select(
    or_(
        exists().where(Inbound.state == InboundState.NEW),
        exists().where(Delivery.state.in_(UNDERWAY)),
    )
)


class Quiet:
    """Looks into the database of a desk from beside. `due` says what time asks for."""

    def __init__(self, database: str, due: Due, now: Callable[[], datetime]) -> None:
        self._engine = open_engine(database)
        self._looking = _snapshots(self._engine)
        self._due = due
        self._now = now

    def close(self) -> None:
        self._engine.dispose()

    def kept(self) -> int:
        """The number of the message that was kept last."""
        return self._look(lambda session: session.scalar(select(func.max(Inbound.id)))) or 0

    def newest_ticket(self) -> int:
        """Its number."""
        return self._look(lambda session: session.scalar(select(func.max(Row.number)))) or 0

    def await_more(self, kept: int) -> None:
        """Until a message after this one is kept."""
        wait_until(lambda: self.kept() > kept)

    def settle(self) -> None:
        """Until there is nothing to do any more."""
        wait_until(lambda: not self._look(self._is_busy))

    def forget_tickets(self) -> None:
        """Close whatever is open, without a word to anybody: another play begins."""
        with Session(self._engine) as session, session.begin():
            still_open = update(Row).where(Row.state != TicketState.CLOSED)
            session.execute(still_open.values(state=TicketState.CLOSED, shown=Row.version))

    def _look(self, job: Callable[[Session], R]) -> R:
        with Session(self._looking) as session, session.begin():
            return job(session)

    def _is_busy(self, session: Session) -> bool:
        """Whether there is something to decide, to send, to show, to tend or to group."""
        if session.scalar(BUSY):
            return True
        if notices.changed(session) or notices.news(session) or notices.results(session):
            return True
        in_play = tickets.in_play(session)
        return any(self._due(ticket, self._now()) for ticket in in_play) or _ungrouped(in_play)


def _snapshots(engine: Engine) -> Engine:
    """Looks at one moment, however many statements that takes."""
    if has_one_writer(engine):
        return engine.execution_options(only_reads=True)
    return engine.execution_options(isolation_level="REPEATABLE READ")


def _ungrouped(in_play: Sequence[Ticket]) -> bool:
    """Whether two open questions in the same words are not in one group yet."""
    asked = [one for one in in_play if one.kind is TicketKind.QUESTION and not one.urgent]
    groups: dict[str, set[int | None]] = {}
    for one in asked:
        groups.setdefault(one.question, set()).add(one.same_as)
    counts = {question: sum(one.question == question for one in asked) for question in groups}
    return any(counts[question] > 1 and (len(names) > 1 or None in names) for question, names in groups.items())


def wait_until(is_so: Callable[[], bool]) -> None:
    """Raises AssertionError where it never is so."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < ends, "it never became quiet"
        time.sleep(TICK_SECONDS)
