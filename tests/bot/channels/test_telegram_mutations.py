"""Whatever an update looks like, nothing breaks and no sound message is lost beside it."""

import asyncio
import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import Any

import httpx

from bot.channels.telegram.wire import BotIdentity, parcel_from, query_id_of, update_id_of
from tests.bot.channels.mutating import mutated
from tests.bot.channels.telegram_line import Keeper, hooked, polling
from tests.bot.fakes import MONDAY
from tests.fakes.bot_api import running_bot_api
from tests.fakes.telegram_world import Post, World

SEED = 20220704
GROUP = -100_200
ROOM = -100_300
BOT = BotIdentity(4242, "desk_bot", str(ROOM))


def sound_updates() -> list[dict[str, Any]]:
    """One of each kind that we hear."""
    world = World()
    world.add_chat(101)
    world.add_forum(ROOM)
    world.topics[ROOM, 9] = "#12"
    world.posts_made.append(Post(world.fresh_id(), 101, "答え", 0.0, ((("はい", "7:entry:a"),),)))
    ref = world.say("初回はいつですか")
    world.say("/ask 二回目は")
    world.say("@desk_bot 𠮷さんの回は", chat=GROUP, person=5, thread=7)
    world.say("もっと", chat=101, reply_to=1)
    world.say("電話してみます", chat=ROOM, person=5, thread=9)
    world.edit(ref, "三回目は")
    world.tap("はい")
    world.show({"photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]}, caption="この地図")
    world.show({"contact": {"phone_number": "1", "first_name": "x"}})
    return world.updates


def mutations(count: int) -> list[dict[str, Any]]:
    """Spoilt updates, each with a number of its own, so that it can be confirmed."""
    random, sound = Random(SEED), sound_updates()
    found: list[dict[str, Any]] = []
    while len(found) < count:
        spoilt = mutated(random.choice(sound), random)
        if isinstance(spoilt, dict):
            found.append(spoilt | {"update_id": 1_000_000 + len(found)})
    return found


def test_no_mutation_escapes_the_translator_and_sound_ones_keep_their_message() -> None:
    sound = sound_updates()
    wanted = [parcel_from(raw, BOT, MONDAY) for raw in sound]
    assert [parcel is not None and parcel.message is not None for parcel in wanted] == [True] * len(sound)
    kinds: Counter[str] = Counter()
    for number, spoilt in enumerate(mutations(5000)):
        query_id_of(spoilt)
        parcel = parcel_from(spoilt, BOT, MONDAY)
        assert parcel is not None
        assert parcel.key == f"4242:{1_000_000 + number}"
        assert json.dumps(json.loads(parcel.raw)) == json.dumps(spoilt)
        assert_storable(repr(parcel.message) + str(getattr(parcel.message, "content", None)))
        kinds[parcel.error or ("message" if parcel.message else "nothing")] += 1
        index = number % len(sound)
        assert parcel_from(sound[index], BOT, MONDAY) == wanted[index]
    assert min(kinds["message"], kinds["nothing"], kinds["TypeError"]) > 100


def assert_storable(shown: str) -> None:
    shown.encode()


def test_not_even_the_number_has_to_be_sound() -> None:
    random, sound = Random(SEED), sound_updates()
    for _ in range(2000):
        spoilt = mutated(random.choice(sound), random)
        number = update_id_of(spoilt)
        assert number is None or 0 < number < 2**52
        assert isinstance(spoilt, dict) or number is None


def alternating(count: int) -> list[dict[str, Any]]:
    """Spoilt updates, and between them sound ones that ask 質問0, 質問1 …; their numbers ascend."""
    world, updates = World(), list[dict[str, Any]]()
    for number, spoilt in enumerate(mutations(count)):
        world.say(f"質問{number}")
        updates += [spoilt | {"update_id": 2 * number + 1}, world.updates[-1] | {"update_id": 2 * number + 2}]
    return updates


def asked(keeper: Keeper) -> list[str]:
    return [text for text in keeper.texts if text.startswith("質問")]


async def post_all(url: str, secret: str, bodies: Sequence[bytes]) -> list[int]:
    async with httpx.AsyncClient(trust_env=False, headers={"X-Telegram-Bot-Api-Secret-Token": secret}) as client:
        return [(await client.post(url, content=body)).status_code for body in bodies]


def test_over_the_webhook_no_mutation_breaks_anything_and_no_sound_message_is_lost() -> None:
    bodies = [json.dumps(update).encode() for update in alternating(500)]

    async def work() -> list[int]:
        with running_bot_api() as api:
            secret = hmac.new(api.world.token.encode(), b"telegram webhook", hashlib.sha256).hexdigest()
            async with hooked(api, keeper) as url:
                return await post_all(url, secret, bodies)

    keeper = Keeper()
    assert set(asyncio.run(work())) == {200}
    assert asked(keeper) == [f"質問{number}" for number in range(500)]


def test_over_the_long_poll_no_mutation_breaks_anything_and_no_sound_message_is_lost() -> None:
    async def work() -> None:
        with running_bot_api() as api:
            api.world.updates += alternating(500)
            async with polling(api, keeper):
                await keeper.has(1000)

    keeper = Keeper()
    asyncio.run(work())
    assert [parcel.key for parcel in keeper.parcels] == [f"4242:{number}" for number in range(1, 1001)]
    assert asked(keeper) == [f"質問{number}" for number in range(500)]
