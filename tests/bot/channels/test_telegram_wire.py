"""What Telegram hands over becomes messages of people who address us, and nothing else does."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from bot.channels.base import Parcel
from bot.channels.telegram.wire import BotIdentity, parcel_from, query_id_of, update_id_of
from handlers.message import Command, Content, Edit, Media, Message, Tap, Text
from tests.bot.fakes import MONDAY
from tests.fakes.telegram_world import DATE, World
from tests.fakes.telegram_world import Post as Posted

BOT = BotIdentity(4242, "desk_bot")
GROUP = -100_200
USER = {"id": 5, "is_bot": False, "first_name": "x"}
PHOTO = {"photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]}
FILE = {"file_id": "f", "file_unique_id": "u"}


def parcel(raw: Mapping[str, Any]) -> Parcel:
    found = parcel_from(raw, BOT, MONDAY)
    assert found is not None
    return found


def latest(world: World) -> Parcel:
    return parcel(world.updates[-1])


def content(world: World) -> Content | None:
    taken = latest(world)
    assert taken.error is None
    return taken.message.content if taken.message else None


def post_in(world: World, chat: int) -> int:
    """A post of the bot's, for people to reply to."""
    world.add_chat(chat)
    posted = Posted(world.fresh_id(), chat, "どうぞ", 0.0, ((("はい", "7:entry:a"), ("だめ", "x")),))
    world.posts_made.append(posted)
    return posted.message_id


def test_words_in_a_private_chat_become_a_message() -> None:
    world = World()
    ref = world.say("初回はいつですか", chat=101)
    raw = world.updates[0]
    message = Message("telegram", "101", "101", "4242:700001", MONDAY, Text("初回はいつですか"), str(ref))
    assert parcel(raw) == Parcel("telegram", "4242:700001", MONDAY, json.dumps(raw), message)
    assert parcel(raw).raw.isascii()


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("/start", Command("start")),
        ("/start abc", Command("start", "abc")),
        ("/ASK@Desk_Bot 初回は いつ", Command("ask", "初回は いつ")),
        ("/ask\n初回は", Command("ask", "初回は")),
        ("/start@other_bot", None),
        ("はい /start", Text("はい /start")),
        ("@desk_bot 初回は", Text("初回は")),
        ("<b>*_`[", Text("<b>*_`[")),
        ("a\x00b", Text("ab")),
    ],
)
def test_what_is_said_in_private(said: str, read: Content | None) -> None:
    world = World()
    world.say(said)
    assert content(world) == read


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("初回はいつ", None),
        ("@desk_bot 初回はいつ", Text("初回はいつ")),
        ("𠮷👨‍👩‍👧 @DESK_BOT 初回は", Text("𠮷👨‍👩‍👧 初回は")),
        ("@desk_bot 初回は @desk_bot いつ", Text("初回は いつ")),
        ("@desk_bot2 初回はいつ", None),
        ("/next", Command("next")),
        ("/next@desk_bot すぐ", Command("next", "すぐ")),
        ("/next@other_bot", None),
    ],
)
def test_in_a_group_only_who_addresses_us_is_heard(said: str, read: Content | None) -> None:
    world = World()
    world.say(said, chat=GROUP, person=5)
    assert content(world) == read


def test_a_group_message_is_its_writers_and_has_the_groups_address() -> None:
    world = World()
    ref = world.say("@desk_bot はい", chat=GROUP, person=5)
    assert latest(world).message == Message("telegram", str(GROUP), "5", "4242:700001", MONDAY, Text("はい"), str(ref))


def test_a_topic_is_an_address_of_its_own() -> None:
    world = World()
    world.say("@desk_bot はい", chat=GROUP, person=5, thread=77)
    message = latest(world).message
    assert message is not None
    assert message.address == f"{GROUP}:77"


def test_a_reply_to_our_post_addresses_us() -> None:
    world = World()
    world.say("もっと", chat=GROUP, person=5, reply_to=post_in(world, GROUP))
    assert content(world) == Text("もっと")


