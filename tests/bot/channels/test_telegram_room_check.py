"""At the start it is said in a sentence each what staff cannot do in their group; participants are served anyway."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.channels.base import Outgoing, Sent
from handlers.effects import Reply
from tests.bot.channels.telegram_line import Keeper, polling
from tests.fakes.bot_api import BotApi, running_bot_api
from tests.fakes.telegram_world import Trouble, migrated, throttled

ROOM = -100_200
IS_ADMIN = {"status": "administrator"}


@pytest.fixture
def api() -> Iterator[BotApi]:
    with running_bot_api() as api:
        api.world.add_forum(ROOM)
        api.world.add_chat(101)
        yield api


def said_at_start(api: BotApi) -> list[tuple[str, str]]:
    """The level and the sentence of each line about the room; participants must be heard and answered."""

    async def work() -> None:
        keeper = Keeper()
        async with polling(api, keeper, room=str(ROOM)) as channel:
            api.world.say("はい")
            await keeper.has(1)
            assert isinstance(await channel.send(Outgoing(7, "101", Reply("どうぞ"))), Sent)
        assert keeper.texts == ["はい"]

    with capture_logs() as logged:
        asyncio.run(work())
    return [(line["log_level"], line["reason"]) for line in logged if line["event"].startswith("staff room")]


def test_of_a_group_in_which_all_works_nothing_is_said(api: BotApi) -> None:
    assert said_at_start(api) == []
    assert len(api.world.called("getChat")) == 1


def test_without_a_room_nothing_is_asked(api: BotApi) -> None:
    async def work() -> None:
        async with polling(api, Keeper()):
            pass

    asyncio.run(work())
    assert api.world.called("getChat") == []


UNKNOWN = (
    "telegram: スタッフ用グループ -100200 が見つかりません。"
    "ボットをそのグループに入れ、config.yaml の staff.telegram_group を確かめてください。"
)
MUTED = "telegram: スタッフ用グループ -100200 に書き込めません。ボットをそのグループに入れて、発言を許可してください。"


@pytest.mark.parametrize(
    ("standing", "sentence"),
    [
        ({"status": "kicked"}, UNKNOWN),
        ({"status": "left"}, MUTED),
        ({"status": "restricted", "is_member": True}, MUTED),
        ({"status": "restricted", "can_send_messages": True}, MUTED),
    ],
)
def test_a_group_in_which_we_cannot_write_is_an_error(api: BotApi, standing: dict[str, Any], sentence: str) -> None:
    api.world.standing[ROOM] = standing
    assert said_at_start(api) == [("error", sentence)]


def test_a_group_that_is_not_known_is_an_error(api: BotApi) -> None:
    del api.world.chats[ROOM]
    assert said_at_start(api) == [("error", UNKNOWN)]


def test_what_is_no_group_is_an_error(api: BotApi) -> None:
    api.world.chats[ROOM] = {"id": ROOM, "type": "channel", "title": "お知らせ"}
    assert said_at_start(api) == [
        (
            "error",
            "telegram: staff.telegram_group の -100200 はグループではありません。"
            "config.yaml の staff.telegram_group に、グループの番号を書いてください。",
        )
    ]


def test_a_group_that_has_moved_is_an_error_with_its_new_number(api: BotApi) -> None:
    api.world.troubles.append(migrated(ROOM, -100_999, "getChat"))
    assert said_at_start(api) == [
        (
            "error",
            "telegram: スタッフ用グループ -100200 の番号が -100999 に変わりました。"
            "config.yaml の staff.telegram_group を -100999 に書きかえて、起動し直してください。",
        )
    ]


@pytest.mark.parametrize(
    "trouble",
    [
        Trouble("fail", method="getChat", code=502),
        Trouble("garble", method="getChatMember"),
        throttled(3, method="getChat"),
    ],
)
def test_where_it_cannot_be_looked_at_now_that_is_said(api: BotApi, trouble: Trouble) -> None:
    api.world.troubles.append(Trouble(**vars(trouble)))
    assert said_at_start(api) == [
        (
            "error",
            "telegram: スタッフ用グループ -100200 をいま確かめられません。"
            "つながりしだい使いますが、続くときはネットワークを確かめてください。",
        )
    ]


UNHEARD = (
    "telegram: スタッフ用グループ -100200 で、ボットにあてたものではない発言を読めません。"
    "ボットをグループの管理者にするか、BotFather の /setprivacy で Disable を選んでから入れ直してください。"
)
NO_TOPICS = (
    "telegram: スタッフ用グループ -100200 でトピックを作れないため、かわりに返信でまとめます。"
    "トピックに分けるには、ボットを管理者にして「トピックの管理」を許可してください。"
)


@pytest.mark.parametrize(
    ("standing", "reads_all", "is_forum", "sentences"),
    [
        ({"status": "member"}, False, False, [UNHEARD]),
        ({"status": "member"}, True, False, []),
        ({"status": "restricted", "is_member": True, "can_send_messages": True}, True, False, []),
        (IS_ADMIN, False, False, []),
        (IS_ADMIN, False, True, [NO_TOPICS]),
        ({"status": "member"}, True, True, [NO_TOPICS]),
        ({"status": "member"}, False, True, [UNHEARD, NO_TOPICS]),
    ],
)
def test_what_does_not_work_is_a_warning_each(
    api: BotApi, standing: dict[str, Any], reads_all: bool, is_forum: bool, sentences: list[str]
) -> None:
    api.world.standing[ROOM] = standing
    api.world.reads_all = reads_all
    api.world.chats[ROOM]["is_forum"] = is_forum
    assert said_at_start(api) == [("warning", sentence) for sentence in sentences]
