"""Notices are written, tried out, proposed and approved: who may, what two do at once, and what is kept of it."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.errors import NoticeRefused
from bot.notice_acts import Act
from bot.notice_steps import Order
from bot.store.models import Conversation, Delivery, DeliveryState
from bot.store.notice_desk import Written
from bot.store.notice_models import Occurrence, Trial
from bot.store.transactions import Store
from handlers.effects import Reply
from handlers.notice import OccurrenceState
from handlers.rules import Member
from knowledge.announcement import NoticeTopic
from knowledge.book import Book
from knowledge.hours import BusinessHours
from tests.bot.audiences import subscribe
from tests.bot.fakes import MONDAY
from tests.bot.noticing import LATER, SATO, SUZUKI, TAKAHASHI, TANAKA, TEXT, WRITTEN, Newsroom, run, why
from tests.moments import at

S = OccurrenceState
SEMINAR = NoticeTopic.SEMINAR


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


def test_a_notice_is_copied_as_a_draft_without_what_stands_under_every_one(room: Newsroom, three: list[int]) -> None:
    number = room.approved()
    room.tick()
    copied = run(room.announcements.copy(number, "copy-1", SATO))
    dossier = room.dossier(copied)
    assert (dossier.notice.state, dossier.notice.author, dossier.text) == (S.DRAFT, "佐藤", TEXT)
    assert room.dossier(number).payload != Reply(TEXT)


def test_what_is_announced_is_shown_as_it_will_be_at_its_time(room: Newsroom) -> None:
    room.tick()
    looks = [run(room.announcements.look(row.id, SATO)) for row in room.rows(Occurrence)]
    assert len(looks) == len(room.book.plan(BusinessHours()))
    assert [one.dossier.notice for one in looks if one.reply is None or Act.CHANGE in one.acts] == []


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
