"""What members do about a notice that is on its way or has gone: stop it, send it once more, settle what is unknown."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from bot.errors import NoticeRefused
from bot.notice_acts import Act
from bot.store.models import Delivery, DeliveryState
from bot.store.stuck import Verdict
from handlers.notice import OccurrenceState
from knowledge.announcement import NoticeTopic
from tests.bot.audiences import subscribe
from tests.bot.noticing import SATO, SUZUKI, TEXT, WRITTEN, Newsroom, run, why

S = OccurrenceState
SEMINAR = NoticeTopic.SEMINAR


def test_what_is_being_sent_is_paused_by_anybody_and_goes_on_by_those_who_let_go(
    room: Newsroom, three: list[int]
) -> None:
    number = room.approved()
    room.tick()
    room.do(number, Act.PAUSE, SATO, version=1)
    assert room.state(number) is S.PAUSED
    with pytest.raises(NoticeRefused, match=why(room.book, "not_allowed")):
        room.do(number, Act.RESUME, SATO)
    room.do(number, Act.RESUME, SUZUKI)
    assert room.state(number) is S.SENDING


def test_what_is_being_sent_can_be_cancelled_and_nothing_of_it_is_left(room: Newsroom, three: list[int]) -> None:
    number = room.approved()
    room.tick()
    room.kept.do(_arrive_first)
    room.do(number, Act.CANCEL, SUZUKI, version=1)
    room.tick()
    assert (room.state(number), room.fates(number)) == (S.CANCELLED, ["sent", "cancelled", "cancelled"])
    with pytest.raises(NoticeRefused, match=why(room.book, "state", state="中止")):
        room.do(number, Act.RESUME, SUZUKI)


def _arrive_first(session: Session) -> None:
    first = select(func.min(Delivery.id)).scalar_subquery()
    session.execute(update(Delivery).where(Delivery.id == first).values(state=DeliveryState.SENT))


def test_nothing_is_changed_about_what_is_being_sent(room: Newsroom, three: list[int]) -> None:
    number = room.approved()
    room.tick()
    with pytest.raises(NoticeRefused, match=why(room.book, "state", state="送信中")):
        run(room.announcements.change(number, 4, replace(WRITTEN, text="遅い"), SATO))
    assert room.dossier(number).text == TEXT


def test_what_failed_goes_once_more_to_those_who_can_be_reached_and_still_want_it(
    room: Newsroom, engine: Engine
) -> None:
    people = subscribe(engine, [("web", f"w{number}") for number in range(4)], SEMINAR)
    number = room.approved()
    room.tick()
    room.end(number, DeliveryState.SENT, DeliveryState.FAILED, error="unreachable")
    room.tick()
    room.forget(people[2])
    room.lose(people[3])
    looked = run(room.announcements.look(number, SUZUKI))
    assert (looked.dossier.tally.failed, looked.resendable) == (3, 1)
    assert run(room.announcements.resend(number, None, SUZUKI)) == 1
    assert (room.state(number), room.fates(number)) == (S.SENDING, ["sent", "queued", "failed", "failed"])
    again = next(row for row in room.rows(Delivery) if row.state is DeliveryState.QUEUED)
    assert (again.failures, again.since, again.error) == (0, None, None)
    room.end(number, DeliveryState.SENT)
    room.tick()
    assert (room.state(number), room.history(number)[-2:]) == (
        S.DONE,
        [("resent", "鈴木", ""), ("finished", "", "")],
    )
    with pytest.raises(NoticeRefused, match=why(room.book, "nobody")):
        run(room.announcements.resend(number, None, SUZUKI))


@pytest.mark.parametrize(
    ("verdict", "fate", "state"),
    [
        (Verdict.SENT, "sent", S.DONE),
        (Verdict.AGAIN, "queued", S.SENDING),
        (Verdict.DROP, "cancelled", S.DONE),
    ],
)
def test_what_nobody_knows_is_settled_once(
    room: Newsroom, three: list[int], verdict: Verdict, fate: str, state: OccurrenceState
) -> None:
    number = room.approved()
    room.tick()
    room.end(number, DeliveryState.UNKNOWN, DeliveryState.SENT, error="timeout")
    room.tick()
    [unclear] = room.dossier(number).unclear
    run(room.announcements.settle(number, unclear.delivery, verdict, SUZUKI))
    assert (room.fates(number)[0], room.state(number), room.dossier(number).unclear) == (fate, state, ())
    assert room.history(number)[-1][:2] == ("settled", "鈴木")
    with pytest.raises(NoticeRefused, match=why(room.book, "settled")):
        run(room.announcements.settle(number, unclear.delivery, Verdict.SENT, SUZUKI))


@pytest.mark.parametrize(("verdict", "fate"), [(Verdict.SENT, "sent"), (Verdict.DROP, "cancelled")])
def test_of_a_cancelled_notice_what_nobody_knows_is_settled_and_goes_to_nobody(
    room: Newsroom, three: list[int], verdict: Verdict, fate: str
) -> None:
    number = room.approved()
    room.tick()
    room.end(number, DeliveryState.UNKNOWN, DeliveryState.SENT, error="timeout")
    room.do(number, Act.CANCEL, SUZUKI)
    room.tick()
    looked = run(room.announcements.look(number, SUZUKI))
    assert Act.SETTLE in looked.acts
    assert looked.verdicts == (Verdict.SENT, Verdict.DROP)
    [unclear] = looked.dossier.unclear
    with pytest.raises(NoticeRefused, match=why(room.book, "state", state="中止")):
        run(room.announcements.settle(number, unclear.delivery, Verdict.AGAIN, SUZUKI))
    run(room.announcements.settle(number, unclear.delivery, verdict, SUZUKI))
    assert (room.fates(number)[0], room.state(number)) == (fate, S.CANCELLED)


def test_a_delivery_of_another_notice_is_not_settled(room: Newsroom, three: list[int]) -> None:
    first, second = room.approved(key="first"), room.approved(key="second")
    room.tick()
    room.end(first, DeliveryState.UNKNOWN)
    [unclear, *_] = room.dossier(first).unclear
    with pytest.raises(NoticeRefused, match=why(room.book, "settled")):
        run(room.announcements.settle(second, unclear.delivery, Verdict.DROP, SUZUKI))
    assert room.fates(first) == ["unknown"] * 3
