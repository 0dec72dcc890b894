"""In the staff's group everything that a person writes is heard, where it was written and what it answers."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from bot.channels.base import Outgoing, Sent
from bot.channels.telegram.wire import BotIdentity, parcel_from
from handlers.effects import Choice, Reply, StaffMarks
from handlers.message import Command, Content, Edit, Media, Message, Tap, Text
from tests.bot.channels.telegram_line import Keeper, polling, until
from tests.bot.fakes import MONDAY
from tests.fakes.bot_api import BotApi, running_bot_api
from tests.fakes.telegram_world import Post, World, written

ROOM = -100_200
OTHER = -100_300
BOT = BotIdentity(4242, "desk_bot", str(ROOM))
PHOTO = {"photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]}


@pytest.fixture
def world() -> World:
    world = World()
    world.add_forum(ROOM)
    return world


def topic_in(world: World) -> int:
    """A topic that the bot opened."""
    topic = world.fresh_id()
    world.topics[ROOM, topic] = "#12"
    return topic


def post_in(world: World, chat: int, thread: int | None = None) -> int:
    """A post of the bot's."""
    world.add_chat(chat)
    posted = Post(world.fresh_id(), chat, "どうぞ", 0.0, ((("担当する", "7:staff:claim:12"),),), thread=thread)
    world.posts_made.append(posted)
    return posted.message_id


def latest(world: World, bot: BotIdentity = BOT) -> Message | None:
    parcel = parcel_from(world.updates[-1], bot, MONDAY)
    assert parcel is not None
    assert parcel.error is None
    return parcel.message


def content(world: World) -> Content | None:
    message = latest(world)
    return message.content if message else None


def test_unmarked_words_in_a_topic_are_a_message_at_the_topics_address(world: World) -> None:
    topic = topic_in(world)
    ref = world.say("電話してみます", chat=ROOM, person=5, thread=topic)
    address, key = f"{ROOM}:{topic}", "4242:700001"
    assert latest(world) == Message("telegram", address, "5", key, MONDAY, Text("電話してみます"), str(ref))


def test_where_there_are_no_topics_words_have_the_groups_address(world: World) -> None:
    world.say("電話してみます", chat=ROOM, person=5)
    message = latest(world)
    assert message is not None
    assert (message.address, message.content, message.answers) == (str(ROOM), Text("電話してみます"), None)


def test_in_any_other_group_the_same_words_are_not_for_us(world: World) -> None:
    world.say("電話してみます", chat=OTHER, person=5)
    assert latest(world) is None
    world.say("電話してみます", chat=ROOM, person=5)
    assert latest(world, BotIdentity(4242, "desk_bot")) is None


@pytest.mark.parametrize("in_topic", [True, False])
def test_a_reply_to_a_post_says_which(world: World, in_topic: bool) -> None:
    topic = topic_in(world) if in_topic else None
    card = post_in(world, ROOM, topic)
    world.say("お待ちください", chat=ROOM, person=5, thread=topic, reply_to=card)
    message = latest(world)
    assert message is not None
    assert (message.content, message.answers) == (Text("お待ちください"), str(card))


def test_a_reply_to_a_colleague_says_which(world: World) -> None:
    said = world.message(ROOM, 6) | {"text": "誰か"}
    world.push("message", world.message(ROOM, 5) | {"text": "わたしが", "reply_to_message": said})
    message = latest(world)
    assert message is not None
    assert message.answers == str(said["message_id"])


def test_in_private_a_reply_says_which_post_too(world: World) -> None:
    post = post_in(world, 101)
    world.say("それで", chat=101, reply_to=post)
    message = latest(world)
    assert message is not None
    assert message.answers == str(post)


@pytest.mark.parametrize("unsound", [None, True, "8", [], 2**60])
def test_a_reply_to_what_has_no_sound_id_answers_nothing(world: World, unsound: object) -> None:
    replied: dict[str, Any] = {"message_id": unsound, "from": {"id": 6}}
    world.push("message", world.message(ROOM, 5) | {"text": "はい", "reply_to_message": replied})
    message = latest(world)
    assert message is not None
    assert (message.content, message.answers) == (Text("はい"), None)


def test_a_message_written_anew_is_an_edit_of_it(world: World) -> None:
    topic = topic_in(world)
    ref = world.say("返信: あす", chat=ROOM, person=5, thread=topic)
    world.edit(ref, "返信: あさって", chat=ROOM, person=5, thread=topic)
    message = latest(world)
    assert message is not None
    assert (message.address, message.ref, message.content) == (f"{ROOM}:{topic}", str(ref), Edit("返信: あさって"))


def test_a_button_in_a_topic_is_tapped_at_its_address(world: World) -> None:
    topic = topic_in(world)
    post_in(world, ROOM, topic)
    world.tap("担当する", chat=ROOM, person=5)
    message = latest(world)
    assert message is not None
    assert (message.address, message.person, message.content) == (f"{ROOM}:{topic}", "5", Tap("staff:claim:12", 7))


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("/queue", Command("queue")),
        ("/mine@desk_bot", Command("mine")),
        ("/queue@other_bot", None),
        ("@desk_bot 返信: どうぞ", Text("返信: どうぞ")),
    ],
)
@pytest.mark.parametrize("chat", [ROOM, 101])
def test_commands_for_us_are_heard_in_the_room_and_in_private(
    world: World, said: str, read: Content | None, chat: int
) -> None:
    world.say(said, chat=chat, person=5)
    assert content(world) == read


