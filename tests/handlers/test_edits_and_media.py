"""What is decided when a message is written anew, and on what is not text."""

import pytest

from handlers.effects import Choice, OpenTicket, Remember, Reply
from handlers.media import KINDS
from handlers.situation import Offered
from knowledge.book import Book
from knowledge.finding import Outcome, Turn
from tests.handlers.asking import TICKET, edit, only, reply, send, tap, write

FEE = "セミナーの参加費はかかりますか"
PARKING = "会場に駐車場はありますか"
DANGER = "もう死にたいです"


@pytest.mark.parametrize("before", [None, "セミナーの三カ日は"])
@pytest.mark.parametrize("text", [FEE, PARKING, DANGER, "", "😀"])
def test_an_edit_is_answered_like_the_words_it_now_has(book: Book, text: str, before: str | None) -> None:
    assert edit(book, text, before) == write(book, text)


@pytest.mark.parametrize("text", [FEE, DANGER, ""])
def test_an_edit_that_changes_nothing_is_not_answered(book: Book, text: str) -> None:
    assert edit(book, text, text) == []


def test_an_edit_into_a_command_stays_words(book: Book) -> None:
    assert only(Remember, edit(book, "/menu", None)).turn.text == "/menu"


@pytest.mark.parametrize("kind", [*KINDS, "hologram", ""])
def test_what_is_not_text_is_declined_civilly_and_can_go_to_staff(book: Book, kind: str) -> None:
    word = book.phrase(KINDS.get(kind, "media_other"))
    [declined] = send(book, kind)
    assert declined == Reply(
        book.phrase("media_unread", kind=word),
        choices=(Choice(book.phrase("media_to_staff"), "human"),),
        question=book.phrase("media_question", kind=word),
    )


def test_what_is_not_text_goes_to_staff_at_a_tap(book: Book) -> None:
    declined = reply(send(book, "photo"))
    offered = Offered(41, declined.question, declined.outcome, (), tuple(choice.value for choice in declined.choices))
    effects = tap(book, declined.choices[0].value, offered)
    assert only(OpenTicket, effects) == OpenTicket(
        TICKET, "写真(文字以外のご連絡)", urgent=False, reason="asked for staff"
    )
    assert (reply(effects).outcome, reply(effects).ticket) == (Outcome.HANDOFF, TICKET)


def test_a_caption_is_answered_and_the_rest_can_go_to_staff(book: Book) -> None:
    answered, (plain, remembered) = send(book, "photo", FEE), write(book, FEE)
    assert isinstance(plain, Reply)
    shown = reply(answered)
    assert shown.text == f"{plain.text}\n\n{book.phrase('media_unread', kind='写真')}"
    assert (shown.outcome, shown.entries, shown.related, shown.rateable, shown.question) == (
        plain.outcome,
        plain.entries,
        plain.related,
        plain.rateable,
        FEE,
    )
    assert shown.choices == (Choice(book.phrase("media_to_staff"), "human"),)
    assert answered[1:] == [remembered]


def test_a_caption_that_is_handed_over_offers_no_second_handover(book: Book) -> None:
    handed = reply(send(book, "voice", PARKING))
    assert (handed.ticket, handed.choices) == (TICKET, (Choice("取り消す", "cancel:7"),))
    assert handed.text.endswith(book.phrase("media_unread", kind="音声"))


def test_a_caption_of_someone_in_danger_is_handed_over_as_any_such_message(book: Book) -> None:
    assert send(book, "photo", DANGER) == write(book, DANGER)
    assert only(OpenTicket, send(book, "photo", DANGER)).urgent


@pytest.mark.parametrize("caption", ["", " \n", "👍"])
def test_a_caption_without_words_leaves_no_turn_and_names_the_kind_to_staff(book: Book, caption: str) -> None:
    effects = send(book, "photo", caption)
    assert reply(effects).question == "写真(文字以外のご連絡)"
    assert [effect for effect in effects if not isinstance(effect, Reply)] == []


def test_a_caption_is_remembered_for_what_follows(book: Book) -> None:
    assert only(Remember, send(book, "photo", FEE)).turn == Turn(FEE, ("seminar-fee",))
