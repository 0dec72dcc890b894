"""What members do about notices: who may, from which state, what two do at once, and what is kept of it."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from bot.errors import NoticeRefused
from bot.notice_acts import Act
from bot.notice_steps import Order
from bot.store.models import Conversation, Delivery, DeliveryState
from bot.store.notice_desk import Written
from bot.store.notice_models import Occurrence, Trial
from bot.store.stuck import Verdict
from bot.store.transactions import Store
from handlers.effects import Reply
from handlers.notice import OccurrenceState
from handlers.rules import Member, Role
from knowledge.announcement import NoticeTopic
from knowledge.book import Book
from tests.bot.audiences import subscribe
from tests.bot.fakes import MONDAY, FixedClock
from tests.bot.noticing import SATO, SUZUKI, TANAKA, TEXT, WRITTEN, Newsroom, run
from tests.moments import at

S = OccurrenceState
SEMINAR = NoticeTopic.SEMINAR
LATER = at("2022-07-05 10:00")
NIGHT = at("2022-07-05 22:00")
MORNING = at("2022-07-06 08:00")
TAKAHASHI = Member("高橋", (Role.LEAD,))


@pytest.fixture
def room(store: Store, book: Book) -> Newsroom:
    return Newsroom(store, book)


@pytest.fixture
def three(engine: Engine) -> list[int]:
    """Those who subscribe to seminars; their conversations have the same ids."""
    return subscribe(engine, [("web", "w1"), ("telegram", "7"), ("slack", "U7")], SEMINAR)


def why(book: Book, reason: str, **values: object) -> str:
    return f"^{book.phrase(f'notice_refused_{reason}', **values)}$"


def test_a_notice_is_written_proposed_approved_by_another_and_goes_to_all(room: Newsroom, three: list[int]) -> None:
    number = room.approved()
    room.tick()
    assert (room.state(number), room.fates(number)) == (S.SENDING, ["queued"] * 3)
    room.end(number, DeliveryState.SENT)
    room.tick()
    assert room.state(number) is S.DONE
    assert room.history(number) == [
        ("written", "佐藤", ""),
        ("proposed", "佐藤", ""),
        ("approved", "鈴木", ""),
        ("started", "", ""),
        ("finished", "", ""),
    ]
    notice = room.dossier(number).notice
    assert (notice.author, notice.approver, notice.due) == ("佐藤", "鈴木", MONDAY)


def test_a_form_sent_twice_is_one_draft(room: Newsroom) -> None:
    assert room.write(key="same") == room.write(key="same")
    assert len(room.rows(Occurrence)) == 1
    assert len(room.history(1)) == 1


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        (replace(WRITTEN, title=""), "empty"),
        (replace(WRITTEN, text=""), "empty"),
        (replace(WRITTEN, due=at("2022-07-01 10:00")), "past"),
    ],
)
def test_what_cannot_be_sent_is_not_kept(room: Newsroom, written: Written, reason: str) -> None:
    with pytest.raises(NoticeRefused, match=why(room.book, reason)):
        room.write(written)
    assert room.rows(Occurrence) == []


@pytest.mark.parametrize(("title", "text"), [("題" * 41, "文"), ("題", "文" * 1501)])
def test_what_is_too_long_is_not_kept(room: Newsroom, title: str, text: str) -> None:
    with pytest.raises(NoticeRefused, match=why(room.book, "too_long", title=40, text=1500)):
        room.write(replace(WRITTEN, title=title, text=text))
    assert room.write(replace(WRITTEN, title=title[:40], text=text[:1500])) == 1


def test_who_wrote_it_and_whoever_changed_it_since_cannot_approve_it(room: Newsroom) -> None:
    number = room.write(by=TANAKA)
    room.do(number, Act.PROPOSE, SATO)
    run(room.announcements.change(number, 2, replace(WRITTEN, text="別の文"), SUZUKI))
    for member in (TANAKA, SUZUKI):
        with pytest.raises(NoticeRefused, match=why(room.book, "own")):
            room.do(number, Act.APPROVE, member)
        assert Act.APPROVE not in run(room.announcements.look(number, member)).acts
    assert room.state(number) is S.PROPOSED
    run(room.announcements.change(number, 3, replace(WRITTEN, text="別の文。"), SATO))
    with pytest.raises(NoticeRefused, match=why(room.book, "own")):
        room.do(number, Act.APPROVE, SUZUKI)
    room.do(number, Act.APPROVE, TAKAHASHI)
    assert room.state(number) is S.PLANNED


def test_whose_words_another_has_approved_may_approve_what_is_changed_after_that(room: Newsroom) -> None:
    number = room.write(replace(WRITTEN, due=LATER), by=SATO)
    run(room.announcements.change(number, 1, replace(WRITTEN, text="別の文", due=LATER), SUZUKI))
    room.do(number, Act.PROPOSE, SATO)
    room.do(number, Act.APPROVE, TANAKA)
    run(room.announcements.change(number, 4, replace(WRITTEN, text="別の文。", due=LATER), TANAKA))
    with pytest.raises(NoticeRefused, match=why(room.book, "own")):
        room.do(number, Act.APPROVE, TANAKA)
    room.do(number, Act.APPROVE, SUZUKI)
    assert room.state(number) is S.PLANNED


@pytest.mark.parametrize("writer", [TANAKA, TAKAHASHI])
def test_who_wrote_it_gives_it_another_time_only_with_another_approval(
    room: Newsroom, three: list[int], writer: Member
) -> None:
    number = room.write(replace(WRITTEN, due=LATER), by=TANAKA)
    run(room.announcements.change(number, 1, replace(WRITTEN, text="別の文", due=LATER), TAKAHASHI))
    room.do(number, Act.PROPOSE, SATO)
    room.do(number, Act.APPROVE, SUZUKI)
    with pytest.raises(NoticeRefused, match=why(room.book, "own")):
        room.do(number, Act.NOW, writer)
    assert Act.NOW not in run(room.announcements.look(number, writer)).acts
    room.do(number, Act.SCHEDULE, writer, due=LATER + timedelta(days=1))
    notice = room.dossier(number).notice
    assert (notice.state, notice.approver, notice.due) == (S.PROPOSED, "", LATER + timedelta(days=1))
    with pytest.raises(NoticeRefused, match=why(room.book, "own")):
        room.do(number, Act.APPROVE, writer)
    room.do(number, Act.APPROVE, SUZUKI)
    room.do(number, Act.SCHEDULE, SUZUKI, due=LATER)
    assert (room.state(number), room.dossier(number).notice.due) == (S.PLANNED, LATER)


def test_where_no_second_person_is_needed_the_author_changes_the_time_of_what_is_approved(
    store: Store, book: Book
) -> None:
    room = Newsroom(store, book, needs_second=False)
    number = room.write(replace(WRITTEN, due=LATER))
    room.do(number, Act.PROPOSE, SATO)
    room.do(number, Act.APPROVE, SATO)
    room.do(number, Act.SCHEDULE, SATO, due=LATER + timedelta(days=1))
    assert room.state(number) is S.PLANNED


def test_who_has_no_role_for_it_lets_nothing_go(room: Newsroom) -> None:
    number = room.write(by=SUZUKI)
    room.do(number, Act.PROPOSE, SUZUKI)
    with pytest.raises(NoticeRefused, match=why(room.book, "not_allowed")):
        room.do(number, Act.APPROVE, SATO)
    assert room.state(number) is S.PROPOSED


def test_where_no_second_person_is_needed_the_author_lets_it_go_and_nobody_else_without_a_role(
    store: Store, book: Book
) -> None:
    room = Newsroom(store, book, needs_second=False)
    number = room.write()
    room.do(number, Act.PROPOSE, SATO)
    with pytest.raises(NoticeRefused, match=why(book, "not_allowed")):
        room.do(number, Act.APPROVE, Member("高橋"))
    room.do(number, Act.APPROVE, SATO)
    assert room.state(number) is S.PLANNED


def test_what_is_changed_after_its_approval_needs_approval_again(room: Newsroom, three: list[int]) -> None:
    number = room.approved(replace(WRITTEN, due=LATER))
    run(room.announcements.change(number, 3, replace(WRITTEN, text="別の文", due=LATER), SATO))
    notice = room.dossier(number).notice
    assert (notice.state, notice.approver, room.dossier(number).text) == (S.PROPOSED, "", "別の文")
    room.clock.at = LATER
    room.tick()
    assert room.fates(number) == []


def test_a_proposal_is_sent_back_with_a_word(room: Newsroom) -> None:
    number = room.write()
    room.do(number, Act.PROPOSE, SATO)
    with pytest.raises(NoticeRefused, match=why(room.book, "no_word")):
        room.do(number, Act.RETURN, SUZUKI)
    room.do(number, Act.RETURN, SUZUKI, word="場所も書いてください")
    assert room.state(number) is S.DRAFT
    assert room.history(number)[-1] == ("returned", "鈴木", "場所も書いてください")


def test_what_another_has_changed_meanwhile_is_not_approved_unseen(room: Newsroom) -> None:
    number = room.write()
    room.do(number, Act.PROPOSE, SATO)
    run(room.announcements.change(number, 2, replace(WRITTEN, text="すりかえ"), SATO))
    with pytest.raises(NoticeRefused, match=why(room.book, "changed")):
        room.do(number, Act.APPROVE, SUZUKI, version=2)
    assert room.state(number) is S.PROPOSED


def test_of_two_who_press_at_once_one_wins_and_the_other_is_told(room: Newsroom) -> None:
    number = room.write()
    room.do(number, Act.PROPOSE, SATO)

    async def both() -> list[BaseException | None]:
        orders = [(SUZUKI, Order(Act.APPROVE)), (TANAKA, Order(Act.APPROVE))]
        work = (room.announcements.do(number, order, member) for member, order in orders)
        return await asyncio.gather(*work, return_exceptions=True)

    outcomes = run(both())
    assert sorted(map(type, outcomes), key=str) == sorted([NoticeRefused, type(None)], key=str)
    assert [action for action, _, _ in room.history(number)].count("approved") == 1


@pytest.mark.parametrize(
    ("due", "reason"),
    [(at("2022-07-04 08:59"), "past"), (at("2023-04-01 10:00"), "outside"), (at("2023-03-31 21:30"), "outside")],
)
def test_a_time_at_which_nothing_can_go_is_refused(room: Newsroom, due: object, reason: str) -> None:
    number = room.write()
    with pytest.raises(NoticeRefused, match=why(room.book, reason)):
        room.do(number, Act.SCHEDULE, SATO, due=due)
    assert room.dossier(number).notice.due is None


def test_in_quiet_hours_it_is_said_when_it_goes_and_what_is_urgent_goes_then(room: Newsroom) -> None:
    calm, urgent = room.announcements.timing(NIGHT, urgent=False), room.announcements.timing(NIGHT, urgent=True)
    assert (calm.fault, calm.waits_until) == ("", MORNING)
    assert (urgent.fault, urgent.waits_until) == ("", None)


def test_a_proposal_whose_time_is_past_has_to_be_given_another(room: Newsroom) -> None:
    number = room.write(replace(WRITTEN, due=LATER))
    room.do(number, Act.PROPOSE, SATO)
    room.clock.at = LATER + timedelta(minutes=1)
    with pytest.raises(NoticeRefused, match=why(room.book, "past")):
        room.do(number, Act.APPROVE, SUZUKI)
    room.do(number, Act.SCHEDULE, SUZUKI, due=LATER + timedelta(hours=1))
    room.do(number, Act.APPROVE, SUZUKI)
    assert room.dossier(number).notice.due == LATER + timedelta(hours=1)


def test_what_is_planned_can_be_put_off_or_sent_now_by_those_who_let_go(room: Newsroom, three: list[int]) -> None:
    number = room.approved(replace(WRITTEN, due=LATER))
    with pytest.raises(NoticeRefused, match=why(room.book, "not_allowed")):
        room.do(number, Act.SCHEDULE, SATO, due=LATER + timedelta(days=1))
    with pytest.raises(NoticeRefused, match=why(room.book, "no_time")):
        room.do(number, Act.SCHEDULE, SUZUKI)
    room.do(number, Act.SCHEDULE, SUZUKI, due=LATER + timedelta(days=1))
    room.clock.at = LATER
    room.tick()
    assert room.state(number) is S.PLANNED
    room.do(number, Act.NOW, SUZUKI)
    room.tick()
    assert room.fates(number) == ["queued"] * 3


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


def test_a_notice_is_copied_as_a_draft_without_what_stands_under_every_one(room: Newsroom, three: list[int]) -> None:
    number = room.approved()
    room.tick()
    copied = run(room.announcements.copy(number, "copy-1", SATO))
    dossier = room.dossier(copied)
    assert (dossier.notice.state, dossier.notice.author, dossier.text) == (S.DRAFT, "佐藤", TEXT)
    assert room.dossier(number).payload != Reply(TEXT)


def test_a_notice_that_is_announced_is_left_out_and_taken_up_again(room: Newsroom) -> None:
    room.tick()
    planned = next(row for row in room.rows(Occurrence) if row.state is S.PLANNED)
    with pytest.raises(NoticeRefused, match=why(room.book, "not_allowed")):
        room.do(planned.id, Act.SKIP, SATO)
    room.do(planned.id, Act.SKIP, SUZUKI, word="今回は要りません")
    room.tick()
    assert room.state(planned.id) is S.SKIPPED
    room.do(planned.id, Act.RESTORE, SUZUKI)
    assert room.state(planned.id) is S.PLANNED
    assert [event[:2] for event in room.history(planned.id)[-2:]] == [("skipped", "鈴木"), ("scheduled", "鈴木")]


def test_what_is_announced_is_shown_as_it_will_be_at_its_time(room: Newsroom) -> None:
    room.tick()
    for row in room.rows(Occurrence):
        looked = run(room.announcements.look(row.id, SATO))
        assert looked.reply is not None, row.notice
        assert Act.CHANGE not in looked.acts


def test_a_late_one_is_sent_now_or_left_out_as_members_decide(room: Newsroom, three: list[int]) -> None:
    numbers = [room.approved(replace(WRITTEN, due=LATER), key) for key in ("one", "other")]
    room.clock.at = LATER + timedelta(hours=2)
    room.tick()
    assert [room.state(number) for number in numbers] == [S.ASKING, S.ASKING]
    with pytest.raises(NoticeRefused, match=why(room.book, "not_allowed")):
        room.do(numbers[0], Act.NOW, SATO)
    room.do(numbers[0], Act.NOW, SUZUKI)
    room.do(numbers[1], Act.CANCEL, SUZUKI)
    room.tick()
    assert [room.state(number) for number in numbers] == [S.SENDING, S.CANCELLED]


def test_a_correction_is_approved_like_any_other_and_says_how_many_it_reaches(room: Newsroom, three: list[int]) -> None:
    number = room.correction()
    assert Act.CANCEL not in run(room.announcements.look(number, SATO)).acts
    looked = run(room.announcements.look(number, SUZUKI))
    assert {Act.APPROVE, Act.CHANGE, Act.RETURN} <= looked.acts
    assert looked.reach == ()
    run(room.announcements.change(number, 1, replace(WRITTEN, topic=NoticeTopic.LETTER), SUZUKI))
    assert room.dossier(number).notice.topic is SEMINAR
    with pytest.raises(NoticeRefused, match=why(room.book, "own")):
        room.do(number, Act.APPROVE, SUZUKI)
    room.do(number, Act.APPROVE, TANAKA)
    assert room.state(number) is S.PLANNED


def test_it_is_counted_whom_a_notice_reaches_by_channel(room: Newsroom, engine: Engine) -> None:
    people = subscribe(engine, [("web", "w1"), ("web", "w2"), ("slack", "U7")], SEMINAR)
    subscribe(engine, [("web", "other")], NoticeTopic.LETTER)
    room.lose(people[1])
    looked = run(room.announcements.look(room.write(), SATO))
    assert [(one.channel, one.count, one.gone) for one in looked.reach] == [("slack", 1, 0), ("web", 1, 1)]


def test_a_member_tries_a_notice_out_where_they_can_be_reached(room: Newsroom) -> None:
    number = room.write()
    with pytest.raises(NoticeRefused, match=why(room.book, "no_mailbox")):
        run(room.announcements.try_out(number, SATO))
    room.kept.do(_talked, "telegram", "7001")
    room.kept.do(_talked, "slack", "U0SATO:D0SATO:1656.1")
    room.kept.do(_talked, "slack", "U0SATO:D0SATO")
    assert run(room.announcements.try_out(number, SATO)) == 2
    trials = room.rows(Delivery)
    assert {row.conversation_id for row in trials} == {1, 3}
    assert all(row.payload.text.startswith(f"【試し送り】\n{TEXT}") for row in trials)
    assert [(row.member, row.occurrence_id) for row in room.rows(Trial)] == [("佐藤", number)] * 2
    assert [(one.member, one.channel, one.state) for one in room.dossier(number).trials] == [
        ("佐藤", "slack", DeliveryState.QUEUED),
        ("佐藤", "telegram", DeliveryState.QUEUED),
    ]
    assert (room.fates(number), room.dossier(number).tally.audience) == ([], 0)


def _talked(session: Session, channel: str, address: str) -> None:
    session.add(Conversation(channel=channel, address=address, place=address.partition(":")[0], last_at=MONDAY))


def test_what_is_not_there_is_refused(room: Newsroom) -> None:
    for work in (room.announcements.dossier(9), room.announcements.do(9, Order(Act.PAUSE), SATO)):
        with pytest.raises(NoticeRefused, match=why(room.book, "missing")):
            run(work)
    with pytest.raises(NoticeRefused, match=why(room.book, "stranger", login="yamada")):
        room.announcements.member("yamada")


def test_outside_of_the_desks_period_nothing_goes_on(store: Store, book: Book, engine: Engine) -> None:
    subscribe(engine, [("web", "w1")], SEMINAR)
    room = Newsroom(store, book, clock=FixedClock(at("2023-03-31 20:00")))
    number = room.approved()
    room.tick()
    room.do(number, Act.PAUSE, SUZUKI)
    room.clock.at = at("2023-04-01 09:00")
    with pytest.raises(NoticeRefused, match=why(room.book, "outside")):
        room.do(number, Act.RESUME, SUZUKI)
