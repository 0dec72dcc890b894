"""What staff rooms are told of notices: each once, with the way to its page."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from bot.house import Room
from bot.notice_acts import Act
from bot.notice_board import NoticeBoard
from bot.pacing import UNLIMITED
from bot.store import outbox
from bot.store.models import DeliveryState
from bot.store.notice_models import Occurrence
from bot.store.transactions import Store
from handlers.notice import OccurrenceState
from knowledge.announcement import NoticeTopic
from knowledge.book import Book
from tests.bot.audiences import subscribe
from tests.bot.fakes import MONDAY
from tests.bot.noticing import SATO, SUZUKI, TANAKA, WRITTEN, Newsroom, nobody
from tests.moments import at

ROOMS = (Room("slack", "C0STAFF"), Room("telegram", "-100"))
PAGE = "https://desk.example.jp"


@pytest.fixture
def room(store: Store, book: Book, engine: Engine) -> Newsroom:
    subscribe(engine, [("web", f"w{number}") for number in range(3)], NoticeTopic.SEMINAR)
    return Newsroom(store, book)


def board(room: Newsroom) -> NoticeBoard:
    return NoticeBoard(room.store, room.book, ROOMS, PAGE, room.clock, nobody)


def told(room: Newsroom) -> list[tuple[str, str]]:
    """What the rooms are told now: where, and the text. It arrives."""
    asyncio.run(board(room).look())
    return [post for name in ("slack", "telegram") for post in arriving(room, name)]


def arriving(room: Newsroom, channel: str) -> list[tuple[str, str]]:
    posts: list[tuple[str, str]] = []
    while claimed := room.kept.claim(channel=channel):
        for one in claimed:
            room.kept.do(outbox.sent, one, UNLIMITED, MONDAY, MONDAY, None)
        posts += [(one.address, one.reply.text) for one in claimed]
    return posts


def both(text: str) -> list[tuple[str, str]]:
    return [("C0STAFF", text), ("-100", text)]


def proposal(room: Newsroom) -> int:
    number = room.write()
    room.do(number, Act.PROPOSE, SATO)
    return number


def test_a_proposal_is_told_once_in_each_room(room: Newsroom) -> None:
    number = proposal(room)
    text = f"承認を待っているお知らせがあります。\n「会場」(セミナー)\n{PAGE}/staff/notices/{number}"
    assert told(room) == both(text)
    assert told(room) == []


def test_what_is_proposed_anew_is_told_anew(room: Newsroom) -> None:
    number = proposal(room)
    told(room)
    room.do(number, Act.RETURN, SUZUKI, word="直してください")
    assert told(room) == []
    room.do(number, Act.PROPOSE, SATO)
    assert len(told(room)) == len(ROOMS)


def test_a_correction_that_the_desk_proposes_is_told(room: Newsroom) -> None:
    room.correction()
    assert "「第2回の日程変更」(セミナー)" in told(room)[0][1]


def test_what_is_late_asks(room: Newsroom) -> None:
    room.tick()
    told(room)
    number = room.approved(WRITTEN)
    room.clock.move(2 * 3600)
    room.tick()
    assert room.state(number) is OccurrenceState.ASKING
    text = "予定の時に送れなかったお知らせがあります。送るか見送るかを決めてください。"
    why = "予定の時刻を過ぎました"
    assert told(room) == both(f"{text}\n「会場」(セミナー) {why}\n{PAGE}/staff/notices/{number}")


@pytest.mark.parametrize(
    ("ends", "counts"),
    [
        ((DeliveryState.SENT, DeliveryState.FAILED), "届いた 1件、届かなかった 2件、分からない 0件"),
        (
            (DeliveryState.SENT, DeliveryState.SENT, DeliveryState.UNKNOWN),
            "届いた 2件、届かなかった 0件、分からない 1件",
        ),
    ],
)
def test_what_did_not_arrive_for_sure_is_told_at_the_end(
    room: Newsroom, ends: tuple[DeliveryState, ...], counts: str
) -> None:
    number = room.approved()
    room.tick()
    room.end(number, *ends, error="timeout")
    assert told(room) == []
    room.tick()
    assert [text.splitlines()[1] for _, text in told(room)] == [f"「会場」(セミナー) {counts}"] * 2


def test_what_arrived_is_not_told(room: Newsroom) -> None:
    number = room.approved()
    room.tick()
    room.end(number, DeliveryState.SENT)
    room.tick()
    assert room.state(number) is OccurrenceState.DONE
    assert told(room) == []


def test_what_was_left_out_is_told_unless_a_member_did_it_or_it_was_past_from_the_start(room: Newsroom) -> None:
    room.tick()
    reminder, *others = sorted(
        planned_until(room, "2022-07-13 14:00"), key=lambda row: row.notice != "seminar-same-day"
    )
    for row in others:
        room.do(row.id, Act.SKIP, TANAKA)
    assert told(room) == []
    room.clock.at = at("2022-07-13 14:00")
    room.tick()
    assert room.state(reminder.id) is OccurrenceState.SKIPPED
    why = room.book.phrase("notice_why_expired")
    assert told(room) == both(
        f"お知らせを見送りました。\n「{reminder.title}」(セミナー) {why}\n{PAGE}/staff/notices/{reminder.id}"
    )


def planned_until(room: Newsroom, moment: str) -> list[Occurrence]:
    """The notices of the season that are still to go by then."""
    rows: Sequence[Occurrence] = room.rows(Occurrence)
    return [row for row in rows if row.state is OccurrenceState.PLANNED and row.due and row.due < at(moment)]


def late(room: Newsroom, count: int) -> list[str]:
    """So many notices of members that could not go at their time, which ask; their titles."""
    titles = [f"お知らせ{number}" for number in range(1, count + 1)]
    for title in titles:
        room.approved(replace(WRITTEN, title=title), title)
    told(room)
    room.clock.move(2 * 3600)
    room.tick()
    return titles


def test_three_at_a_time_are_told_each_for_itself(room: Newsroom) -> None:
    late(room, 3)
    texts = [text for address, text in told(room) if address == "-100"]
    assert [text.splitlines()[1] for text in texts] == [
        f"「お知らせ{number}」(セミナー) 予定の時刻を過ぎました" for number in (1, 2, 3)
    ]


@pytest.mark.parametrize(("count", "more"), [(4, ""), (12, "\nほか2件")])
def test_more_than_three_at_a_time_are_told_in_one_post(room: Newsroom, count: int, more: str) -> None:
    lines = "\n".join(f"・「{title}」(セミナー) 判断待ち 予定の時刻を過ぎました" for title in late(room, count)[:10])
    whole = f"担当者に確かめてほしいお知らせが{count}件あります。\n{lines}{more}\n{PAGE}/staff/notices?show=all"
    assert told(room) == both(whole)
    assert told(room) == []


@pytest.mark.parametrize("count", [1, 4])
def test_two_processes_at_once_tell_it_once(room: Newsroom, count: int) -> None:
    for number in range(count):
        room.do(room.write(key=f"key-{number}"), Act.PROPOSE, SATO)

    async def both_look() -> None:
        await asyncio.gather(*(board(room).look() for _ in range(4)))

    asyncio.run(both_look())
    assert len(told(room)) == len(ROOMS)


def test_a_desk_without_rooms_tells_nobody_and_does_not_save_it_up(room: Newsroom) -> None:
    proposal(room)
    asyncio.run(NoticeBoard(room.store, room.book, (), PAGE, room.clock, nobody).look())
    assert told(room) == []
