"""What staff write in their Slack channel: all of it reaches the desk, once, as what it is and where it was written."""

import asyncio
from collections.abc import Iterator

import pytest

from bot.channels.base import Outgoing, Sent
from handlers.effects import Choice, Reply, StaffMarks
from handlers.message import Command, Edit, Media, Message, Tap, Text
from tests.bot.channels.slack_desk import ROOM, Inbox, handed_over, listening, staff_room
from tests.fakes.slack_api import FakeSlack, running_slack

MODES = pytest.mark.parametrize("mode", ["http", "socket"])
CARD = Reply(
    "#12 新しい質問",
    choices=(Choice("対応する", "staff:claim:12"), Choice("閉じる", "staff:close:12")),
    ticket=12,
    marks=StaffMarks("#12", "reply:12"),
)


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with running_slack(patience=0.5) as slack:
        yield slack


def said(message: Message) -> tuple[object, ...]:
    return message.address, message.person, message.content, message.ref


@MODES
def test_whatever_is_written_in_the_staff_room_reaches_the_desk(slack: FakeSlack, mode: str) -> None:
    people, inbox, refs = slack.people, Inbox(), []

    async def run() -> str:
        async with listening(slack, inbox, mode, staff_room()) as channel:
            card = await channel.send(Outgoing(7, ROOM, CARD))
            assert isinstance(card, Sent)
            thread = card.ref or ""
            for handed in (
                people.writes("U0STAFF", ROOM, "これ、だれか見ましたか"),
                people.writes("U0STAFF", ROOM, "返信: <7月> & 8月です", thread),
                people.writes("U0GUEST", ROOM, "知らない人", thread),
                people.writes("U0STAFF", ROOM, "みなさんへ", thread, subtype="thread_broadcast"),
                people.writes("U0STAFF", ROOM, "", thread, subtype="file_share", files=[{"mimetype": "image/png"}]),
            ):
                await handed_over(slack, handed)
                refs.append(handed.body["event"]["ts"])
            await handed_over(slack, people.edits("U0STAFF", refs[1], "返信: 9月です", ROOM))
            return thread

    thread = f"{ROOM}:{asyncio.run(run())}"
    assert [said(message) for message in inbox.messages] == [
        (ROOM, "U0STAFF", Text("これ、だれか見ましたか"), refs[0]),
        (thread, "U0STAFF", Text("返信: <7月> & 8月です"), refs[1]),
        (thread, "U0GUEST", Text("知らない人"), refs[2]),
        (thread, "U0STAFF", Text("みなさんへ"), refs[3]),
        (thread, "U0STAFF", Media("photo"), refs[4]),
        (thread, "U0STAFF", Edit("返信: 9月です"), refs[1]),
    ]


@MODES
def test_what_calls_us_in_the_staff_room_comes_once(slack: FakeSlack, mode: str) -> None:
    inbox = Inbox()

    async def run() -> None:
        async with listening(slack, inbox, mode, staff_room()):
            await handed_over(slack, *slack.people.calls_upon("U0STAFF", ROOM, "返信: はい"))

    asyncio.run(run())
    ref = slack.people.handed[0].body["event"]["ts"]
    assert [said(message) for message in inbox.messages] == [(ROOM, "U0STAFF", Text("返信: はい"), ref)]


def test_a_message_that_a_thread_hangs_on_is_edited_where_it_was_written(slack: FakeSlack) -> None:
    inbox = Inbox()

    async def run() -> None:
        async with listening(slack, inbox, "http", staff_room()):
            first = slack.people.writes("U0STAFF", ROOM, "旧")
            ref = first.body["event"]["ts"]
            await handed_over(slack, first)
            event = slack.people.edits("U0STAFF", ref, "新", ROOM).body["event"]
            again = {**event, "message": {**event["message"], "thread_ts": ref}}
            await handed_over(slack, slack.people.event(again))

    asyncio.run(run())
    assert [(m.address, m.content) for m in inbox.messages] == [
        (ROOM, Text("旧")),
        (ROOM, Edit("新")),
        (ROOM, Edit("新")),
    ]


