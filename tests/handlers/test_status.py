"""What a person is told of their open tickets."""

from dataclasses import replace

import pytest

from handlers.effects import Choice, Reply
from handlers.message import Command, Content, Text
from handlers.ticket import Resolution, Ticket, TicketKind, add, ask_back, claim, close
from handlers.ticket import reply as answer
from knowledge.book import Book
from tests.handlers.asking import NOW, decided, having, opened, reply
from tests.moments import at

PARKING = "会場に駐車場はありますか"
NEW = opened(3, PARKING, "2022-07-01 16:05")
TAKEN = claim(NEW, "佐藤")


def told(book: Book, *tickets: Ticket, when: str = NOW) -> Reply:
    return reply(decided(book, Command("status"), having(*tickets, when=when)))


@pytest.mark.parametrize(
    ("ticket", "state"),
    [
        (NEW, "受付済み(7月1日(金)16:05から)"),
        (TAKEN, "担当者が確認しています(7月1日(金)16:05から)"),
        (answer(TAKEN, "佐藤"), "担当者がお返事しました"),
        (add(answer(TAKEN, "佐藤"), at("2022-07-04 08:30")), "担当者が確認しています(7月4日(月)8:30から)"),
        (ask_back(TAKEN, "佐藤", at("2022-07-02 10:00")), "お返事をお待ちしています(7月2日(土)10:00から)"),
    ],
)
def test_a_ticket_is_told_with_its_state_and_since_when(book: Book, ticket: Ticket, state: str) -> None:
    assert told(book, ticket).text.startswith(f"受付番号 3「{PARKING}」: {state}")


def test_each_open_ticket_is_told_and_can_be_taken_back(book: Book) -> None:
    done = close(opened(2), Resolution.ANSWERED, at(NOW))
    status = told(book, done, TAKEN, opened(5, "あ" * 40, "2022-07-04 08:00"))
    assert status == Reply(
        f"受付番号 3「{PARKING}」: 担当者が確認しています(7月1日(金)16:05から)\n\n"
        f"受付番号 5「{'あ' * 30}…」: 受付済み(7月4日(月)8:00から)\n\n"
        "担当者が受付順に確認し、こちらでお返事します。",
        choices=(
            Choice("自動応答に戻す", "bot:3"),
            Choice("受付番号 3 を取り消す", "cancel:3"),
            Choice("受付番号 5 を取り消す", "cancel:5"),
        ),
    )


def test_out_of_hours_the_status_says_when_staff_are_back(book: Book) -> None:
    assert told(book, NEW, when="2022-07-02 10:00").text.endswith(
        "いまは受付時間外です。7月4日(月)9:00以降に、担当者が受付順に確認し、こちらでお返事します。"
    )


def test_an_application_is_told_with_its_steps(book: Book) -> None:
    form = replace(TAKEN, kind=TicketKind.EMPLOYER, done=("contact", "visit"))
    assert told(book, form).text == (
        "受付番号 3「協力事業所のご相談」: 担当者が確認しています(7月1日(金)16:05から)\n"
        "・ご連絡(済み)\n・ご訪問(済み)\n・受入れ内容の打合せ(これから)\n・はじめての受入れ(これから)"
    )


@pytest.mark.parametrize(
    "content", [Command("status"), Text("進み具合はどうですか"), Text("いまの状況を教えてください")]
)
def test_the_status_is_told_on_request_in_any_words(book: Book, content: Content) -> None:
    assert decided(book, content, having(NEW)) == [told(book, NEW)]


@pytest.mark.parametrize("tickets", [(), (close(NEW, Resolution.ANSWERED, at(NOW)),)])
def test_without_an_open_ticket_there_is_none_to_tell(book: Book, tickets: tuple[Ticket, ...]) -> None:
    assert told(book, *tickets) == Reply(book.phrase("status_none"))


def test_words_about_the_seminars_are_no_request_for_the_status(book: Book) -> None:
    situation = having(NEW)
    assert decided(book, Text("セミナーの進み具合は"), situation) != [told(book, NEW)]
