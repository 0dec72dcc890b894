"""Which words of staff reach a participant: those behind a prefix and those that answer what invites it, no others."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from handlers.effects import Answer, Record, Reply, Revise, SaveTicket
from handlers.message import Act, Edit, Media, Text
from handlers.ticket import Action, ask_back
from handlers.ticket import reply as replied
from knowledge.book import Book
from tests.handlers.asking import only, reply
from tests.handlers.staffing import CLOSED, MINE, ONLY_NOTED, SATO, answered, done, room
from tests.moments import at

NOW = at("2022-07-04 09:30")
LEAVING = (Answer, Revise)
# What people write who forgot the prefix, mistyped it, or never meant to send.
UNMARKED = (
    "了解です",
    " 返信:はい",
    "\u3000返信:はい",
    "返信 :はい",
    "返信\u3000：はい",
    " 返信 : はい",
    "返信です",
    "返信",
    "返信はあとで",
    "返信; はい",
    "返信、はい",
    "返信→はい",
    "返信︰はい",
    "返信\u200b:はい",
    "\u200b返信:はい",
    "へんしん:はい",
    "返　信:はい",
    "返answer:はい",
    "「返信:はい」",
    "> 返信: はい",
    "*返信:* はい",
    "@bot 返信: はい",
    "はい\n返信: はい",
    "\n返信: はい",
    "re: はい",
    "Re:はい",
    "reply: はい",
    "Reply 12: はい",
    "reply:12",
    "staff:reply:12",
    "/reply はい",
    "修正: はい",
    "メモ: 返信: はい",
    "メモ：聞き返し: はい",
    "質問: これは、どなたがわかりますか",
    "質問があります",
    "質問 : いつですか",
    "Q: いつですか",
    "回答: はい",
    "👍",
    "😀返信: はい",
    "12",
    "#12 返信: はい",
    "",
    "\u202e返信: はい",
    "<b>返信:</b> はい",
    "返信",
)


def sent(effects: object) -> list[object]:
    """What goes to a participant."""
    assert isinstance(effects, list)
    return [effect for effect in effects if isinstance(effect, LEAVING)]


def leaves(words: str) -> bool:
    return words.startswith(("返信:", "返信：", "聞き返し:", "聞き返し："))


@pytest.mark.parametrize("words", UNMARKED)
def test_an_unmarked_message_stays_among_staff(book: Book, words: str) -> None:
    for channel in ("telegram", "slack", "staff"):
        assert sent(done(book, Text(words), room(MINE), channel)) == []
        assert sent(done(book, Media("photo", words), room(MINE), channel)) == []
        assert sent(done(book, Edit(words), room(MINE, before="了解です"), channel)) == []


def test_a_thousand_unmarked_messages_of_staff_never_leave(book: Book) -> None:
    """Peers' complaint 7: an internal comment reaches the customer when a prefix was forgotten."""
    tails = (
        "",
        "はい",
        "\n返信: はい",
        " 😀",
        "。明日まで待ちます",
        " re:",
        "(返信:)",
        " https://example.org/?q=返信:",
        "\r\n質問:",
        "\t質問",
    )
    heads = (
        *UNMARKED,
        "佐藤さん、",
        "お願いします ",
        "A",
        "１２",
        "「",
        "…",
        "返",
        "信:",
        ":返信",
        "\u00a0返信:",
        "㊙",
        "<@U1> ",
        "あ" * 500,
    )
    messages = [head + tail for head in heads for tail in tails]
    more = [f"{filler}{words}" for filler in ("、", "🙏", "\u2060", "・", "- ", "1. ") for words in messages]
    unmarked = [words for words in (*messages, *more) if not leaves(words)]
    assert len(unmarked) >= 1000
    leaving = [words for words in unmarked if sent(done(book, Text(words), room(MINE)))]
    assert leaving == []


@given(words=st.text(max_size=60))
@example(words="返信\uff1a")
@example(words="メモ:返信:x")
def test_whatever_is_written_without_a_prefix_becomes_a_note_or_nothing(book: Book, words: str) -> None:
    effects = done(book, Text(words), room(MINE))
    if leaves(words):
        assert len(sent(effects)) == bool(words[3:].strip())
    else:
        assert [effect for effect in effects if not isinstance(effect, Reply)] == (
            [Record(12, Action.NOTED, SATO, noted)]
            if (noted := (words[3:] if words.startswith(("メモ:", "メモ：")) else words).strip())
            else []
        )


