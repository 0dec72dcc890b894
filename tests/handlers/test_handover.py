"""How a question reaches staff: when a ticket is opened, what joins it, what reopens one, and what is said of it."""

from dataclasses import replace

import pytest

from handlers.belonging import put_on
from handlers.effects import Choice, OpenTicket, Record, Remember, Reply, SaveTicket
from handlers.message import Command, Media, Tap, Text
from handlers.rules import Rules
from handlers.situation import Offered, Situation
from handlers.ticket import Action, Resolution, Ticket, TicketKind, add, claim, close, reopen
from knowledge.book import Book
from knowledge.finding import Outcome, Turn
from tests.handlers.asking import TICKET, decided, having, only, opened, recorded, reply, saved
from tests.moments import at

FEE = "セミナーの参加費はかかりますか"
PARKING = "会場に駐車場はありますか"
NOT_THERE = "駐車場については、ご案内の資料に記載がありません。"
SIGNING = "手話通訳はつきますか"
DANGER = "もう死にたいです"
CONFIRM = Rules(confirm=True)
SOON, LATER = "2022-07-04 09:00:20", "2022-07-04 09:01"


def closed(number: int, when: str, resolution: Resolution = Resolution.ANSWERED) -> Ticket:
    return close(claim(opened(number), "佐藤"), resolution, at(when))


def application(number: int) -> Ticket:
    return replace(opened(number), kind=TicketKind.EMPLOYER)


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


# What joins a ticket.


def test_a_burst_of_messages_becomes_one_ticket(book: Book) -> None:
    situation = having(opened(3), when=SOON)
    for text in (SIGNING, "車椅子です", "👍", "/"):
        effects = decided(book, Text(text), situation)
        assert [effect for effect in effects if isinstance(effect, Reply | OpenTicket)] == []
        assert recorded(effects) == [Record(3, Action.SAID, text=text)]
        assert saved(effects) == add(opened(3), at(SOON))


def test_every_message_of_a_burst_prolongs_it(book: Book) -> None:
    ticket = add(opened(3), at(SOON))
    effects = decided(book, Text(SIGNING), having(ticket, when="2022-07-04 09:00:40"))
    assert [effect for effect in effects if isinstance(effect, Reply)] == []


def test_a_burst_is_answered_where_the_answer_is_sure_and_read_by_staff_all_the_same(book: Book) -> None:
    situation = having(opened(3), when=SOON)
    reply, *rest = decided(book, Text(FEE), situation)
    assert [reply, rest[-1]] == decided(book, Text(FEE), having(when=SOON))
    assert rest[:-1] == put_on(opened(3), FEE, situation.now)


def test_what_the_desk_knows_is_not_put_on_a_ticket_after_the_burst(book: Book) -> None:
    assert decided(book, Text(FEE), having(opened(3), when=LATER)) == decided(book, Text(FEE), having(when=LATER))


def test_a_caption_in_a_burst_says_to_staff_what_it_stood_beside(book: Book) -> None:
    effects = decided(book, Media("photo", PARKING), having(opened(3), when=SOON))
    assert recorded(effects) == [Record(3, Action.SAID, text=f"(写真) {PARKING}")]
    assert [effect for effect in effects if isinstance(effect, Reply)] == []


def test_a_later_question_goes_to_the_open_ticket_with_a_word(book: Book) -> None:
    situation = having(opened(3), opened(5), when=LATER)
    assert decided(book, Text(PARKING), situation) == [
        Reply(
            f"{NOT_THERE}\n\n受付番号 5 の件に書き添えました。担当者が確認します。",
            Outcome.HANDOFF,
            entries=("gap-parking",),
            ticket=5,
            question=PARKING,
        ),
        SaveTicket(add(opened(5), at(LATER))),
        Record(5, Action.SAID, text=PARKING),
        Remember(Turn(PARKING, ("gap-parking",))),
    ]


@pytest.mark.parametrize(
    "content", [Text("人と話したい"), Command("human", PARKING), Tap("none", 41), Tap("human", 41)]
)
@pytest.mark.parametrize("rules", [Rules(), CONFIRM])
def test_asking_for_staff_again_opens_no_second_ticket(book: Book, content: Text | Command | Tap, rules: Rules) -> None:
    offered = Offered(41, PARKING, Outcome.SUGGEST, (), ("none", "human")) if isinstance(content, Tap) else None
    effects = decided(book, content, having(opened(3), when=SOON, rules=rules, offered=offered))
    assert [effect for effect in effects if isinstance(effect, OpenTicket)] == []
    assert [(record.ticket, record.action) for record in recorded(effects)] == [(3, Action.SAID)]
    assert "受付番号 3 の件に書き添えました" in reply(effects).text


def test_a_sure_answer_is_given_beside_an_open_ticket(book: Book) -> None:
    assert decided(book, Text(FEE), having(opened(3), when=LATER)) == decided(book, Text(FEE), having(when=LATER))


