"""How a question reaches staff: when a ticket is opened, when that is asked about, and what is said of it."""

from dataclasses import replace

import pytest

from handlers.effects import Choice, OpenTicket, Record, Remember, Reply
from handlers.message import Command, Media, Tap, Text
from handlers.rules import Rules
from handlers.situation import Offered, Situation
from handlers.ticket import Action, Ticket, claim
from knowledge.book import Book
from knowledge.finding import Outcome, Turn
from tests.handlers.asking import TICKET, decided, having, only, opened, recorded, reply
from tests.handlers.handing_over import CONFIRM, DANGER, FEE, LATER, NOT_THERE, PARKING, SOON, closed

# What opens a ticket.


@pytest.mark.parametrize(
    ("when", "next_step"),
    [
        ("2022-07-04 16:59", "担当者が受付順に確認し、こちらでお返事します。"),
        (
            "2022-07-04 17:00",
            "いまは受付時間外です。7月5日(火)9:00以降に、担当者が受付順に確認し、こちらでお返事します。",
        ),
        (
            "2022-07-15 18:00",
            "いまは受付時間外です。7月19日(火)9:00以降に、担当者が受付順に確認し、こちらでお返事します。",
        ),
    ],
)
def test_the_handover_says_its_number_and_when(book: Book, when: str, next_step: str) -> None:
    handed = reply(decided(book, Text(PARKING), having(when=when)))
    assert handed.ticket == TICKET
    assert "受付番号は 7 です。" in handed.text
    assert next_step in handed.text
    assert handed.choices == (Choice("取り消す", "cancel:7"),)


def test_an_english_handover_says_when_in_english(book: Book) -> None:
    handed = reply(decided(book, Text("Where can I park my car?"), having(when="2022-07-04 20:00")))
    assert "in turn from July 5 (Tue), 9:00 (Japan time) and reply here." in handed.text
    assert "受付" not in handed.text.partition("\n\n")[2]


@pytest.mark.parametrize(
    "text",
    [
        "人と話したい",
        "担当者につないでください",
        "オペレーターお願いします",
        "参加費のことで担当の方と話がしたいです",
        "ボットじゃなくて人間がいい",
        "相談員と話したい",
        "担当者出して",
        "Can I talk to someone?",
        "human please",
    ],
)
@pytest.mark.parametrize("rules", [Rules(), CONFIRM])
def test_asking_for_a_person_in_so_many_words_opens_a_ticket_at_once(book: Book, text: str, rules: Rules) -> None:
    effects = decided(book, Text(text), having(rules=rules))
    assert only(OpenTicket, effects) == OpenTicket(TICKET, text, urgent=False, reason="asked for staff")
    assert reply(effects).ticket == TICKET


def test_staff_see_what_was_asked_before_somebody_asked_for_a_person(book: Book) -> None:
    effects = decided(book, Text("担当者につないでください"), having(turns=(Turn(FEE),)))
    assert only(OpenTicket, effects).question == f"担当者につないでください\n(直前のご質問: {FEE})"


@pytest.mark.parametrize(
    "text",
    [
        "担当者セミナーとは",
        "相談の担当者向けですか",
        "人と話したくない若者の支援はありますか",
        "協力事業所の人と話したい",
    ],
)
def test_questions_about_people_are_answered(book: Book, text: str) -> None:
    assert reply(decided(book, Text(text), having())).outcome is Outcome.ANSWER


def test_with_confirmation_nothing_is_handed_over_before_the_tap(book: Book) -> None:
    offer, remembered = decided(book, Text(PARKING), having(rules=CONFIRM))
    assert offer == Reply(
        f"{NOT_THERE}\n\n担当者にお聞きしましょうか。",
        entries=("gap-parking",),
        choices=(Choice("担当者に聞く", "human"), Choice("やめておく", "no_staff")),
        question=PARKING,
    )
    assert isinstance(remembered, Remember)


@pytest.mark.parametrize(("value", "is_opened"), [("human", True), ("no_staff", False)])
def test_the_tap_decides_whether_it_is_handed_over(book: Book, value: str, is_opened: bool) -> None:
    offered = Offered(41, PARKING, None, (), ("human", "no_staff"))
    effects = decided(book, Tap(value, 41), having(rules=CONFIRM, offered=offered))
    assert [effect.question for effect in effects if isinstance(effect, OpenTicket)] == [PARKING] * is_opened
    assert reply(effects).ticket == (TICKET if is_opened else None)