@pytest.mark.parametrize("words", ["返信:はい", "返信：はい", "返信: はい ", "返信:\nはい", "返信：\u3000はい\n"])
def test_words_behind_the_prefix_are_sent(book: Book, words: str) -> None:
    assert done(book, Text(words), room(MINE)) == [
        Answer(12, Reply("担当者より\nはい", ticket=12, by="staff"), Action.REPLIED, SATO),
        SaveTicket(replied(MINE, SATO)),
    ]


@pytest.mark.parametrize("words", ["聞き返し:いつですか", "聞き返し：いつですか"])
def test_a_question_behind_its_prefix_is_asked_back(book: Book, words: str) -> None:
    assert done(book, Text(words), room(MINE)) == [
        Answer(12, Reply("担当者より\nいつですか", ticket=12, by="staff"), Action.ASKED_BACK, SATO),
        SaveTicket(ask_back(MINE, SATO, NOW)),
    ]


def test_an_answer_to_the_participants_message_is_sent(book: Book) -> None:
    effects = done(book, Text("はい"), room(MINE, invites="reply:12"))
    assert only(Answer, effects).reply.text == "担当者より\nはい"


def test_an_answer_with_a_needless_prefix_is_sent_without_it(book: Book) -> None:
    effects = done(book, Text("返信:はい"), room(MINE, invites="reply:12"))
    assert only(Answer, effects).reply.text == "担当者より\nはい"


def test_a_prefix_counts_before_what_the_post_invites(book: Book) -> None:
    asked = done(book, Text("聞き返し:いつですか"), room(MINE, invites="reply:12"))
    assert only(Answer, asked).action is Action.ASKED_BACK
    assert done(book, Text("メモ: あとで返信"), room(MINE, invites="reply:12")) == [
        Record(12, Action.NOTED, SATO, "あとで返信")
    ]


def test_an_answer_to_the_prompt_asks_back(book: Book) -> None:
    effects = done(book, Text("いつですか"), room(MINE, invites="ask:12"))
    assert only(Answer, effects).action is Action.ASKED_BACK


@pytest.mark.parametrize("words", ["いいえ", "修正:いいえ", "返信:いいえ"])
def test_an_answer_to_the_prompt_rewrites_what_was_sent(book: Book, words: str) -> None:
    effects = done(book, Text(words), room(MINE, answered(book, 2, 41), invites="edit:12:41"))
    assert effects == [Revise(12, 41, Reply("担当者より\nいいえ", ticket=12, by="staff"), SATO)]


@pytest.mark.parametrize(
    "invites", ["", "reply:13", "reply", "claim:12", "withdraw:12:41", "send:12:reply", "edit:13:41", "close:12"]
)
def test_a_post_that_does_not_invite_words_for_this_ticket_gets_a_note(book: Book, invites: str) -> None:
    effects = done(book, Text("はい"), room(MINE, answered(book, 2, 41), invites=invites))
    assert only(Record, effects) == Record(12, Action.NOTED, SATO, "はい")
    assert sent(effects) == []


@pytest.mark.parametrize(
    "words", ["返信です。はい", "返信 :はい", " 返信:はい", "re: はい", "reply はい", "回答: はい", "> 返信: はい"]
)
def test_a_note_that_looks_like_an_answer_says_that_it_was_not_sent(book: Book, words: str) -> None:
    """Peers' complaint 7, the other half: a reply becomes a note and nobody notices."""
    assert done(book, Text(words), room(MINE)) == [
        Record(12, Action.NOTED, SATO, words.strip()),
        Reply(ONLY_NOTED, ticket=12),
    ]


def test_a_plain_note_is_kept_without_a_word(book: Book) -> None:
    assert done(book, Text("明日また見ます"), room(MINE)) == [Record(12, Action.NOTED, SATO, "明日また見ます")]


def test_a_note_from_a_form_is_surely_a_note(book: Book) -> None:
    assert done(book, Act("note", 12, "返信はあとで"), room(MINE)) == [Record(12, Action.NOTED, SATO, "返信はあとで")]


def test_a_photo_is_a_note_whatever_its_caption_says(book: Book) -> None:
    assert done(book, Media("photo"), room(MINE)) == [Record(12, Action.NOTED, SATO, "(写真)")]
    assert done(book, Media("photo", "返信:これです"), room(MINE, invites="reply:12")) == [
        Record(12, Action.NOTED, SATO, "(写真)返信:これです"),
        Reply(ONLY_NOTED, ticket=12),
    ]


