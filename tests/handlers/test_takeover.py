"""What happens while a person talks to the participant: the bot keeps silent, and everything reaches staff."""

from dataclasses import replace

import pytest

from handlers.effects import Choice, Effect, Record, Reply, SaveTicket
from handlers.message import Act, Command, Content, Edit, Media, Tap, Text
from handlers.presence import claimed_note, sorry_note, taking_over
from handlers.rules import Rules
from handlers.status import status_of
from handlers.ticket import Action, Resolution, Ticket, TicketKind, TicketState, add, ask_back, claim, close, release
from handlers.ticket import reply as answer
from knowledge.book import Book
from tests.handlers import staffing
from tests.handlers.asking import NOW, command, decided, having, opened, recorded, reply, saved
from tests.moments import at

FEE = "セミナーの参加費はかかりますか"
PARKING = "会場に駐車場はありますか"
DANGER = "もう死にたいです"
LATER = "2022-07-04 09:01"
TAKEN = claim(opened(3), "佐藤")


def on_ticket(text: str, number: int = 3) -> list[Effect]:
    return [SaveTicket(add(TAKEN, at(LATER))), Record(number, Action.SAID, text=text)]


@pytest.mark.parametrize(
    "text",
    [
        FEE,
        PARKING,
        "こんにちは",
        "ありがとう。あと駐車場は",
        "人と話したい",
        "返信: はい",
        "👍",
        "やっぱり取り消します",
        "3",
    ],
)
def test_the_bot_keeps_silent_after_a_person_took_over(book: Book, text: str) -> None:
    assert decided(book, Text(text), having(TAKEN, when=LATER)) == on_ticket(text)


@pytest.mark.parametrize("ticket", [release(TAKEN), answer(TAKEN, "佐藤"), ask_back(TAKEN, "佐藤", at(NOW))])
def test_it_keeps_silent_whatever_staff_do_until_they_close_it(book: Book, ticket: Ticket) -> None:
    assert [e for e in decided(book, Text(FEE), having(ticket)) if isinstance(e, Reply)] == []


def test_an_answer_to_what_staff_asked_makes_it_their_turn_again(book: Book) -> None:
    waiting = ask_back(TAKEN, "佐藤", at(NOW))
    ticket = saved(decided(book, Text("10人です"), having(waiting, when=LATER)))
    assert (ticket.state, ticket.waiting_since, ticket.asked_at) == (TicketState.CLAIMED, None, at(LATER))


def test_the_bot_speaks_again_once_the_ticket_is_closed(book: Book) -> None:
    done = close(TAKEN, Resolution.ANSWERED, at(NOW))
    assert decided(book, Text(FEE), having(done, when=LATER)) == decided(book, Text(FEE), having(when=LATER))


@pytest.mark.parametrize(
    ("media", "shown"),
    [
        (Media("photo"), "(写真)"),
        (Media("voice", PARKING), f"(音声) {PARKING}"),
        (Media("hologram", " "), "(メッセージ)"),
    ],
)
def test_what_is_not_text_reaches_staff_by_its_kind(book: Book, media: Media, shown: str) -> None:
    assert decided(book, media, having(TAKEN, when=LATER)) == on_ticket(shown)


@pytest.mark.parametrize("content", [Command("menu"), Command("help"), Command("ask"), Tap("entry:seminar-next")])
def test_commands_and_taps_are_answered_all_the_same(book: Book, content: Content) -> None:
    assert decided(book, content, having(TAKEN, when=LATER)) == decided(book, content, having(when=LATER))


def test_a_command_for_staff_reaches_the_person_who_is_there(book: Book) -> None:
    effects = decided(book, Command("human", PARKING), having(TAKEN, when=LATER))
    assert [(record.ticket, record.action) for record in recorded(effects)] == [(3, Action.SAID)]


@pytest.mark.parametrize("words", [FEE, DANGER, "ありがとうございます", "自動応答に戻して", "進み具合は"])
def test_words_behind_ask_are_words_to_the_person_who_is_there(book: Book, words: str) -> None:
    situation = having(TAKEN, when=LATER)
    assert decided(book, Command("ask", words), situation) == decided(book, Text(words), situation)
    assert decided(book, Text(f"/ask {words}"), situation) == decided(book, Text(words), situation)


