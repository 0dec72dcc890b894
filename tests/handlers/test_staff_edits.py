"""Staff's own messages written anew, and buttons that ask for words where no form was opened."""

import pytest

from handlers.effects import Answer, Record, Reply, Revise
from handlers.message import Edit, Tap, Text
from handlers.ticket import Action
from knowledge.book import Book
from tests.handlers.asking import only, reply
from tests.handlers.staffing import MINE, ONLY_NOTED, SATO, answered, done, room


def test_a_note_that_is_written_anew_is_noted_anew(book: Book) -> None:
    assert done(book, Edit("明日見ます"), room(MINE, before="あした見ます")) == [
        Record(12, Action.NOTED, SATO, "(書き直し)明日見ます")
    ]


def test_an_edit_that_leaves_the_words_as_they_were_does_nothing(book: Book) -> None:
    assert done(book, Edit("返信:はい"), room(MINE, before="返信:はい", noted=41)) == []


def test_a_note_does_not_leave_by_being_edited(book: Book) -> None:
    effects = done(book, Edit("返信:はい"), room(MINE, before="はい"))
    assert effects == [Record(12, Action.NOTED, SATO, "(書き直し)返信:はい"), Reply(ONLY_NOTED, ticket=12)]


@pytest.mark.parametrize(
    ("before", "after"),
    [("返信:はい", "返信:いいえ"), ("返信:はい", "返信：いいえ"), ("はい", "いいえ"), ("はい", "返信:いいえ")],
)
def test_an_answer_that_is_written_anew_is_rewritten_for_the_participant(book: Book, before: str, after: str) -> None:
    """Peers' complaint 10: edits are not mirrored."""
    effects = done(book, Edit(after), room(MINE, answered(book, 2, 41), before=before, noted=41))
    assert effects == [Revise(12, 41, Reply("担当者より\nいいえ", ticket=12, by="staff"), SATO)]


@pytest.mark.parametrize("after", ["いいえ", "メモ:いいえ"])
def test_an_answer_whose_prefix_is_taken_away_stays_as_it_was_sent(book: Book, after: str) -> None:
    effects = done(book, Edit(after), room(MINE, answered(book, 2, 41), before="返信:はい", noted=41))
    assert effects == [Record(12, Action.NOTED, SATO, f"(書き直し){after}"), Reply(ONLY_NOTED, ticket=12)]


@pytest.mark.parametrize("act", ["reply", "ask", "reply_all"])
def test_a_button_without_a_form_asks_for_the_words(book: Book, act: str) -> None:
    asked = reply(done(book, Tap(f"staff:{act}:12"), room(MINE)))
    assert asked.marks is not None
    assert (asked.marks.invites, asked.ticket) == (f"{act}:12", 12)
    answer = only(Answer, done(book, Text("はい"), room(MINE, invites=asked.marks.invites)))
    assert answer.reply.text == "担当者より\nはい"


def test_the_button_to_edit_shows_what_was_sent(book: Book) -> None:
    asked = reply(done(book, Tap("staff:edit:12:41"), room(MINE, answered(book, 2, 41, "入口は東です"))))
    assert asked.text.endswith("いまの文:\n\n入口は東です")
    assert asked.marks is not None
    assert asked.marks.invites == "edit:12:41"


def test_where_replies_are_not_seen_as_such_the_prefix_is_named_instead(book: Book) -> None:
    alone = room(MINE, in_room=False, is_private=True)
    for view, channel in ((room(MINE), "slack"), (room(MINE), "staff"), (alone, "telegram")):
        asked = reply(done(book, Tap("staff:reply:12"), view, channel))
        assert (asked.text, asked.marks) == (book.phrase("staff_prompt_elsewhere"), None)