def test_staff_read_too_what_somebody_writes_who_asked_for_them(book: Book) -> None:
    asked = replace(opened(3), reason="asked for staff")
    effects = decided(book, Text(FEE), having(asked, when=SOON))
    assert reply(effects).entries == ("seminar-fee",)
    assert recorded(effects) == [Record(3, Action.SAID, text=FEE)]
    assert recorded(decided(book, Text("ありがとうございます"), having(asked, when=SOON))) == []


def test_a_question_does_not_go_to_an_application(book: Book) -> None:
    assert only(OpenTicket, decided(book, Text(PARKING), having(application(3), when=SOON))).number == TICKET


@pytest.mark.parametrize("owner", [None, "佐藤"])
def test_danger_makes_the_open_ticket_urgent(book: Book, owner: str | None) -> None:
    ticket = opened(3) if owner is None else claim(opened(3), owner)
    effects = decided(book, Text(DANGER), having(ticket, when=LATER))
    assert (reply(effects).urgent, reply(effects).ticket) == (True, 3)
    assert "0120-279-338" in reply(effects).text
    assert saved(effects) == replace(add(ticket, at(LATER)), urgent=True, asked_at=at(LATER))
    assert recorded(effects) == [Record(3, Action.SAID, text=DANGER)]


def test_danger_calls_staff_anew_who_were_reminded_of_the_ticket_before(book: Book) -> None:
    ticket = replace(claim(opened(3), "佐藤"), urgent=True, reminders=3, apologised=True)
    rung = saved(decided(book, Text(DANGER), having(ticket, when=LATER)))
    assert (rung.asked_at, rung.reminders, rung.apologised) == (at(LATER), 0, False)


def test_someone_in_danger_at_night_is_told_that_staff_may_not_see_it_at_once(book: Book) -> None:
    handed = reply(decided(book, Text(DANGER), having(when="2022-07-04 23:00")))
    assert handed.text.endswith(book.phrase("danger_off_hours"))
    assert "受付順" not in handed.text


# What reopens one.


def test_a_question_within_two_weeks_reopens_the_ticket_closed_last(book: Book) -> None:
    early, late = closed(3, "2022-07-02 10:00"), closed(2, "2022-07-03 10:00", Resolution.NOT_OURS)
    situation = having(late, early)
    effects = decided(book, Text(PARKING), situation)
    assert effects[1:] == [
        SaveTicket(reopen(late, situation.now)),
        Record(2, Action.REOPENED),
        Record(2, Action.SAID, text=PARKING),
        Remember(Turn(PARKING, ("gap-parking",))),
    ]
    assert reply(effects).ticket == 2
    assert "受付番号 2 の件の続きとして、担当者におつなぎします。" in reply(effects).text
    assert reply(effects).choices == (Choice("取り消す", "cancel:2"),)


@pytest.mark.parametrize(
    "ticket",
    [
        closed(3, "2022-06-20 08:59"),
        closed(3, "2022-07-03 10:00", Resolution.CANCELLED),
        replace(closed(3, "2022-07-03 10:00"), kind=TicketKind.EMPLOYER),
    ],
    ids=["long ago", "cancelled", "an application"],
)
def test_other_closed_tickets_stay_closed(book: Book, ticket: Ticket) -> None:
    effects = decided(book, Text(PARKING), having(ticket))
    assert (only(OpenTicket, effects).number, recorded(effects)) == (TICKET, [])


@pytest.mark.parametrize(
    "text",
    ["ありがとうございました", "返信ありがとうございます", "助かりました!", "こんにちは", FEE, "🙏", "わかりました"],
)
def test_thanks_small_talk_and_known_questions_reopen_nothing(book: Book, text: str) -> None:
    effects = decided(book, Text(text), having(closed(3, "2022-07-03 10:00")))
    assert reply(effects).text
    assert [effect for effect in effects if isinstance(effect, SaveTicket | Record | OpenTicket)] == []


def test_an_open_ticket_goes_before_a_closed_one(book: Book) -> None:
    effects = decided(book, Text(PARKING), having(opened(2), closed(3, "2022-07-03 10:00"), when=LATER))
    assert (reply(effects).ticket, [record.action for record in recorded(effects)]) == (2, [Action.SAID])


def test_reopening_is_asked_about_where_handing_over_is(book: Book) -> None:
    offer = reply(decided(book, Text(PARKING), having(closed(3, "2022-07-03 10:00"), rules=CONFIRM)))
    assert [choice.value for choice in offer.choices] == ["human", "no_staff"]


def test_danger_is_a_matter_of_its_own(book: Book) -> None:
    effects = decided(book, Text(DANGER), having(closed(3, "2022-07-03 10:00")))
    assert (only(OpenTicket, effects).urgent, recorded(effects)) == (True, [])


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
