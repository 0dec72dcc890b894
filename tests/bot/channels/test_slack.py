"""What comes in from Slack, over HTTP and over sockets: stored first, acknowledged then, once."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from bot.channels.base import Outgoing
from handlers.effects import Choice, Reply
from handlers.message import Command, Edit, Media, Tap, Text
from tests.bot.channels.slack_desk import Inbox, handed_over, listening
from tests.fakes.slack_api import FakeSlack, running_slack

MODES = pytest.mark.parametrize("mode", ["http", "socket"])
OFFER = Reply("もしかして", choices=(Choice("Aのこと", "entry:a"), Choice("この中にない", "none")), rateable=True)


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with running_slack(patience=0.5) as slack:
        yield slack


@MODES
def test_all_that_people_say_to_us_comes_in_as_messages(slack: FakeSlack, mode: str) -> None:
    people, inbox = slack.people, Inbox()

    async def run() -> None:
        async with listening(slack, inbox, mode):
            said = people.says("U0ALICE", "初回は <いつ> & どこ?")
            await handed_over(slack, said)
            await handed_over(slack, people.edits("U0ALICE", said.body["event"]["ts"], "2回目は?"))
            await handed_over(slack, people.shares("U0ALICE", "image/png", "これは?"))
            await handed_over(slack, people.mentions("U0BOB", "C0GENERAL", "初回は?"))
            await handed_over(slack, people.runs("U0BOB", "次", "C0GENERAL"))
            await handed_over(slack, people.runs("U0BOB", "初回はいつ"))

    asyncio.run(run())
    first, *_ = slack.people.handed
    question = slack.people.handed[3].body["event"]["ts"]
    assert [(m.address, m.person, m.content) for m in inbox.messages] == [
        ("U0ALICE:D0ALICE", "U0ALICE", Text("初回は <いつ> & どこ?")),
        ("U0ALICE:D0ALICE", "U0ALICE", Edit("2回目は?")),
        ("U0ALICE:D0ALICE", "U0ALICE", Media("photo", "これは?")),
        (f"C0GENERAL:{question}", "U0BOB", Text("初回は?")),
        ("U0BOB", "U0BOB", Command("next")),
        ("U0BOB", "U0BOB", Text("初回はいつ")),
    ]
    said, edited, shared, mentioned, *ordered = slack.people.handed
    assert [m.key for m in inbox.messages] == [
        f"T0TEAM:D0ALICE:{said.body['event']['ts']}",
        f"T0TEAM:{edited.id}",
        f"T0TEAM:D0ALICE:{shared.body['event']['ts']}",
        f"T0TEAM:C0GENERAL:{mentioned.body['event']['ts']}",
        *(f"T0TEAM:{handed.id}" for handed in ordered),
    ]
    assert inbox.messages[0].ref == inbox.messages[1].ref == first.body["event"]["ts"]
    assert all(handed.statuses == [200] for handed in slack.people.handed)


@MODES
def test_what_slack_tells_twice_under_two_events_is_one_message(slack: FakeSlack, mode: str) -> None:
    inbox = Inbox()

    async def run() -> None:
        async with listening(slack, inbox, mode):
            said = slack.people.says("U0ALICE", "初回は?")
            await handed_over(slack, said, slack.people.event(said.body["event"]))
            await handed_over(slack, slack.people.says("U0ALICE", "初回は?"))

    asyncio.run(run())
    first, second, later = slack.people.handed
    assert first.id != second.id
    assert [m.ref for m in inbox.messages] == [handed.body["event"]["ts"] for handed in (first, later)]
    assert inbox.repeats == 1


@MODES
def test_nothing_is_acknowledged_before_it_is_received(slack: FakeSlack, mode: str) -> None:
    inbox = Inbox()

    async def run() -> list[int]:
        async with listening(slack, inbox, mode):
            inbox.gate.clear()
            said = slack.people.says("U0ALICE", "初回は?")
            await asyncio.sleep(0.1)
            before = list(said.statuses)
            inbox.gate.set()
            await handed_over(slack, said)
            return before + said.statuses

    assert asyncio.run(run()) == [200]


@MODES
def test_what_was_not_received_comes_again_and_is_the_same(slack: FakeSlack, mode: str) -> None:
    inbox = Inbox(failures=2)

    async def run() -> list[int]:
        async with listening(slack, inbox, mode):
            said = slack.people.says("U0ALICE", "初回は?")
            await handed_over(slack, said)
            return said.statuses

    refused = 503 if mode == "http" else 0
    assert asyncio.run(run()) == [refused, refused, 200]
    assert [m.content for m in inbox.messages] == [Text("初回は?")]


@MODES
def test_what_was_received_too_late_for_slack_comes_again_under_the_same_key(slack: FakeSlack, mode: str) -> None:
    inbox = Inbox()

    async def run() -> None:
        async with listening(slack, inbox, mode):
            inbox.gate.clear()
            said = slack.people.says("U0ALICE", "初回は?")
            await asyncio.sleep(0.7)
            inbox.gate.set()
            await handed_over(slack, said)

    asyncio.run(run())
    assert (len(inbox.messages), inbox.repeats) == (1, 1)


@MODES
@pytest.mark.parametrize(
    "event",
    [
        {"type": "reaction_added", "user": "U0ALICE"},
        {
            "type": "message",
            "channel_type": "channel",
            "channel": "C0GENERAL",
            "user": "U0ALICE",
            "text": "x",
            "ts": "1.1",
        },
        {"type": "message", "channel_type": "im", "channel": "D0ALICE", "bot_id": "B1", "text": "x", "ts": "1.1"},
        {"type": "nobody knows"},
    ],
)
def test_what_does_not_concern_us_is_acknowledged_and_not_kept(
    slack: FakeSlack, mode: str, event: dict[str, Any]
) -> None:
    inbox = Inbox()

    async def run() -> list[int]:
        async with listening(slack, inbox, mode):
            handed = slack.people.event(event)
            await handed_over(slack, handed)
            return handed.statuses

    assert asyncio.run(run()) == [200]
    assert inbox.parcels == {}


@MODES
def test_what_cannot_be_read_is_kept_with_its_error_and_acknowledged(slack: FakeSlack, mode: str) -> None:
    inbox = Inbox()

    async def run() -> list[int]:
        async with listening(slack, inbox, mode):
            handed = slack.people.event({"type": "app_mention", "channel": None})
            await handed_over(slack, handed)
            return handed.statuses

    assert asyncio.run(run()) == [200]
    assert [(p.message, p.error) for p in inbox.parcels.values()] == [(None, "ValueError")]


@MODES
def test_our_own_posts_are_not_taken_for_questions(slack: FakeSlack, mode: str) -> None:
    inbox = Inbox()

    async def run() -> None:
        async with listening(slack, inbox, mode) as channel:
            await channel.send(Outgoing(1, "D0ALICE", OFFER))
            await handed_over(slack, slack.people.says("U0ALICE", "最後"))

    asyncio.run(run())
    assert [m.content for m in inbox.messages] == [Text("最後")]


@MODES
@pytest.mark.parametrize(("label", "value"), [("Aのこと", "entry:a"), ("この中にない", "none"), ("👎", "rate:down")])
def test_a_button_comes_back_with_the_delivery_that_offered_it(
    slack: FakeSlack, mode: str, label: str, value: str
) -> None:
    inbox = Inbox()

    async def run() -> None:
        async with listening(slack, inbox, mode) as channel:
            await channel.send(Outgoing(7, "U0ALICE:D0ALICE", OFFER))
            await handed_over(slack, slack.people.taps("U0ALICE", label))

    asyncio.run(run())
    assert [(m.address, m.person, m.content) for m in inbox.messages] == [("U0ALICE:D0ALICE", "U0ALICE", Tap(value, 7))]


def test_a_button_in_a_thread_belongs_to_the_thread(slack: FakeSlack) -> None:
    inbox = Inbox()

    async def run() -> None:
        async with listening(slack, inbox, "http") as channel:
            await handed_over(slack, slack.people.mentions("U0BOB", "C0GENERAL", "初回は?"))
            await channel.send(Outgoing(7, inbox.messages[0].address, OFFER))
            await handed_over(slack, slack.people.taps("U0BOB", "👍", "C0GENERAL"))

    asyncio.run(run())
    asked, tapped = inbox.messages
    assert (tapped.address, tapped.content) == (asked.address, Tap("rate:up", 7))
    assert [post.thread for post in slack.people.posts("C0GENERAL")] == [asked.ref]


def test_a_button_under_what_the_command_was_answered_with_belongs_to_the_same_conversation(slack: FakeSlack) -> None:
    inbox = Inbox()

    async def run() -> None:
        async with listening(slack, inbox, "http") as channel:
            await handed_over(slack, slack.people.runs("U0BOB", "help", "C0GENERAL"))
            await channel.send(Outgoing(7, inbox.messages[0].address, OFFER))
            await handed_over(slack, slack.people.taps("U0BOB", "👍"))

    asyncio.run(run())
    assert [(m.address, m.content) for m in inbox.messages] == [
        ("U0BOB", Command("help")),
        ("U0BOB", Tap("rate:up", 7)),
    ]


@MODES
def test_who_uses_the_command_in_a_channel_is_told_where_the_answer_is(slack: FakeSlack, mode: str) -> None:
    inbox = Inbox()

    async def run() -> list[Any]:
        async with listening(slack, inbox, mode):
            await handed_over(slack, slack.people.says("U0BOB", "初回は?"))
            ran = [slack.people.runs("U0BOB", "help", channel) for channel in ("C0GENERAL", "D0ALICE", None)]
            await handed_over(slack, *ran)
            return [each.answer or None for each in ran]

    told = {"response_type": "ephemeral", "text": "slack_answered_in_dm"}
    assert asyncio.run(run()) == [told, told, None]


@MODES
def test_the_home_tab_shows_topics_and_seminars_and_can_be_tapped(slack: FakeSlack, mode: str) -> None:
    inbox = Inbox()

    async def run() -> None:
        async with listening(slack, inbox, mode):
            slack.people.opens_home("U0BOB")
            await asyncio.to_thread(slack.world.wait, lambda: "U0BOB" in slack.world.views)
            await handed_over(slack, slack.people.taps_home("U0BOB", "次のセミナー"))

    asyncio.run(run())
    blocks = slack.world.views["U0BOB"]["blocks"]
    assert [block["text"]["text"].split("\n") for block in blocks if "text" in block] == [
        ["welcome"],
        ["slack_home_seminars"],
        [
            "7月13日(水) 13:30~16:00 地域を深く知る①",
            "7月27日(水) 13:30~16:00 変化・進化する就労支援① ~就労支援の到達点を考える~",
            "9月7日(水) 13:30~16:00 地域を深く知る②",
        ],
        ["slack_home_how"],
    ]
    assert [(m.address, m.person, m.content) for m in inbox.messages] == [
        ("U0BOB", "U0BOB", Tap("entry:seminar-next", None))
    ]