def test_declining_what_was_not_offered_is_nothing(book: Book) -> None:
    offered = Offered(41, PARKING, Outcome.SUGGEST, (), ("none",))
    assert decided(book, Tap("no_staff", 41), having(offered=offered)) == [Reply(book.phrase("expired_choice"))]


def test_none_of_the_suggestions_is_asked_about_as_well(book: Book) -> None:
    offered = Offered(41, PARKING, Outcome.SUGGEST, (), ("none",))
    [offer] = decided(book, Tap("none", 41), having(rules=CONFIRM, offered=offered))
    assert isinstance(offer, Reply)
    assert [choice.value for choice in offer.choices] == ["human", "no_staff"]


def test_danger_is_never_asked_about(book: Book) -> None:
    assert only(OpenTicket, decided(book, Text(DANGER), having(rules=CONFIRM))).urgent


def test_a_caption_offered_to_staff_is_offered_once(book: Book) -> None:
    offer = reply(decided(book, Media("photo", PARKING), having(rules=CONFIRM)))
    assert [choice.value for choice in offer.choices] == ["human", "no_staff"]


# Where nobody is there yet, or any more.


@pytest.mark.parametrize("when", ["2022-06-30 12:00", "2023-04-01 12:00"])
@pytest.mark.parametrize(
    ("content", "tickets", "says"),
    [
        (Text(PARKING), (), "この質問の受付番号は 7 です。"),
        (Text("Where can I park my car?"), (), "The number of your question is 7."),
        (Command("human", PARKING), (), "この質問の受付番号は 7 です。"),
        (Text("人と話したい"), (), "承知しました。お聞きになりたいことを、そのままお書きください。"),
        (Text(PARKING), (opened(3, when="2022-06-01 09:00"),), "受付番号 3 の件に書き添えました。"),
        (Text(DANGER), (), "このメッセージは「緊急」として記録しました。受付番号は 7 です。"),
    ],
)
def test_outside_of_the_desk_s_period_nobody_is_promised(
    book: Book, content: Text | Command, tickets: tuple[Ticket, ...], says: str, when: str
) -> None:
    told = reply(decided(book, content, having(*tickets, when=when))).text
    assert says in told.split("\n\n")
    assert [word for word in ("つなぎ", "取り次ぎ", "引き継", "passing", "担当者が") if word in told] == []


def test_a_ticket_that_is_reopened_after_the_period_is_kept_and_no_more(book: Book) -> None:
    told = reply(decided(book, Text(PARKING), having(closed(3, "2023-03-31 16:00"), when="2023-04-01 12:00"))).text
    assert "受付番号 3 の件の続きとして記録しました。" in told
    assert "おつなぎ" not in told


# What takes one back.


@pytest.mark.parametrize("text", ["やっぱり取り消します", "取り消してください", "キャンセルで"])
@pytest.mark.parametrize("when", [SOON, LATER])
def test_words_that_take_a_question_back_are_asked_about(book: Book, text: str, when: str) -> None:
    assert decided(book, Text(text), having(opened(3), closed(2, "2022-07-03 10:00"), when=when)) == [
        Reply(book.phrase("confirm_cancel", number=3), choices=(Choice("取り消す", "cancel:3"),), ticket=3)
    ]


@pytest.mark.parametrize("tickets", [(opened(2), opened(3)), (closed(3, "2022-07-03 10:00"),)])
def test_they_are_like_any_words_where_it_is_not_clear_what_they_take_back(
    book: Book, tickets: tuple[Ticket, ...]
) -> None:
    effects = decided(book, Text("取り消してください"), having(*tickets, when=LATER))
    assert recorded(effects)[-1] == Record(3, Action.SAID, text="取り消してください")


# However many replies wait.


@pytest.mark.parametrize("backlog", [20, 21])
@pytest.mark.parametrize(
    "situation",
    [having(), having(opened(3), when=SOON), having(opened(3), when=LATER), having(claim(opened(3), "佐藤"))],
    ids=["a new ticket", "a burst", "an open ticket", "in hand"],
)
def test_what_is_for_staff_reaches_them_however_many_replies_wait(
    book: Book, situation: Situation, backlog: int
) -> None:
    flooded = replace(situation, backlog=backlog)
    assert decided(book, Text(PARKING), flooded) == decided(book, Text(PARKING), situation)


@pytest.mark.parametrize("text", ["協力事業所に登録するにはどうすればよいですか", "お店で体験の人を受け入れたいです"])
def test_who_asks_how_to_become_a_partner_can_begin_at_a_tap(book: Book, text: str) -> None:
    assert "intake:start" in [choice.value for choice in reply(decided(book, Text(text), having())).choices]
