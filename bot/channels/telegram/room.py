"""The staff's group: whether it can be used, and its topics, one a card."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from telegram import Bot, User
from telegram.constants import ChatMemberStatus, ForumTopicLimit

from bot.channels.base import Gone, Moved, NotSent, Outcome, Refused, Unknown
from bot.channels.telegram.api import ask, outcome_of
from bot.channels.telegram.wire import GROUPS, NAME
from bot.errors import ChannelNotReady

# Of how many cards the topics are remembered, and how many for one card may be in doubt: those may stand there empty.
MOST_OPENINGS = 64
MOST_DOUBTS = 2
AWAY = frozenset({ChatMemberStatus.LEFT, ChatMemberStatus.BANNED})

Raw = Mapping[str, Any]

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


@dataclass
class Opening:
    """What became of the topic for one card: its id, and how often nobody could say whether there is one."""

    topic: int | None = None
    doubts: int = 0


class StaffRoom:
    """The group `chat` (its id). Whether it has topics is asked once."""

    def __init__(self, bot: Bot, chat: str) -> None:
        self.chat = chat
        self._bot = bot
        self._is_forum: bool | None = None
        self._openings: dict[int, Opening] = {}

    async def check(self, me: User) -> None:
        """Log what is wrong with the room, and what mends it. Participants are served whatever it is."""
        try:
            chat = await ask(self._bot, "getChat", chat_id=self.chat)
            member = await ask(self._bot, "getChatMember", chat_id=self.chat, user_id=me.id)
        except Exception as error:
            log.error("staff room not ready", reason=str(unreachable(self.chat, outcome_of(error))))
            return
        self._is_forum = _has_topics(chat)
        if (fault := fault_of(self.chat, chat, member)) is not None:
            log.error("staff room not ready", reason=str(fault))
            return
        for limit in limits_of(self.chat, chat, member, me):
            log.warning("staff room limited", reason=str(limit))

    async def open_topic(self, delivery: int, heading: str) -> int | Outcome | None:
        """The topic for the card that this delivery brings; the same one, however often it is asked for.

        None where the group has no topics, or will not let us open one: then the card goes without. An outcome
        where that cannot be told now; the card was not sent.
        """
        opening = self._opening(delivery)
        try:
            if opening.topic is None and opening.doubts < MOST_DOUBTS and await self._is_a_forum():
                opening.topic = await self._create(heading)
        except Exception as error:
            return _refused_topic(opening, outcome_of(error))
        return opening.topic

    async def _is_a_forum(self) -> bool:
        if self._is_forum is None:
            self._is_forum = _has_topics(await ask(self._bot, "getChat", chat_id=self.chat))
        return self._is_forum

    async def _create(self, heading: str) -> int:
        name = heading[: int(ForumTopicLimit.MAX_NAME_LENGTH)]
        return (await self._bot.create_forum_topic(int(self.chat), name)).message_thread_id

    def _opening(self, delivery: int) -> Opening:
        if delivery not in self._openings and len(self._openings) >= MOST_OPENINGS:
            del self._openings[next(iter(self._openings))]
        return self._openings.setdefault(delivery, Opening())


def _refused_topic(opening: Opening, outcome: Outcome) -> Outcome | None:
    match outcome:
        case Refused(reason):
            log.warning("topic refused", reason=reason)
            return None
        case Unknown(reason):
            opening.doubts += 1
            return NotSent(reason)
        case _:
            return outcome


def unreachable(chat: str, outcome: Outcome) -> ChannelNotReady:
    """What to tell an operator where the room cannot be looked at."""
    match outcome:
        case Moved(place):
            return moved(chat, place)
        case Gone() | Refused():
            return ChannelNotReady(
                NAME,
                f"スタッフ用グループ {chat} が見つかりません",
                "ボットをそのグループに入れ、config.yaml の staff.telegram_group を確かめてください",
            )
        case _:
            return ChannelNotReady(
                NAME,
                f"スタッフ用グループ {chat} をいま確かめられません",
                "つながりしだい使いますが、続くときはネットワークを確かめてください",
            )


def moved(chat: str, place: str) -> ChannelNotReady:
    """What to tell an operator where the room has another id now."""
    return ChannelNotReady(
        NAME,
        f"スタッフ用グループ {chat} の番号が {place} に変わりました",
        f"config.yaml の staff.telegram_group を {place} に書きかえて、起動し直してください",
    )


def fault_of(room: str, chat: Raw, member: Raw) -> ChannelNotReady | None:
    """Why the room cannot be used at all, if so: by the chat, and what we are in it, as the Bot API gives them."""
    if chat.get("type") not in GROUPS:
        return ChannelNotReady(
            NAME,
            f"staff.telegram_group の {room} はグループではありません",
            "config.yaml の staff.telegram_group に、グループの番号を書いてください",
        )
    is_restricted = member.get("status") == ChatMemberStatus.RESTRICTED
    is_muted = is_restricted and not (member.get("is_member") and member.get("can_send_messages"))
    if is_muted or member.get("status") in AWAY:
        return ChannelNotReady(
            NAME,
            f"スタッフ用グループ {room} に書き込めません",
            "ボットをそのグループに入れて、発言を許可してください",
        )
    return None


def limits_of(room: str, chat: Raw, member: Raw, me: User) -> list[ChannelNotReady]:
    """What does not work in a room that can be used."""
    limits = []
    is_admin = member.get("status") == ChatMemberStatus.ADMINISTRATOR
    if not (me.can_read_all_group_messages or is_admin):
        limits.append(
            ChannelNotReady(
                NAME,
                f"スタッフ用グループ {room} で、ボットにあてたものではない発言を読めません",
                "ボットをグループの管理者にするか、BotFather の /setprivacy で Disable を選んでから入れ直してください",
            )
        )
    if _has_topics(chat) and not (is_admin and member.get("can_manage_topics")):
        limits.append(
            ChannelNotReady(
                NAME,
                f"スタッフ用グループ {room} でトピックを作れないため、かわりに返信でまとめます",
                "トピックに分けるには、ボットを管理者にして「トピックの管理」を許可してください",
            )
        )
    return limits


def _has_topics(chat: Raw) -> bool:
    return chat.get("is_forum") is True
