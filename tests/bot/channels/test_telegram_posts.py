"""Replies become what Telegram posts."""

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity

from bot.channels.base import Outgoing
from bot.channels.telegram.posts import Post, post_from
from handlers.effects import Choice, Reply
from tests.bot.fakes import FakeBook

GROUP = -100_200


def button(label: str, data: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(label, callback_data=data)


def test_a_reply_becomes_a_post_with_sources_and_a_button_a_row() -> None:
    reply = Reply(
        "𠮷です",
        sources=("チラシ", "Web"),
        choices=(Choice("A", "entry:a"),),
        related=(Choice("B", "entry:b"),),
        rateable=True,
    )
    rows = [
        [button("A", "7:entry:a")],
        [button("B", "7:entry:b")],
        [button("👍", "7:rate:up"), button("👎", "7:rate:down")],
    ]
    assert post_from(Outgoing(7, "101", reply, to="55"), FakeBook()) == Post(
        101,
        "𠮷です\nsource チラシ\nsource Web",
        (MessageEntity("italic", 5, 10), MessageEntity("italic", 16, 10)),
        InlineKeyboardMarkup(rows),
    )


def test_in_a_group_the_question_is_answered_in_its_topic() -> None:
    assert post_from(Outgoing(7, f"{GROUP}:77", Reply("はい"), to="55"), FakeBook()) == Post(
        GROUP, "はい", thread=77, answers=55
    )
    assert post_from(Outgoing(7, str(GROUP), Reply("はい")), FakeBook()) == Post(GROUP, "はい")


def test_a_choice_too_large_for_a_button_is_listed_instead() -> None:
    widest, too_wide = "x" * 62, "x" * 63
    reply = Reply("選ぶ", choices=(Choice("広い", widest), Choice("広すぎる", too_wide), Choice("かな", "あ" * 21)))
    assert post_from(Outgoing(7, "101", reply), FakeBook()) == Post(
        101, "選ぶ\n・広すぎる\n・かな", keyboard=InlineKeyboardMarkup([[button("広い", f"7:{widest}")]])
    )


def test_a_long_label_is_cut_short() -> None:
    post = post_from(Outgoing(7, "101", Reply("選ぶ", choices=(Choice("あ" * 60, "entry:a"),))), FakeBook())
    assert post.keyboard == InlineKeyboardMarkup([[button("あ" * 47 + "…", "7:entry:a")]])
