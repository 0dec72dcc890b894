"""The card of a ticket: what staff read, and which buttons make sense in which state."""

from dataclasses import replace

import pytest

from handlers.card import card_of
from handlers.effects import Choice, Reply, StaffMarks
from handlers.ticket import CHECKLIST, Resolution, Ticket, TicketState, close, wait
from knowledge.book import Book
from tests.handlers.asking import opened
from tests.handlers.staffing import CLOSED, EMPLOYER, MINE, NEW, RULES
from tests.moments import at

NOW = at("2022-07-04 10:30")
WAITING = wait(MINE, at("2022-07-04 09:30"))


def card(book: Book, ticket: Ticket, *twins: Ticket) -> Reply:
    return card_of(ticket, twins, NOW, book, RULES)


def acts(reply: Reply) -> list[str]:
    return [choice.value.split(":")[1] for choice in reply.choices]


def test_the_card_of_a_new_question(book: Book) -> None:
    ticket = replace(NEW, reason="unknown", channel="telegram")
    assert card(book, ticket) == Reply(
        "#12 未対応\n"
        "Telegram / 7月4日(月)9:00 / 手元の資料で答えられない質問\n"
        "7月4日(月)9:00からお待ち(1時間30分、7月4日(月)10:30現在)\n"
        "\n"
        "車椅子で参加できますか",
        choices=(
            Choice("担当する", "staff:claim:12"),
            Choice("返信", "staff:reply:12"),
            Choice("聞き返す", "staff:ask:12"),
            Choice("定型文", "staff:canned:12"),
            Choice("引き継ぐ", "staff:hand:12"),
            Choice("対象外", "staff:not_ours:12"),
            Choice("終了", "staff:close:12"),
        ),
        ticket=12,
        marks=StaffMarks("#12 車椅子で参加できますか", invites="reply:12"),
    )


@pytest.mark.parametrize(
    ("ticket", "shown"),
    [
        (MINE, ["reply", "ask", "canned", "wait", "hand", "release", "faq", "not_ours", "close"]),
        (WAITING, ["reply", "ask", "canned", "hand", "release", "faq", "not_ours", "close"]),
        (CLOSED, ["reopen", "faq"]),
        (close(MINE, Resolution.NOT_OURS, NOW), ["reopen"]),
        (close(MINE, Resolution.CANCELLED, NOW), ["reopen"]),
    ],
)
def test_the_buttons_make_sense_in_each_state(book: Book, ticket: Ticket, shown: list[str]) -> None:
    assert acts(card(book, ticket)) == shown


@pytest.mark.parametrize(
    ("ticket", "title"),
    [
        (MINE, "#12 対応中(担当: 佐藤)"),
        (WAITING, "#12 参加者の返事待ち(担当: 佐藤)"),
        (CLOSED, "#12 終了(担当: 佐藤) 対応済み"),
        (replace(NEW, urgent=True), "#12 【緊急】 未対応"),
    ],
)
def test_the_first_line_says_the_state_and_who_has_it(book: Book, ticket: Ticket, title: str) -> None:
    assert card(book, ticket).text.splitlines()[0] == title


def test_an_urgent_ticket_rings_until_it_is_closed(book: Book) -> None:
    urgent = replace(MINE, urgent=True)
    rings = [card(book, ticket).marks for ticket in (urgent, MINE, close(urgent, Resolution.ANSWERED, NOW))]
    assert [marks is not None and marks.loud for marks in rings] == [True, False, False]


def test_the_card_tells_of_danger_and_counts_the_night(book: Book) -> None:
    ticket = replace(opened(12, "つらい", "2022-07-03 22:00"), urgent=True, reason="danger-suicide")
    lines = card(book, ticket).text.splitlines()
    assert lines[1:3] == [
        "ウェブ / 7月3日(日)22:00 / 危険を知らせる言葉",
        "7月3日(日)22:00からお待ち(12時間30分、7月4日(月)10:30現在)",
    ]


def test_what_asks_the_same_is_shown_together_and_answered_together(book: Book) -> None:
    shown = card(book, NEW, opened(15), opened(18))
    assert "同じ質問: #15、#18" in shown.text
    assert shown.choices[-1] == Choice("同じ質問3件にまとめて返信", "staff:reply_all:12")


def test_a_closed_ticket_is_not_answered_together_with_others(book: Book) -> None:
    assert "reply_all" not in acts(card(book, CLOSED, opened(15)))


def test_the_card_of_an_application_has_the_checklist(book: Book) -> None:
    shown = card(book, replace(EMPLOYER, done=("contact",)))
    assert shown.text.splitlines()[0] == "#12 【協力事業所】 未対応"
    assert shown.text.endswith("☑ ご連絡\n☐ ご訪問\n☐ 受入れ内容の打合せ\n☐ はじめての受入れ")
    assert shown.choices[:2] == (
        Choice("☑ ご連絡", "staff:step:12:contact"),
        Choice("☐ ご訪問", "staff:step:12:visit"),
    )
    assert "faq" not in acts(card(book, replace(EMPLOYER, state=TicketState.CLAIMED)))


def test_a_closed_application_has_no_steps_to_tick(book: Book) -> None:
    shown = card(book, close(EMPLOYER, Resolution.ANSWERED, NOW))
    assert acts(shown) == ["reopen"]
    assert shown.text.count("☐") == len(CHECKLIST)


def test_a_long_question_is_cut_on_the_card_and_in_the_heading(book: Book) -> None:
    shown = card(book, replace(NEW, question="長い\n" * 600))
    assert shown.marks is not None
    assert shown.marks.heading == "#12 " + ("長い " * 14)[:40] + "…"
    assert len(shown.text) < 1200
    assert shown.text.endswith("…")


def test_what_a_participant_wrote_stays_data(book: Book) -> None:
    question = "{number} <script>&amp; *太字* %s"
    shown = card(book, replace(NEW, question=question))
    assert shown.text.endswith(question)
    assert question not in repr(shown)


@pytest.mark.parametrize("reason", ["unheard of", ""])
def test_a_reason_without_a_name_is_left_out(book: Book, reason: str) -> None:
    assert card(book, replace(NEW, reason=reason)).text.splitlines()[1] == "ウェブ / 7月4日(月)9:00"


def test_a_channel_without_a_name_is_shown_by_its_own(book: Book) -> None:
    assert card(book, replace(NEW, channel="console")).text.splitlines()[1].startswith("console / ")
