"""What became of the deliveries of a notice, counted."""

from collections import Counter

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.store.models import Delivery, DeliveryState
from handlers.notice import Tally

# Why a delivery was stopped that its subscriber no longer wanted.
OPTED_OUT = "opted_out"


def tally(session: Session, occurrence_id: int) -> Tally:
    """How many deliveries an occurrence has, by state; those that failed by reason, the most frequent first.

    Those who opted out are among the cancelled.
    """
    counted = session.execute(
        select(Delivery.state, Delivery.error, func.count())
        .where(Delivery.occurrence_id == occurrence_id)
        .group_by(Delivery.state, Delivery.error)
    ).all()
    states: Counter[DeliveryState] = Counter()
    for state, _, count in counted:
        states[state] += count
    failed = [(error or "", count) for state, error, count in counted if state is DeliveryState.FAILED]
    stopped = (count for state, error, count in counted if (state, error) == (DeliveryState.CANCELLED, OPTED_OUT))
    return Tally(
        audience=states.total(),
        queued=states[DeliveryState.QUEUED],
        sending=states[DeliveryState.SENDING],
        sent=states[DeliveryState.SENT],
        failed=states[DeliveryState.FAILED],
        cancelled=states[DeliveryState.CANCELLED],
        unknown=states[DeliveryState.UNKNOWN],
        opted_out=sum(stopped),
        reasons=tuple(sorted(failed, key=lambda reason: (-reason[1], reason[0]))),
    )