def test_a_picture_is_heard_with_its_caption_or_without(world: World) -> None:
    topic = topic_in(world)
    world.show(PHOTO, chat=ROOM, caption="返信: この地図です", thread=topic)
    assert content(world) == Media("photo", "返信: この地図です")
    world.show(PHOTO, chat=ROOM, thread=topic)
    assert content(world) == Media("photo")


FORWARDED = {"forward_origin": {"type": "user", "date": 1, "sender_user": {"id": 9}}}


def marked(kind: str, offset: int, length: int) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length}


def hear(world: World, text: str, chat: int = ROOM, **beside: Any) -> Content | None:
    frame = world.message(chat, 5, thread=topic_in(world)) if chat == ROOM else world.message(chat, 5)
    world.push("message", frame | written(text) | beside)
    return content(world)


@pytest.mark.parametrize("said", ["返信: あす", "あす伺います", "/queue", "@desk_bot 返信: あす"])
def test_a_forwarded_text_is_no_text_of_the_members(world: World, said: str) -> None:
    assert hear(world, said, **FORWARDED) == Media("other", said.removeprefix("@desk_bot "))


def test_a_forwarded_picture_is_a_picture(world: World) -> None:
    topic = topic_in(world)
    world.show(PHOTO | FORWARDED, chat=ROOM, caption="返信: この地図です", thread=topic)
    assert content(world) == Media("photo", "返信: この地図です")


@pytest.mark.parametrize("kind", ["blockquote", "expandable_blockquote", "pre", "code"])
def test_a_text_that_begins_in_a_quote_is_no_text_of_the_members(world: World, kind: str) -> None:
    assert hear(world, "返信: あす\nとのこと", entities=[marked(kind, 0, 6)]) == Media("other", "返信: あす\nとのこと")
    called = [marked("mention", 0, 9), marked(kind, 10, 6)]
    assert hear(world, "@desk_bot 返信: あす", entities=called) == Media("other", "返信: あす")
    assert hear(world, "@desk_bot 返信: あす", entities=[marked(kind, 0, 16)]) == Media("other", "@desk_bot 返信: あす")


@pytest.mark.parametrize(
    "entities",
    [[marked("bold", 0, 3)], [marked("blockquote", 4, 2)], [marked("code", 3, 3)], [{"type": "code"}]],
    ids=str,
)
def test_a_member_may_quote_within_their_own_words(world: World, entities: list[dict[str, Any]]) -> None:
    assert hear(world, "返信: あす", entities=entities) == Text("返信: あす")


def test_what_participants_forward_or_quote_is_theirs_to_ask(world: World) -> None:
    assert hear(world, "初回は?", 101, **FORWARDED) == Text("初回は?")
    assert hear(world, "初回は?", 101, entities=[marked("blockquote", 0, 4)]) == Text("初回は?")
    assert hear(world, "@desk_bot 初回は?", OTHER, **FORWARDED) == Text("初回は?")


@pytest.mark.parametrize(
    "service", ["forum_topic_created", "forum_topic_closed", "migrate_to_chat_id", "pinned_message"]
)
def test_what_the_platform_announces_in_the_room_is_nobodys_message(world: World, service: str) -> None:
    world.push("message", world.message(ROOM, 5, thread=7) | {service: {}})
    assert latest(world) is None


@pytest.fixture
def api(world: World) -> Iterator[BotApi]:
    with running_bot_api(world) as api:
        yield api


def test_the_words_reach_the_desk_over_the_line_without_a_sign_of_typing(api: BotApi) -> None:
    async def work() -> None:
        keeper = Keeper()
        async with polling(api, keeper, room=str(ROOM)) as channel:
            card = Reply("質問です", choices=(Choice("担当する", "staff:claim:12"),), marks=StaffMarks("#12"))
            sent = await channel.send(Outgoing(7, str(ROOM), card))
            assert isinstance(sent, Sent)
            assert sent.thread is not None
            api.world.say("電話してみます", chat=ROOM, person=5, thread=int(sent.thread))
            api.world.say("返信", chat=ROOM, person=5, thread=int(sent.thread), reply_to=int(sent.ref or 0))
            api.world.tap("担当する", chat=ROOM, person=5)
            api.world.say("質問です", chat=101)
            await keeper.has(4)
            await until(lambda: bool(api.world.called("sendChatAction")))
        topic = f"{ROOM}:{sent.thread}"
        heard = [parcel.message for parcel in keeper.parcels if parcel.message is not None]
        assert [(message.address, message.content, message.answers) for message in heard] == [
            (topic, Text("電話してみます"), None),
            (topic, Text("返信"), sent.ref),
            (topic, Tap("staff:claim:12", 7), None),
            ("101", Text("質問です"), None),
        ]
        assert [call.params["chat_id"] for call in api.world.called("sendChatAction")] == ["101"]

    asyncio.run(work())
