"""Who gets no form, what happens where none can be opened, and forms that are none of ours."""

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.channels.base import Outgoing
from bot.channels.slack.staff import SlackStaff
from handlers.message import Act, Tap
from handlers.ticket import TicketState
from tests.bot.channels.slack_card import CARD, opened, tapped, with_card
from tests.bot.channels.slack_desk import ROOM, Inbox, handed_over, listening, staff_room, told
from tests.fakes.slack_api import FakeSlack, running_slack
from tests.fakes.slack_forms import sends
from tests.fakes.slack_world import Trouble

MODES = pytest.mark.parametrize("mode", ["http", "socket"])


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with running_slack(patience=3.0) as slack:
        yield slack


@MODES
@pytest.mark.parametrize(
    "trouble",
    [
        Trouble("error", "views.open", error="expired_trigger_id"),
        Trouble("throttle", "views.open", seconds=1),
        Trouble("status", "views.open", status=502),
        Trouble("drop_before", "views.open"),
        Trouble("garbage", "views.open"),
        Trouble("slow", "views.open", seconds=2.5),
    ],
    ids=lambda trouble: trouble.kind,
)
def test_a_tap_whose_form_cannot_be_opened_is_a_tap_like_others(slack: FakeSlack, mode: str, trouble: Trouble) -> None:
    inbox = Inbox()

    async def run() -> list[int]:
        async with with_card(slack, inbox, mode):
            slack.meets(replace(trouble))
            tap = slack.people.taps("U0STAFF", "返信", ROOM)
            await handed_over(slack, tap)
            return tap.statuses

    assert asyncio.run(run()) == [200]
    assert [m.content for m in inbox.messages] == [Tap("staff:reply:12", 7)]


def test_a_trigger_that_is_too_old_opens_nothing(slack: FakeSlack) -> None:
    inbox = Inbox()
    slack.world.trigger_seconds = 0.0

    async def run() -> None:
        async with with_card(slack, inbox):
            await handed_over(slack, slack.people.taps("U0STAFF", "返信", ROOM))

    asyncio.run(run())
    assert [m.content for m in inbox.messages] == [Tap("staff:reply:12", 7)]


@pytest.mark.parametrize(
    ("staff", "label", "value"),
    [
        (staff_room(told(13)), "返信", "staff:reply:12"),
        (staff_room(told(state=TicketState.CLOSED)), "返信", "staff:reply:12"),
        (staff_room(replace(told(), events=())), "修正", "staff:edit:12:14"),
        (staff_room(), "閉じる", "staff:close:12"),
    ],
)
def test_what_needs_no_words_or_cannot_be_done_is_left_to_the_desk(
    slack: FakeSlack, staff: SlackStaff, label: str, value: str
) -> None:
    inbox = Inbox()

    async def run() -> None:
        async with with_card(slack, inbox, staff=staff):
            await handed_over(slack, slack.people.taps("U0STAFF", label, ROOM))

    asyncio.run(run())
    assert [m.content for m in inbox.messages] == [Tap(value, 7)]
    assert opened(slack) == 0


def test_an_answer_on_a_closed_ticket_can_still_be_changed(slack: FakeSlack) -> None:
    async def run() -> None:
        async with with_card(slack, Inbox(), staff=staff_room(told(state=TicketState.CLOSED))):
            assert (await tapped(slack, "修正")).typed("words") == "確かめます"

    asyncio.run(run())


@MODES
def test_who_is_no_member_gets_no_form(slack: FakeSlack, mode: str) -> None:
    inbox = Inbox()

    async def run() -> None:
        async with with_card(slack, inbox, mode):
            await handed_over(slack, slack.people.taps("U0GUEST", "返信", ROOM))

    asyncio.run(run())
    assert opened(slack) == 0
    assert [(m.person, m.content) for m in inbox.messages] == [("U0GUEST", Tap("staff:reply:12", 7))]


def test_outside_of_the_staff_room_there_are_no_forms(slack: FakeSlack) -> None:
    inbox = Inbox()

    async def run() -> None:
        async with listening(slack, inbox, "http", staff_room()) as channel:
            for place in ("U0STAFF:D0STAFF", "C0GENERAL"):
                slack.world.direct("U0STAFF")
                await channel.send(Outgoing(7, place, CARD))
                await handed_over(slack, slack.people.taps("U0STAFF", "返信", place.rpartition(":")[2]))

    asyncio.run(run())
    assert opened(slack) == 0
    assert [m.content for m in inbox.messages] == [Tap("staff:reply:12", 7)] * 2


def test_who_left_the_staff_finds_nothing_in_a_form_and_sends_under_their_own_name(slack: FakeSlack) -> None:
    inbox, members = Inbox(), ["U0STAFF"]

    async def run() -> None:
        async with with_card(slack, inbox, staff=staff_room(members=members)):
            form = await tapped(slack, "返信")
            members.clear()
            await handed_over(slack, form.looks_up("初回"))
            assert form.seen()[1:] == []
            form.types("words", "文")
            await handed_over(slack, form.sends())

    asyncio.run(run())
    assert [(m.person, m.content) for m in inbox.messages] == [("U0STAFF", Act("reply", 12, "文"))]


@pytest.mark.parametrize(
    "metadata",
    [
        "",
        "{}",
        '{"act": "close", "ticket": 12, "address": "C0STAFF:1.1"}',
        '{"act": "reply", "ticket": 12, "address": "U0ALICE"}',
        '{"act": "reply", "ticket": -1, "address": "C0STAFF:1.1"}',
    ],
)
def test_a_form_that_is_none_of_ours_is_kept_with_its_error_and_does_nothing(slack: FakeSlack, metadata: str) -> None:
    inbox = Inbox()

    async def run() -> list[int]:
        async with with_card(slack, inbox):
            view = {"type": "modal", "id": "V1", "private_metadata": metadata, "state": {"values": {}}}
            sent = sends(slack.people, "U0STAFF", view)
            await handed_over(slack, sent)
            return sent.statuses

    assert asyncio.run(run()) == [200]
    assert [(p.message, p.error) for p in inbox.parcels.values()] == [(None, "ValidationError")]


def test_a_form_of_another_room_does_nothing(slack: FakeSlack) -> None:
    inbox = Inbox()
    elsewhere = '{"act": "reply", "ticket": 12, "address": "C0OTHER:1.1"}'
    written = {"values": {"words-0": {"words": {"value": "文"}}}}

    async def run() -> None:
        async with with_card(slack, inbox):
            view = {"type": "modal", "id": "V1", "private_metadata": elsewhere, "state": written}
            await handed_over(slack, sends(slack.people, "U0STAFF", view))

    asyncio.run(run())
    assert inbox.parcels == {}


def test_no_word_of_a_form_reaches_a_log(
    slack: FakeSlack, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    inbox = Inbox()

    async def run() -> None:
        async with with_card(slack, inbox):
            form = await tapped(slack, "返信")
            form.types("words", "秘密の返信")
            slack.meets(Trouble("error", "views.update", error="秘密の返信 is not allowed"))
            await handed_over(slack, form.looks_up("秘密の言葉"))
            inbox.failures = 1
            await handed_over(slack, form.sends())
            slack.meets(Trouble("error", "views.open", error="秘密の質問 is not allowed"))
            await handed_over(slack, slack.people.taps("U0STAFF", "質問", ROOM))

    asyncio.run(run())
    printed = capsys.readouterr()
    everything = "\n".join([caplog.text, printed.out, printed.err, repr(inbox.parcels)])
    for line in ("form not refreshed", "not received", "form not opened"):
        assert line in everything
    assert "秘密" not in everything