def test_the_desk_itself_tells_how_far_it_is(book: Book) -> None:
    situation = having(TAKEN, when=LATER)
    assert decided(book, Text("進み具合は"), situation) == [status_of(situation, book)]


@pytest.mark.parametrize(
    "ticket", [TAKEN, answer(TAKEN, "佐藤"), ask_back(TAKEN, "佐藤", at(NOW)), release(answer(TAKEN, "佐藤"))]
)
def test_thanks_reach_staff_and_are_nothing_to_answer(book: Book, ticket: Ticket) -> None:
    assert decided(book, Text("ありがとうございました"), having(ticket, when=LATER)) == [
        SaveTicket(replace(ticket, last_at=at(LATER))),
        Record(3, Action.SAID, text="ありがとうございました"),
    ]


def test_an_answer_that_is_taken_back_after_thanks_is_owed_again(book: Book) -> None:
    told = (staffing.answered(book, 2, 41), staffing.event(3, Action.SAID, text="ありがとうございます"))
    effects = decided(book, Act("withdraw", 12, target="41"), staffing.room(staffing.ANSWERED, *told))
    assert saved(effects).asked_at == at(staffing.NOW)


def test_a_picture_with_thanks_is_to_be_looked_at(book: Book) -> None:
    answered = answer(TAKEN, "佐藤")
    assert saved(decided(book, Media("photo", "ありがとう"), having(answered, when=LATER))).asked_at == at(LATER)


@pytest.mark.parametrize("content", [Text(DANGER), Media("photo", DANGER), Edit(DANGER)])
def test_someone_in_danger_is_answered_at_once_also_then(book: Book, content: Content) -> None:
    effects = decided(book, content, having(TAKEN, when=LATER, before="はい", before_on=3))
    assert (reply(effects).urgent, reply(effects).ticket, saved(effects).urgent) == (True, 3, True)
    assert recorded(effects) == [Record(3, Action.SAID, text=DANGER)]


def test_nothing_but_blanks_is_nothing_to_staff(book: Book) -> None:
    assert recorded(decided(book, Text(" \n"), having(TAKEN))) == []


def test_words_go_to_the_question_that_is_in_hand(book: Book) -> None:
    form = replace(claim(opened(4), "鈴木"), kind=TicketKind.EMPLOYER)
    effects = decided(book, Text(PARKING), having(TAKEN, form, opened(5), when=LATER))
    assert effects == on_ticket(PARKING)
    assert recorded(decided(book, Text(PARKING), having(form))) == [Record(4, Action.SAID, text=PARKING)]


# Back to the bot.


@pytest.mark.parametrize(
    "content",
    [
        Tap("bot:3"),
        Text("ボットに聞きたい"),
        Text("自動応答に戻して"),
        Text("ボットに戻してください"),
        Text("AIでいいです"),
    ],
)
def test_the_bot_comes_back_when_it_is_asked_for(book: Book, content: Content) -> None:
    assert decided(book, content, having(TAKEN)) == [
        Reply(book.phrase("bot_back")),
        SaveTicket(replace(TAKEN, taken_over=False)),
        Record(3, Action.BOT_WANTED),
    ]


def test_the_bot_comes_back_from_all_who_talk_to_them(book: Book) -> None:
    other = claim(opened(5), "鈴木")
    effects = decided(book, Tap("bot:3"), having(TAKEN, other))
    assert [effect.ticket for effect in effects if isinstance(effect, SaveTicket)] == [
        replace(TAKEN, taken_over=False),
        replace(other, taken_over=False),
    ]


def test_a_note_that_a_person_took_over_offers_the_way_back(book: Book) -> None:
    assert claimed_note(TAKEN, book) == Reply(
        book.phrase("claimed", number=3), choices=(Choice("自動応答に戻す", "bot:3"),), ticket=3
    )