def test_words_about_no_ticket_are_passed_over(book: Book) -> None:
    for content in (Text("はい"), Text("返信はい"), Text("メモ:はい"), Media("photo"), Edit("返信:はい")):
        assert done(book, content, room(None)) == []


@pytest.mark.parametrize("words", ["返信:はい", "聞き返し：はい"])
def test_words_to_be_sent_that_are_about_no_ticket_do_not_seem_to_be_sent(book: Book, words: str) -> None:
    """Peers' complaint 8: staff replies never reach the customer, since the thread is not known any more."""
    effects = done(book, Text(words), room(None))
    assert effects == [Reply(book.phrase("staff_about_none"))]


def test_a_strangers_words_in_the_room_do_nothing(book: Book) -> None:
    for content in (Text("はい"), Text("返信はい"), Text("メモ:はい"), Media("photo", "返信:はい"), Edit("返信:はい")):
        assert done(book, content, room(MINE, member=None, invites="reply:12")) == []


@pytest.mark.parametrize("words", ["返信:はい", "聞き返し：はい"])
def test_a_stranger_in_the_room_is_told_that_nothing_was_sent(book: Book, words: str) -> None:
    for ticket in (None, MINE):
        effects = done(book, Text(words), room(ticket, member=None))
        assert effects == [Reply("担当者として登録されていないため、送っていません。")]


def test_a_note_that_replies_to_one_of_our_posts_says_that_it_was_not_sent(book: Book) -> None:
    noted = Record(12, Action.NOTED, SATO, "了解です")
    assert done(book, Text("了解です"), room(MINE), answers="55") == [noted, Reply(ONLY_NOTED, ticket=12)]
    assert done(book, Text("メモ: 了解です"), room(MINE), answers="55") == [noted]
    assert done(book, Text("了解です"), room(MINE), "slack", answers="55") == [noted]


@pytest.mark.parametrize("words", ["返信:はい", "返信： はい", " 聞き返し:はい"])
@pytest.mark.parametrize("act", ["reply", "ask", "reply_all"])
def test_a_form_needs_no_prefix(book: Book, act: str, words: str) -> None:
    effects = done(book, Act(act, 12, words), room(MINE))
    assert only(Answer, effects).reply.text == "担当者より\nはい"


@pytest.mark.parametrize("words", ["メモ:はい", " メモ： はい"])
@pytest.mark.parametrize("act", ["reply", "ask", "edit", "reply_all"])
def test_a_note_in_a_form_that_sends_is_not_sent(book: Book, act: str, words: str) -> None:
    effects = done(book, Act(act, 12, words, "41"), room(MINE, answered(book, 2, 41)))
    text = f"「メモ:」で始まっているため、参加者には送っていません。\n\nお書きになった文:\n{words.strip()}"
    assert effects == [Reply(text, ticket=12), Record(12, Action.REFUSED, SATO, act)]


def test_words_on_a_closed_ticket_are_not_sent(book: Book) -> None:
    effects = done(book, Text("返信:はい"), room(CLOSED))
    assert [type(effect) for effect in effects] == [Reply, Record]
    assert [choice.value for choice in reply(effects).choices] == ["staff:reopen:12"]


@pytest.mark.parametrize("words", ["返信:", "返信: \n\u3000", "聞き返し："])
def test_a_prefix_alone_sends_nothing_and_says_so(book: Book, words: str) -> None:
    effects = done(book, Text(words), room(MINE))
    assert reply(effects).text == "文が空でした。参加者には何も送っていません。"
    assert sent(effects) == []


@pytest.mark.parametrize("act", ["reply", "ask", "edit", "reply_all"])
def test_words_that_are_too_long_for_one_post_are_not_sent(book: Book, act: str) -> None:
    events = [answered(book, 2, 41, when="2022-07-04 09:10")]
    fits = done(book, Act(act, 12, "😀" * 1500, "41"), room(MINE, *events))
    assert len(sent(fits)) == 1
    for words in ("あ" * 3001, "😀" * 1501):
        effects = done(book, Act(act, 12, words, "41"), room(MINE, *events))
        assert reply(effects).text == "文が長すぎます。3000文字までに短くしてください。参加者には何も送っていません。"
        assert sent(effects) == []


def test_a_participant_in_a_chat_of_their_own_sends_nothing_by_a_prefix(book: Book) -> None:
    participant = replace(room(MINE), staff=None)
    assert sent(done(book, Text("返信:はい"), participant, "web")) == []