@MODES
def test_what_is_deleted_what_we_do_ourselves_and_other_channels_are_no_messages(slack: FakeSlack, mode: str) -> None:
    inbox = Inbox()

    async def run() -> None:
        async with listening(slack, inbox, mode, staff_room()) as channel:
            card = await channel.send(Outgoing(7, ROOM, CARD))
            assert isinstance(card, Sent)
            written = slack.people.writes("U0STAFF", ROOM, "まちがい", card.ref)
            await handed_over(slack, written)
            await handed_over(slack, slack.people.deletes("U0STAFF", written.body["event"]["ts"], ROOM))
            await handed_over(slack, slack.people.writes("U0STAFF", "C0GENERAL", "雑談"))
            await handed_over(slack, slack.people.writes("U0STAFF", ROOM, "参加", subtype="channel_join"))

    asyncio.run(run())
    assert [message.content for message in inbox.messages] == [Text("まちがい")]
    assert len(inbox.parcels) == 1


@MODES
def test_without_a_staff_room_nothing_of_a_channel_is_kept_but_what_calls_us(slack: FakeSlack, mode: str) -> None:
    inbox = Inbox()

    async def run() -> None:
        async with listening(slack, inbox, mode):
            await handed_over(slack, slack.people.writes("U0STAFF", ROOM, "内輪の話"))
            await handed_over(slack, *slack.people.calls_upon("U0STAFF", ROOM, "初回は?"))

    asyncio.run(run())
    assert [message.content for message in inbox.messages] == [Text("初回は?")]
    assert len(inbox.parcels) == 1


@MODES
def test_a_button_of_a_card_belongs_to_the_cards_thread(slack: FakeSlack, mode: str) -> None:
    inbox = Inbox()

    async def run() -> tuple[str, str]:
        async with listening(slack, inbox, mode, staff_room()) as channel:
            card = await channel.send(Outgoing(7, ROOM, CARD))
            assert isinstance(card, Sent)
            await handed_over(slack, slack.people.taps("U0STAFF", "対応する", ROOM))
            sure = Reply("確認", choices=(Choice("それでも送る", "staff:send:12:reply"),), ticket=12)
            await channel.send(Outgoing(8, f"{ROOM}:{card.ref}", sure))
            await handed_over(slack, slack.people.taps("U0STAFF", "それでも送る", ROOM))
            return card.ref or "", card.thread or ""

    ref, thread = asyncio.run(run())
    assert ref == thread
    assert [(m.address, m.content) for m in inbox.messages] == [
        (f"{ROOM}:{thread}", Tap("staff:claim:12", 7)),
        (f"{ROOM}:{thread}", Tap("staff:send:12:reply", 8)),
    ]


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("queue", Command("queue")),
        ("Mine", Command("mine")),
        ("一覧", Command("queue")),
        ("自分", Command("mine")),
        ("help", Command("help")),
        ("自分の申込は?", Text("自分の申込は?")),
    ],
)
def test_members_order_their_lists(slack: FakeSlack, text: str, content: object) -> None:
    inbox = Inbox()

    async def run() -> None:
        async with listening(slack, inbox, "http", staff_room()):
            await handed_over(slack, slack.people.runs("U0STAFF", text, ROOM))

    asyncio.run(run())
    assert [(m.address, m.content) for m in inbox.messages] == [("U0STAFF", content)]


def test_for_others_the_words_for_lists_are_words_like_any(slack: FakeSlack) -> None:
    inbox = Inbox()

    async def run() -> None:
        async with listening(slack, inbox, "http", staff_room()):
            await handed_over(slack, slack.people.runs("U0BOB", "一覧"))

    asyncio.run(run())
    assert [m.content for m in inbox.messages] == [Text("一覧")]