def test_a_reply_to_somebody_else_does_not_address_us() -> None:
    world = World()
    frame = world.message(GROUP, 5) | {"text": "もっと"}
    world.push("message", frame | {"reply_to_message": world.message(GROUP, 6) | {"text": "さて"}})
    assert content(world) is None


def test_a_topic_that_we_opened_does_not_make_everything_a_reply_to_us() -> None:
    world = World()
    opened = world.message(GROUP, 5) | {"from": world.me, "forum_topic_created": {"name": "相談", "icon_color": 1}}
    world.push("message", world.message(GROUP, 5, thread=3) | {"text": "さて", "reply_to_message": opened})
    assert content(world) is None


def test_a_mention_by_name_without_username_addresses_us() -> None:
    world = World()
    entity = {"type": "text_mention", "offset": 0, "length": 2, "user": world.me}
    world.push("message", world.message(GROUP) | {"text": "応援 初回は", "entities": [entity]})
    assert content(world) == Text("初回は")
    other = world.push("message", world.message(GROUP) | {"text": "応援", "entities": [entity | {"user": USER}]})
    assert (latest(world).key, content(world)) == (f"4242:{other}", None)


@pytest.mark.parametrize("change", [{"sender_chat": {"id": GROUP, "type": "supergroup", "title": "x"}}, {"from": None}])
def test_nobody_in_person_is_not_answered(change: Mapping[str, Any]) -> None:
    world = World()
    world.push("message", world.message(101) | {"text": "はい"} | dict(change))
    assert content(world) is None


def test_bots_are_not_answered_not_even_ourselves() -> None:
    world = World()
    other = {"id": 9, "is_bot": True, "first_name": "x"}
    for sender in (other, world.me):
        world.push("message", world.message(101) | {"text": "はい", "from": sender})
        assert content(world) is None


def test_an_edit_is_the_new_words_of_its_original() -> None:
    world = World()
    ref = world.say("初回は")
    world.edit(ref, "二回目は")
    assert latest(world).message == Message("telegram", "101", "101", "4242:700002", MONDAY, Edit("二回目は"), str(ref))


@pytest.mark.parametrize(
    ("text", "chat", "read"),
    [
        ("/start", 101, None),
        ("二回目は", GROUP, None),
        ("@desk_bot 二回目は", GROUP, Edit("二回目は")),
    ],
)
def test_an_edit_is_heard_where_a_message_would_be_but_never_as_a_command(
    text: str, chat: int, read: Content | None
) -> None:
    world = World()
    world.edit(world.say("初回は", chat=chat), text, chat=chat)
    assert content(world) == read


def test_a_caption_written_anew_is_an_edit() -> None:
    world = World()
    frame = world.message(101) | PHOTO
    world.push("edited_message", frame | {"edit_date": DATE, "caption": "この地図"})
    assert content(world) == Edit("この地図")
    world.push("edited_message", frame | {"edit_date": DATE})
    assert content(world) is None


PLACE = {"latitude": 35.0, "longitude": 139.0}


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        (PHOTO, "photo"),
        ({"voice": FILE | {"duration": 1}}, "voice"),
        ({"video": FILE | {"duration": 1, "width": 1, "height": 1}}, "video"),
        ({"video_note": FILE | {"duration": 1, "length": 1}}, "video"),
        ({"animation": FILE | {"duration": 1, "width": 1, "height": 1}, "document": FILE}, "video"),
        ({"audio": FILE | {"duration": 1}}, "audio"),
        (
            {"sticker": FILE | {"type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False}},
            "sticker",
        ),
        ({"location": PLACE}, "location"),
        ({"venue": {"location": PLACE, "title": "x", "address": "y"}, "location": PLACE}, "location"),
        ({"contact": {"phone_number": "1", "first_name": "x"}}, "contact"),
        ({"document": FILE}, "file"),
    ],
)
def test_what_is_not_text_is_known_by_its_kind(sent: Mapping[str, Any], kind: str) -> None:
    world = World()
    world.show(sent)
    assert content(world) == Media(kind)


