"""What lies beside a question never costs the question, and what the platform did not mark is found all the same."""

from collections.abc import Mapping
from typing import Any

import pytest
from telegram.constants import MessageType

from bot.channels.base import Parcel
from bot.channels.telegram.wire import BotIdentity, parcel_from
from handlers.message import Command, Content, Edit, Media, Tap, Text
from tests.bot.fakes import MONDAY
from tests.fakes.telegram_world import World

BOT = BotIdentity(4242, "desk_bot")
GROUP = -100_200
POLL = {"id": "1", "question": "どちら", "options": [], "is_closed": False}


def parcel(kind: str, content: Mapping[str, Any]) -> Parcel:
    found = parcel_from({"update_id": 1, kind: content}, BOT, MONDAY)
    assert found is not None
    return found


def read(content: Mapping[str, Any], kind: str = "message") -> Content | None:
    taken = parcel(kind, content)
    assert taken.error is None
    return taken.message.content if taken.message else None


def private() -> dict[str, Any]:
    return World().message(101)


@pytest.mark.parametrize(
    "beside",
    [
        {"reply_to_message": private() | {"poll": POLL}},
        {"reply_to_message": {"poll": 3}},
        {"reply_to_message": 3},
        {"reply_to_message": {"from": {"id": []}, "chat": 3, "date": "x", "message_id": None}},
        {"from": {"id": 101}},
        {"from": {"id": 101, "is_bot": None, "first_name": None}},
        {"date": "2022-07-04"},
        {"date": None},
        {"date": 10**40},
        {"chat": {"id": 101, "type": "private", "photo": 3}},
        {"entities": [{"type": "url"}, 3, {"type": "mention", "offset": "0", "length": 3}, {"type": []}]},
        {"entities": 3},
        {"forward_origin": {"type": "user"}, "quote": 3, "external_reply": [], "via_bot": "x", "reply_markup": 1},
        {"link_preview_options": [3], "edit_date": "x", "photo": [{}]},
    ],
    ids=str,
)
def test_what_is_unsound_beside_a_question_does_not_cost_it(beside: Mapping[str, Any]) -> None:
    asked = private() | {"text": "初回はいつですか"} | dict(beside)
    assert read(asked) == Text("初回はいつですか")
    assert read(asked, "edited_message") == Edit("初回はいつですか")


def test_a_reply_to_our_post_addresses_us_whatever_else_the_post_lacks() -> None:
    asked = World().message(GROUP, 5) | {"text": "もっと"}
    assert read(asked | {"reply_to_message": {"from": {"id": BOT.id}, "poll": POLL}}) == Text("もっと")
    assert read(asked | {"reply_to_message": {"from": {"id": 6}, "poll": POLL}}) is None


@pytest.mark.parametrize("change", [{}, {"date": "x"}, {"poll": POLL}, {"message_id": None}, {"from": 3}])
def test_a_tap_counts_whatever_its_post_lacks(change: Mapping[str, Any]) -> None:
    post = World().message(GROUP, thread=7) | dict(change)
    query = {"id": "9", "from": {"id": 5}, "data": "7:entry:a", "message": post}
    message = parcel("callback_query", query).message
    assert message is not None
    assert (message.address, message.person, message.content) == (f"{GROUP}:7", "5", Tap("entry:a", 7))


def test_we_do_not_answer_ourselves_even_where_nothing_says_that_we_are_a_bot() -> None:
    assert read(private() | {"text": "はい", "from": {"id": BOT.id}}) is None


@pytest.mark.parametrize(
    ("shown", "kind"),
    [
        ({"poll": POLL}, "other"),
        ({"poll": {}}, "other"),
        ({"dice": 3}, "other"),
        ({"story": {"id": 1}}, "other"),
        ({"paid_media": {}}, "other"),
        ({"checklist": {"title": "x"}}, "other"),
        ({"game": {"title": "x"}}, "other"),
        ({"something_new": {}}, "other"),
        ({}, "other"),
        ({"photo": []}, "photo"),
        ({"voice": {"file_id": 3}}, "voice"),
        ({"venue": 3, "location": None}, "location"),
    ],
    ids=str,
)
def test_what_is_no_text_is_known_by_the_fields_it_has(shown: Mapping[str, Any], kind: str) -> None:
    assert read(private() | dict(shown)) == Media(kind)
    assert read(World().message(GROUP, 5) | dict(shown)) is None


SERVICES = (
    "new_chat_members",
    "left_chat_member",
    "new_chat_title",
    "pinned_message",
    "group_chat_created",
    "message_auto_delete_timer_changed",
    "migrate_from_chat_id",
    "successful_payment",
    "users_shared",
    "write_access_allowed",
    "forum_topic_created",
    "video_chat_started",
    "web_app_data",
    MessageType.CHAT_BACKGROUND_SET.value,
)


@pytest.mark.parametrize("service", SERVICES)
def test_what_the_platform_announces_is_not_answered(service: str) -> None:
    assert read(private() | {service: {}}) is None


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("@desk_bot 初回は", Text("初回は")),
        ("𠮷さんの回は @DESK_BOT", Text("𠮷さんの回は")),
        ("初回は、@desk_bot、いつ", Text("初回は、、いつ")),
        ("@desk_bot2 初回は", None),
        ("a@desk_bot 初回は", None),
        ("@desk_botさん 初回は", None),
        ("初回はいつ", None),
        ("/next@desk_bot すぐ", Command("next", "すぐ")),
        ("/next", Command("next")),
        ("/next@other_bot", None),
        ("/next/month", None),
        ("次は /next", None),
    ],
)
def test_in_a_group_who_addresses_us_is_heard_even_if_nobody_marked_it(said: str, found: Content | None) -> None:
    asked = World().message(GROUP, 5)
    assert read(asked | {"text": said}) == found
    assert read(asked | {"text": said, "entities": None}) == found


def test_a_mention_that_nobody_marked_is_found_in_edits_and_captions_too() -> None:
    asked = World().message(GROUP, 5)
    assert read(asked | {"text": "@desk_bot 二回目は"}, "edited_message") == Edit("二回目は")
    assert read(asked | {"photo": [], "caption": "@desk_bot この地図"}) == Media("photo", "この地図")


@pytest.mark.parametrize("said", ["@desk_bot 初回は", "/next"])
def test_where_the_platform_looked_and_marked_nothing_nothing_is_marked(said: str) -> None:
    assert read(World().message(GROUP, 5) | {"text": said, "entities": []}) is None
