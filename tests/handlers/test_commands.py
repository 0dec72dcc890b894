"""What is decided on a command, however it came, and that danger is seen behind any of them."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.command import COMMANDS
from handlers.effects import Choice, OpenTicket, Remember, Reply
from knowledge.book import Book
from knowledge.finding import Outcome, Turn
from tests.handlers.asking import TICKET, command, only, reply, tap, write

FEE = "セミナーの参加費はかかりますか"
DANGER = "もう死にたいです"


def menu(book: Book) -> tuple[Choice, ...]:
    return tuple(Choice(item.label, item.value) for item in book.menu())


def test_the_commands_stand_in_the_order_of_the_menu() -> None:
    before = ["start", "menu", "ask", "seminars", "next", "calendar", "join"]
    assert list(COMMANDS) == [*before, "subscribe", "unsubscribe", "link", "status", "human", "help"]


def test_a_beginning_is_a_welcome_with_the_menu(book: Book) -> None:
    assert command(book, "start") == [Reply(book.phrase("welcome"), choices=menu(book))]


def test_the_menu_offers_the_main_topics(book: Book) -> None:
    assert command(book, "menu") == [Reply(book.phrase("menu_intro"), choices=menu(book))]


def test_a_question_behind_a_command_is_answered_like_any(book: Book) -> None:
    turns = (Turn("説明会はいつですか", ("briefing-when",)),)
    assert command(book, "ask", f" {FEE}\n", turns) == write(book, FEE, turns)


@pytest.mark.parametrize(("name", "entry"), [("seminars", "seminar-schedule"), ("next", "seminar-next")])
def test_a_command_for_dates_is_as_good_as_the_topic_tapped(book: Book, name: str, entry: str) -> None:
    assert command(book, name) == tap(book, f"entry:{entry}")
    assert reply(command(book, name)).entries == (entry,)


def test_asking_for_a_person_hands_over_what_was_asked_last(book: Book) -> None:
    turns = (Turn("説明会はいつですか"), Turn(FEE, ("seminar-fee",)))
    handed = (
        f"ご質問「{FEE}」を承りました。\n\nこの質問は担当者におつなぎします。受付番号は 7 です。\n\n"
        "担当者が受付順に確認し、こちらでお返事します。\n\n書き添えたいことがあれば、そのままお書きください。"
    )
    cancel = Choice("取り消す", "cancel:7")
    assert command(book, "human", turns=turns) == [
        Reply(handed, Outcome.HANDOFF, choices=(cancel,), ticket=TICKET, question=FEE),
        OpenTicket(TICKET, FEE, urgent=False, reason="asked for staff"),
    ]


def test_asking_for_a_person_with_words_hands_those_over(book: Book) -> None:
    effects = command(book, "human", "相談したいです", (Turn(FEE),))
    assert only(OpenTicket, effects) == OpenTicket(TICKET, "相談したいです", urgent=False, reason="asked for staff")


def test_asking_for_a_person_without_any_question_asks_for_one(book: Book) -> None:
    assert command(book, "human") == [Reply(book.phrase("human_no_question"))]


def test_a_long_question_is_handed_over_whole_and_quoted_in_short(book: Book) -> None:
    question = "会場のことです。" * 200
    effects = command(book, "human", question)
    assert only(OpenTicket, effects).question == question
    assert len(reply(effects).text) < 250


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_lists_every_command_with_what_it_does(book: Book, name: str) -> None:
    assert f"/{name} {book.phrase(f'command_{name}')}\n" in reply(command(book, "help")).text


@pytest.mark.parametrize("name", ["subscriptions", "delete_my_data", "", "x" * 1_000, "{commands}"])
def test_an_unknown_command_is_answered_with_those_that_there_are(book: Book, name: str) -> None:
    [told] = command(book, name)
    assert told == Reply(f"{book.phrase('unknown_command')}\n\n{reply(command(book, 'help')).text}")


@pytest.mark.parametrize("name", [*COMMANDS, "tasukete"])
def test_someone_in_danger_is_handed_over_whatever_the_command(book: Book, name: str) -> None:
    effects = command(book, name, DANGER)
    handed, ticket = reply(effects), only(OpenTicket, effects)
    assert (handed.outcome, handed.urgent, handed.ticket) == (Outcome.HANDOFF, True, TICKET)
    assert (ticket.question, ticket.urgent) == (DANGER, True)
    assert only(Remember, effects) == Remember(Turn(DANGER))


def test_asking_for_a_person_after_words_of_danger_is_as_urgent_as_they_were(book: Book) -> None:
    effects = command(book, "human", turns=(Turn(DANGER),))
    assert (reply(effects).urgent, only(OpenTicket, effects).urgent) == (True, True)


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("form", ["/{}", "  /{}\n", "／{}", "/{} "])
def test_a_typed_command_is_that_command(book: Book, name: str, form: str) -> None:
    assert write(book, form.format(name)) == command(book, name)
    assert write(book, form.format(name.upper())) == command(book, name)


@pytest.mark.parametrize("text", [f"/ask {FEE}", f"/ask\n{FEE}", f"／ａｓｋ　{FEE}", f"/ask   {FEE}  "])
def test_a_typed_command_takes_the_words_behind_it(book: Book, text: str) -> None:
    assert write(book, text) == write(book, FEE)


@pytest.mark.parametrize("text", ["/foo", "/menus", "//menu", "menu", "/ menu", "参加費は /menu", "/\ud800", "/"])
def test_what_only_looks_like_a_command_is_read_as_words(book: Book, text: str) -> None:
    remembered = only(Remember, write(book, text))
    assert remembered.turn.text == text


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(COMMANDS) | st.text(max_size=8), rest=st.text(max_size=30))
def test_no_command_breaks_the_desk(book: Book, name: str, rest: str) -> None:
    assert reply(command(book, name, rest)).text
    assert reply(write(book, f"/{name} {rest}")).text