def test_a_caption_comes_with_what_it_stands_under() -> None:
    world = World()
    world.show(PHOTO, caption="この地図は？")
    assert content(world) == Media("photo", "この地図は？")


@pytest.mark.parametrize(("caption", "read"), [(None, None), ("地図", None), ("@desk_bot 図", Media("photo", "図"))])
def test_a_photo_in_a_group_is_heard_only_if_its_caption_addresses_us(
    caption: str | None, read: Content | None
) -> None:
    world = World()
    world.show(PHOTO, chat=GROUP, caption=caption)
    assert content(world) == read


def test_a_tap_is_the_pressers_and_knows_its_reply() -> None:
    world = World()
    post_in(world, GROUP)
    world.tap("はい", chat=GROUP, person=5)
    raw = world.updates[-1]
    message = Message("telegram", str(GROUP), "5", "4242:700001", MONDAY, Tap("entry:a", 7))
    assert parcel(raw) == Parcel("telegram", "4242:700001", MONDAY, json.dumps(raw), message)
    assert query_id_of(raw) == raw["callback_query"]["id"]


@pytest.mark.parametrize("data", ["", "7", "7:", ":x", "x:y", "-7:x", "٣:x", "9" * 19 + ":x", None])
def test_a_tap_with_data_that_is_not_ours_means_nothing(data: str | None) -> None:
    world = World()
    post_in(world, 101)
    world.tap("はい")
    raw = world.updates[-1]
    raw["callback_query"]["data"] = data
    assert parcel(raw) == Parcel("telegram", "4242:700001", MONDAY, json.dumps(raw))


def test_a_tap_on_a_post_that_is_no_longer_to_be_had_means_nothing() -> None:
    world = World()
    post_in(world, 101)
    world.tap("はい")
    query = world.updates[-1]["callback_query"]
    query["message"] = {"chat": query["message"]["chat"], "message_id": 3, "date": 0}
    assert content(world) is None
    del query["message"]
    assert content(world) is None


MEMBER = {"user": USER, "status": "member"}


@pytest.mark.parametrize(
    ("kind", "update"),
    [
        ("message", {"migrate_to_chat_id": -1001}),
        ("channel_post", {"text": "はい"}),
        ("my_chat_member", {"old_chat_member": MEMBER, "new_chat_member": MEMBER}),
        ("something_new", {"text": "はい"}),
    ],
)
def test_everything_else_is_kept_and_means_nothing(kind: str, update: Mapping[str, Any]) -> None:
    world = World(allowed=(kind,))
    world.push(kind, world.message(101) | dict(update))
    assert content(world) is None


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"chat": {"id": "101", "type": "private"}}, "TypeError"),
        ({"chat": {"id": 2**60, "type": "private"}}, "TypeError"),
        ({"chat": 3}, "TypeError"),
        ({"message_id": True}, "TypeError"),
        ({"text": 3}, "TypeError"),
        ({"text": {}, "entities": []}, "AttributeError"),
        ({"from": {"is_bot": False}}, "TypeError"),
    ],
)
def test_what_cannot_be_read_is_kept_with_the_kind_of_its_error(change: Mapping[str, Any], error: str) -> None:
    world = World()
    world.push("message", world.message(101) | {"text": "はい"} | dict(change))
    raw = world.updates[0]
    assert parcel(raw) == Parcel("telegram", "4242:700001", MONDAY, json.dumps(raw), None, error)


@pytest.mark.parametrize("raw", [{}, {"update_id": "1"}, {"update_id": True}, {"update_id": 2**52}, {"update_id": 0}])
def test_an_update_without_a_number_is_no_parcel(raw: Mapping[str, Any]) -> None:
    assert update_id_of(raw) is None
    assert parcel_from(raw, BOT, MONDAY) is None
