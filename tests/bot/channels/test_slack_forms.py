"""The forms of the staff room: what they show, and what comes of them."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from handlers.message import Act
from handlers.staff import LONGEST_WORDS, SENDING
from tests.bot.channels.slack_card import tapped, with_card
from tests.bot.channels.slack_desk import ENTRIES, Inbox, handed_over
from tests.fakes.slack_api import FakeSlack, running_slack
from tests.fakes.slack_forms import sends
from tests.fakes.slack_views import view_payload
from tests.fakes.slack_world import Trouble

MODES = pytest.mark.parametrize("mode", ["http", "socket"])


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with running_slack(patience=3.0) as slack:
        yield slack


@MODES
def test_a_reply_is_written_in_a_form_and_comes_in_as_an_act(slack: FakeSlack, mode: str) -> None:
    inbox = Inbox()

    async def run() -> str:
        async with with_card(slack, inbox, mode) as thread:
            form = await tapped(slack, "返信")
            assert inbox.parcels == {}
            form.types("words", " 7月13日です。\n<!here> & *どうぞ* ")
            await handed_over(slack, form.sends())
            return thread

    thread = asyncio.run(run())
    act = Act("reply", 12, "7月13日です。\n<!here> & *どうぞ*")
    assert [(m.address, m.person, m.content) for m in inbox.messages] == [(thread, "U0STAFF", act)]
    assert slack.world.modals == {}


@pytest.mark.parametrize(
    ("label", "act"),
    [
        ("返信", Act("reply", 12, "文")),
        ("質問", Act("ask", 12, "文")),
        ("修正", Act("edit", 12, "文", "14")),
        ("全員に", Act("reply_all", 12, "文")),
    ],
)
def test_everything_that_needs_words_has_a_form(slack: FakeSlack, label: str, act: Act) -> None:
    inbox = Inbox()

    async def run() -> None:
        async with with_card(slack, inbox):
            form = await tapped(slack, label)
            form.types("words", "文")
            await handed_over(slack, form.sends())

    asyncio.run(run())
    assert [m.content for m in inbox.messages] == [act]
    assert act.act in SENDING


def test_the_form_shows_what_was_asked_as_plain_text(slack: FakeSlack) -> None:
    async def run() -> None:
        async with with_card(slack, Inbox()):
            form = await tapped(slack, "返信")
            assert form.seen() == ["slack_form_asked 初回は?\n<!channel> *急いで*"]
            assert form.modal.view["title"]["text"] == "slack_form_reply 12"
            assert form.typed("words") == ""
            assert_plain(form.modal.view)

    asyncio.run(run())


def assert_plain(value: Any) -> None:
    """No text in it is read as markup."""
    if isinstance(value, dict):
        assert value.get("type") != "mrkdwn"
        for each in value.values():
            assert_plain(each)
    elif isinstance(value, list):
        for each in value:
            assert_plain(each)


def test_the_form_for_an_answer_holds_what_staff_wrote(slack: FakeSlack) -> None:
    async def run() -> None:
        async with with_card(slack, Inbox()):
            assert (await tapped(slack, "修正")).typed("words") == "確かめます"

    asyncio.run(run())


@MODES
def test_entries_are_found_and_put_behind_what_was_written_and_shown_as_the_participant_will_see_it(
    slack: FakeSlack, mode: str
) -> None:
    inbox = Inbox()

    async def run() -> None:
        async with with_card(slack, inbox, mode):
            form = await tapped(slack, "返信")
            form.types("words", "お待たせしました。")
            await handed_over(slack, form.looks_up("初回"))
            assert form.seen()[1:] == [f"{entry.title}\n{entry.text}" for entry in ENTRIES]
            assert form.typed("words") == "お待たせしました。"
            await handed_over(slack, form.presses("slack_form_insert"))
            whole = "お待たせしました。\n\n初回は7月13日です。"
            assert form.typed("words") == whole
            await handed_over(slack, form.presses("slack_form_preview"))
            assert form.seen()[1:] == [f"slack_form_seen 担当者より: {whole}"]
            await handed_over(slack, form.looks_up("そんなものはない"))
            assert form.seen()[1:] == ["slack_form_nothing"]
            assert_plain(form.modal.view)
            assert inbox.parcels == {}
            await handed_over(slack, form.sends())

    asyncio.run(run())
    assert [m.content for m in inbox.messages] == [Act("reply", 12, "お待たせしました。\n\n初回は7月13日です。")]


def test_what_is_looked_for_is_never_taken_for_a_button(slack: FakeSlack) -> None:
    inbox = Inbox()

    async def run() -> None:
        async with with_card(slack, inbox):
            form = await tapped(slack, "返信")
            await handed_over(slack, form.looks_up("7:staff:close:12"))

    asyncio.run(run())
    assert inbox.parcels == {}


def test_a_form_that_changed_meanwhile_stays_as_it_is(slack: FakeSlack) -> None:
    inbox = Inbox()

    async def run() -> None:
        async with with_card(slack, inbox):
            form = await tapped(slack, "返信")
            slack.meets(Trouble("error", "views.update", error="hash_conflict"))
            await handed_over(slack, form.looks_up("初回"))
            assert form.seen()[1:] == []
            form.types("words", "文")
            await handed_over(slack, form.sends())

    asyncio.run(run())
    assert [m.content for m in inbox.messages] == [Act("reply", 12, "文")]


@MODES
@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (" \n ", "slack_form_empty"),
        ("あ" * (LONGEST_WORDS + 1), f"slack_form_too_long {LONGEST_WORDS}"),
        ("😀" * (LONGEST_WORDS // 2 + 1), f"slack_form_too_long {LONGEST_WORDS}"),
    ],
)
def test_too_few_and_too_many_words_are_said_in_the_form(slack: FakeSlack, mode: str, words: str, fault: str) -> None:
    inbox = Inbox()

    async def run() -> None:
        async with with_card(slack, inbox, mode):
            form = await tapped(slack, "返信")
            form.types("words", words)
            await handed_over(slack, form.sends())
            assert form.modal.errors == {"words-0": fault}
            assert inbox.parcels == {}
            form.types("words", "文")
            await handed_over(slack, form.sends())

    asyncio.run(run())
    assert [m.content for m in inbox.messages] == [Act("reply", 12, "文")]


@MODES
def test_a_form_that_is_sent_twice_is_one_act_and_with_other_words_two(slack: FakeSlack, mode: str) -> None:
    inbox = Inbox()

    async def run() -> None:
        async with with_card(slack, inbox, mode):
            form = await tapped(slack, "返信")
            form.types("words", "文")
            first = view_payload(form.modal)
            for view in (first, first, {**first, "state": {"values": {"words-0": {"words": {"value": "別の文"}}}}}):
                await handed_over(slack, sends(slack.people, "U0STAFF", view))

    asyncio.run(run())
    assert [m.content for m in inbox.messages] == [Act("reply", 12, "文"), Act("reply", 12, "別の文")]
    assert inbox.repeats == 1


@MODES
def test_a_form_does_not_close_before_what_it_says_is_received(slack: FakeSlack, mode: str) -> None:
    inbox = Inbox()

    async def run() -> None:
        async with with_card(slack, inbox, mode):
            form = await tapped(slack, "返信")
            form.types("words", "文")
            inbox.failures = 1
            await handed_over(slack, form.sends())
            assert form.modal.errors == {}
            assert inbox.parcels == {}
            await handed_over(slack, form.sends())

    asyncio.run(run())
    assert [m.content for m in inbox.messages] == [Act("reply", 12, "文")]
    assert slack.world.modals == {}