def test_the_first_answer_of_a_takeover_says_that_a_person_talks_to_them(book: Book) -> None:
    first = taking_over(Reply("はい。", ticket=3, by="staff"), opened(3), book)
    assert first == Reply(
        "はい。\n\nこのあとお書きになることは、そのまま担当者に届きます。",
        choices=(Choice("自動応答に戻す", "bot:3"),),
        ticket=3,
        by="staff",
    )
    assert taking_over(Reply("はい。"), TAKEN, book) == Reply("はい。")


@pytest.mark.parametrize(
    ("when", "next_step"),
    [
        ("2022-07-04 11:00", "受付順に確認"),
        ("2022-07-04 17:00", "7月5日(火)9:00以降"),
        ("2023-05-01 10:00", "終了した"),
    ],
)
def test_the_apology_for_the_wait_says_when_staff_are_there(book: Book, when: str, next_step: str) -> None:
    note = sorry_note(TAKEN, book, Rules(), at(when))
    assert note.text.startswith("受付番号 3 の件は、お待たせしており、申し訳ありません。")
    assert next_step in note.text


# Edits.


@pytest.mark.parametrize("ticket", [opened(3), TAKEN])
def test_an_edit_reaches_staff_as_an_edit(book: Book, ticket: Ticket) -> None:
    situation = having(ticket, when=LATER, before="駐車場は", before_on=3)
    effects = decided(book, Edit(FEE), situation)
    assert effects == [
        SaveTicket(add(situation.tickets[0], at(LATER))),
        Record(3, Action.EDITED, text=f"変更前: 駐車場は\n変更後: {FEE}"),
    ]


def test_a_question_that_is_edited_is_the_ticket_s_question_from_then_on(book: Book) -> None:
    effects = decided(book, Edit(PARKING), having(opened(3, "駐車場は"), before="駐車場は", before_on=3))
    assert saved(effects).question == PARKING


def test_a_question_that_is_edited_asks_no_longer_the_same_as_others(book: Book) -> None:
    grouped = replace(opened(3, "駐車場は"), same_as=2)
    assert saved(decided(book, Edit(PARKING), having(grouped, before="駐車場は", before_on=3))).same_as is None
    assert saved(decided(book, Edit(PARKING), having(grouped, before="はい", before_on=3))).same_as == 2


def test_an_edit_that_changes_nothing_reaches_nobody(book: Book) -> None:
    assert decided(book, Edit(FEE), having(TAKEN, before=FEE, before_on=3)) == []


def test_any_edit_goes_to_the_person_who_is_there(book: Book) -> None:
    effects = decided(book, Edit(PARKING), having(TAKEN, before=FEE))
    assert recorded(effects) == [Record(3, Action.EDITED, text=f"変更前: {FEE}\n変更後: {PARKING}")]
    assert recorded(decided(book, Edit(PARKING), having(TAKEN))) == [Record(3, Action.SAID, text=PARKING)]


def test_an_edit_on_a_closed_ticket_is_read_anew(book: Book) -> None:
    done = close(TAKEN, Resolution.ANSWERED, at(NOW))
    situation = having(done, when=LATER, before="駐車場は", before_on=3)
    assert decided(book, Edit(FEE), situation) == decided(book, Text(FEE), having(done, when=LATER))


def test_an_edit_beside_an_open_ticket_that_it_is_not_on_is_answered(book: Book) -> None:
    situation = having(opened(3), when=LATER, before="参加費")
    assert decided(book, Edit(FEE), situation) == decided(book, Text(FEE), having(opened(3), when=LATER))


# What participants cannot do.


@pytest.mark.parametrize("content", [Tap("staff:close:3"), Tap("staff:"), Act("reply", 3, "はい"), Act("close", 3)])
@pytest.mark.parametrize("tickets", [(), (TAKEN,), (opened(3),)])
def test_a_participant_who_forges_a_button_of_staff_gets_nothing(
    book: Book, content: Content, tickets: tuple[Ticket, ...]
) -> None:
    assert decided(book, content, having(*tickets)) == []


@pytest.mark.parametrize("name", ["queue", "mine"])
def test_the_commands_of_staff_are_unknown_to_participants(book: Book, name: str) -> None:
    assert reply(command(book, name)).text.startswith(book.phrase("unknown_command"))
