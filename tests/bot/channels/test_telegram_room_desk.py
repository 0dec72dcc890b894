"""From the desk to the staff's group and back: the card's topic is known to all that follows."""

import asyncio
from collections.abc import Iterator

import pytest

from bot.channels.telegram.wire import BotIdentity, parcel_from
from bot.clock import RealClock
from bot.config import DeliverySettings
from bot.courier import Courier
from bot.house import House, Room
from bot.store.transactions import Store
from handlers.effects import OpenTicket, Record, SaveTicket
from handlers.message import Message, Text
from handlers.rules import Member
from handlers.situation import StaffView
from handlers.ticket import Action, claim
from tests.bot.alone import recall
from tests.bot.channels.telegram_line import channel_of
from tests.bot.fakes import ANY_TIME, MONDAY, FixedClock
from tests.bot.staffing import StaffDesk
from tests.fakes.bot_api import BotApi, running_bot_api
from tests.fakes.telegram_world import Post

PLACE = -100_200
ROOM = Room("telegram", str(PLACE))
HOUSE = House(members={("telegram", "5"): Member("佐藤")}, rooms=(ROOM,))
BOT = BotIdentity(4242, "desk_bot", str(PLACE))


@pytest.fixture
def api() -> Iterator[BotApi]:
    with running_bot_api() as api:
        api.world.add_chat(101)
        api.world.add_forum(PLACE)
        yield api


@pytest.fixture
def desk(store: Store) -> StaffDesk:
    return StaffDesk(store, HOUSE, rooms=(ROOM,))


def written(desk: StaffDesk, text: str, address: str = "101", person: str = "101") -> int:
    """Something that was kept from Telegram; its id."""
    return desk.kept.keep(Message("telegram", address, person, f"4242:{next(desk.keys)}", MONDAY, Text(text)))


def opened(desk: StaffDesk, question: str = "駐車場は？") -> int:
    """A ticket of a participant."""
    inbound = written(desk, question)
    return desk.settle(inbound, OpenTicket(inbound, question, urgent=False, reason="gap"))


def delivered(desk: StaffDesk, api: BotApi, count: int) -> list[Post]:
    """What stands in the group, once a courier has brought so many posts there."""

    async def work() -> list[Post]:
        channel = channel_of(api, room=ROOM.place, chat_per_second=None, group_per_minute=None)
        courier = Courier(desk.store, channel, DeliverySettings(), ANY_TIME, FixedClock(), RealClock())
        running = asyncio.create_task(courier.run())
        try:
            return await api.posted(PLACE, count)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await courier.finish()
            await channel.stop()

    desk.notify()
    return asyncio.run(work())


def said(desk: StaffDesk, api: BotApi) -> StaffView:
    """What the desk knows when the latest update is decided."""
    parcel = parcel_from(api.world.updates[-1], BOT, MONDAY)
    assert parcel is not None
    assert parcel.message is not None
    inbound = desk.kept.keep(parcel.message)
    view = desk.kept.do(recall, inbound, MONDAY, HOUSE)[1].staff
    desk.settle(inbound)
    assert view is not None
    return view


def meant(view: StaffView) -> tuple[str | None, bool, int | None, str]:
    """Who writes, whether among staff, about which ticket, and what their answer is invited to be."""
    member, ticket = view.member, view.ticket
    return member and member.name, view.in_room, ticket and ticket.number, view.invites


def test_a_ticket_has_a_topic_of_its_own_in_which_all_follows(desk: StaffDesk, api: BotApi) -> None:
    number = opened(desk)
    card, _post = delivered(desk, api, 2)
    assert api.world.topics == {(PLACE, card.thread): f"#{number}"}
    other = opened(desk, "トイレは？")
    desk.settle(written(desk, "何台？"), Record(number, Action.SAID, text="何台？"))
    posts = delivered(desk, api, 5)
    topic = {name: thread for (_chat, thread), name in api.world.topics.items()}
    assert sorted((post.text, post.thread) for post in posts) == sorted(
        [
            (f"#{number} new -", card.thread),
            ("opened: 駐車場は？", card.thread),
            ("said: 何台？", card.thread),
            (f"#{other} new -", topic[f"#{other}"]),
            ("opened: トイレは？", topic[f"#{other}"]),
        ]
    )


def test_a_changed_ticket_is_seen_on_its_card_and_opens_no_second_topic(desk: StaffDesk, api: BotApi) -> None:
    number = opened(desk)
    delivered(desk, api, 2)
    claimed = claim(desk.ticket(number), "佐藤")
    desk.settle(written(desk, "x", ROOM.place, "5"), SaveTicket(claimed), Record(number, Action.CLAIMED, "佐藤"))
    card, *_, last = delivered(desk, api, 3)
    assert (card.text, last.text, last.thread) == (f"#{number} claimed 佐藤", "claimed: ", card.thread)
    assert len(api.world.topics) == 1


def test_what_a_member_writes_in_the_topic_is_about_its_ticket(desk: StaffDesk, api: BotApi) -> None:
    number = opened(desk)
    card, post = delivered(desk, api, 2)
    api.world.say("電話してみます", chat=PLACE, person=5, thread=card.thread)
    assert meant(said(desk, api)) == ("佐藤", True, number, "")
    api.world.say("どうぞ", chat=PLACE, person=5, thread=card.thread, reply_to=post.message_id)
    assert meant(said(desk, api)) == ("佐藤", True, number, f"reply:{number}")
    api.world.say("/queue", chat=PLACE, person=6)
    assert meant(said(desk, api)) == (None, True, None, "")


def test_without_topics_a_reply_to_the_card_is_about_its_ticket(desk: StaffDesk, api: BotApi) -> None:
    api.world.chats[PLACE]["is_forum"] = False
    number = opened(desk)
    card, post = delivered(desk, api, 2)
    assert (card.thread, post.thread, post.reply_to) == (None, None, card.message_id)
    api.world.say("どうぞ", chat=PLACE, person=5, reply_to=card.message_id)
    assert meant(said(desk, api)) == ("佐藤", True, number, f"reply:{number}")
    api.world.say("お昼にします", chat=PLACE, person=5)
    assert meant(said(desk, api)) == ("佐藤", True, None, "")
