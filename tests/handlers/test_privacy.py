"""What members may see of the desk's other side where participants read along: nothing."""

import pytest

from handlers.effects import Reply
from handlers.message import Act, Command, Content, Tap, Text
from knowledge.book import Book
from tests.handlers.asking import decided, having, opened
from tests.handlers.staffing import NEW, done, room

ELSEWHERE = "ここではお見せできません。担当者の部屋か、このデスクとの個別のやりとりで、もう一度お試しください。"
QUEUE = (opened(7, "車椅子で参加できますか"),)


@pytest.mark.parametrize(
    "content",
    [
        Command("queue"),
        Command("MINE"),
        Text("/queue"),
        Tap("staff:hand:12"),
        Tap("staff:claim:12"),
        Act("reply", 12, "はい"),
    ],
)
def test_a_member_sees_and_does_nothing_of_staff_s_where_participants_read_along(book: Book, content: Content) -> None:
    assert done(book, content, room(NEW, queue=QUEUE, in_room=False)) == [Reply(ELSEWHERE)]


@pytest.mark.parametrize("content", [Command("queue"), Command("mine"), Tap("staff:hand:12")])
def test_a_member_who_is_alone_with_the_desk_sees_what_the_room_does(book: Book, content: Content) -> None:
    alone = room(NEW, queue=QUEUE, in_room=False, is_private=True)
    assert done(book, content, alone) == done(book, content, room(NEW, queue=QUEUE))


def test_a_member_who_asks_as_anybody_does_is_answered_as_anybody_is(book: Book) -> None:
    here = room(None, in_room=False)
    question = Text("セミナーの参加費はかかりますか")
    assert done(book, question, here) == decided(book, question, having(when="2022-07-04 09:30"))
