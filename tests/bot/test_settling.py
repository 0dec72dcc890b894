"""What is settled for many at once comes out as for each alone."""

from sqlalchemy import select

from bot.store.apply import Settlement, settle_all
from bot.store.desk_models import Ticket
from bot.store.models import Delivery, Inbound, InboundState, Turn
from handlers.effects import Effect, OpenTicket, Remember, Reply
from knowledge.finding import Turn as Said
from tests.bot.fakes import MONDAY, message
from tests.bot.kept import Kept

DONE, SET_ASIDE = InboundState.DONE, InboundState.SET_ASIDE
# What becomes of three people's messages; the one in the middle asks staff.
DECIDED: tuple[tuple[InboundState, str | None, tuple[Effect, ...]], ...] = (
    (DONE, None, (Reply("一"), Remember(Said("いつ", ("a",))), Reply("二"))),
    (DONE, None, (OpenTicket(0, "なに", urgent=False, reason="gap"), Reply("三"))),
    (DONE, None, ()),
    (SET_ASIDE, "ValueError", (Reply("四"),)),
)


def keep(kept: Kept, word: str) -> list[Settlement]:
    """The messages, in conversations named by a word, and what is to become of them."""
    found = []
    for number, (state, error, effects) in enumerate(DECIDED):
        inbound = kept.keep(message("x", f"{word}{number}", f"{word}{number}"))
        found.append(Settlement(inbound, state, [_numbered(effect, inbound) for effect in effects], MONDAY, error))
    return found


def _numbered(effect: Effect, inbound: int) -> Effect:
    match effect:
        case OpenTicket(_, question, urgent, reason):
            return OpenTicket(inbound, question, urgent, reason)
        case _:
            return effect


def written(kept: Kept, settlement: Settlement) -> list[object]:
    """All that came of a message, without numbers."""
    this = settlement.inbound_id
    inbound = kept.do(lambda session: session.get_one(Inbound, this))
    deliveries = kept.do(lambda session: session.scalars(select(Delivery).where(Delivery.inbound_id == this)).all())
    turns = kept.do(lambda session: session.scalars(select(Turn).where(Turn.inbound_id == this)).all())
    tickets = kept.do(lambda session: session.scalars(select(Ticket).where(Ticket.number == this)).all())
    posts = [
        (one.payload, one.state, one.channel, one.conversation_id == inbound.conversation_id) for one in deliveries
    ]
    assert [one.id for one in deliveries] == sorted(one.id for one in deliveries)
    said, asked = [(one.text, one.entries) for one in turns], [(one.question, one.channel) for one in tickets]
    return [inbound.state, inbound.error, posts, said, asked]


def test_many_settled_at_once_come_out_as_each_alone(kept: Kept) -> None:
    alone, together = keep(kept, "a"), keep(kept, "b")
    assert all(kept.do(settle_all, [one])[0] for one in alone)
    owners = kept.do(settle_all, together)
    assert len(set(owners)) == len(DECIDED)
    assert None not in owners
    assert [written(kept, one) for one in together] == [written(kept, one) for one in alone]


def test_what_was_settled_before_is_left_alone_beside_what_was_not(kept: Kept) -> None:
    before, after, *_ = keep(kept, "a")
    kept.do(settle_all, [before])
    told = kept.do(settle_all, [before, after])
    assert [owner is None for owner in told] == [True, False]
    assert [delivery.payload.text for delivery in kept.deliveries()] == ["一", "二", "三"]
