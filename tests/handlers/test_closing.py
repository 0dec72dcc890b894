"""The end of a ticket as its participant sees it: cancelling, the closing note, satisfaction, coming back."""

from dataclasses import replace

import pytest

from handlers.closing import closing_note
from handlers.effects import Choice, Effect, Record, Reply, SaveTicket
from handlers.message import Tap, Text
from handlers.rules import Rules
from handlers.ticket import Action, Resolution, Satisfaction, Ticket, TicketKind, claim, close, reopen
from knowledge.book import Book
from tests.handlers.asking import NOW, decided, having, only, opened, recorded, reply, saved
from tests.moments import at

DONE = close(claim(opened(3), "佐藤"), Resolution.ANSWERED, at(NOW))
RATES = (Choice("よかった", "csat:good:3"), Choice("ふつう", "csat:fair:3"), Choice("よくなかった", "csat:bad:3"))
EXPIRED = "expired_choice"


def tapped(book: Book, value: str, *tickets: Ticket) -> list[Effect]:
    return decided(book, Tap(value), having(*tickets))


@pytest.mark.parametrize("ticket", [opened(3), claim(opened(3), "佐藤")])
def test_a_question_can_be_taken_back(book: Book, ticket: Ticket) -> None:
    assert tapped(book, "cancel:3", ticket) == [
        Reply("受付番号 3 の件を取り消しました。"),
        SaveTicket(close(ticket, Resolution.CANCELLED, at(NOW))),
        Record(3, Action.CANCELLED),
    ]


@pytest.mark.parametrize(
    ("resolution", "begins"),
    [
        (Resolution.ANSWERED, "受付番号 3 の件は、これで終了とします。"),
        (Resolution.NOT_OURS, "受付番号 3 の件は、こちらのデスクではお答えできない内容でした。"),
        (Resolution.EXPIRED, "受付番号 3 の件は、しばらくお返事がなかったため、"),
    ],
)
def test_the_closing_note_says_why_and_asks_for_satisfaction(book: Book, resolution: Resolution, begins: str) -> None:
    note = closing_note(replace(DONE, resolution=resolution), book, Rules(reopen_days=10))
    assert note.text.startswith(begins)
    assert "10日以内に続きをお書きいただければ、この件の続きとしてお受けします。" in note.text
    assert (note.choices, note.ticket) == ((*RATES, Choice("この件を続ける", "reopen:3")), 3)


@pytest.mark.parametrize(
    ("ticket", "rules"), [(replace(DONE, kind=TicketKind.EMPLOYER), Rules()), (DONE, Rules(reopen_days=0))]
)
def test_the_closing_note_offers_no_return_where_there_is_none(book: Book, ticket: Ticket, rules: Rules) -> None:
    note = closing_note(ticket, book, rules)
    assert note.choices == RATES
    assert "続き" not in note.text


@pytest.mark.parametrize("how", list(Satisfaction))
def test_satisfaction_is_one_tap_and_invites_a_comment(book: Book, how: Satisfaction) -> None:
    assert tapped(book, f"csat:{how}:3", DONE) == [
        Reply(book.phrase("csat_thanks")),
        SaveTicket(replace(DONE, satisfaction=how)),
        Record(3, Action.RATED, text=book.phrase(f"csat_{how}")),
    ]
    assert "コメント:" in book.phrase("csat_thanks")


def test_a_second_tap_changes_what_was_thought(book: Book) -> None:
    rated = replace(DONE, satisfaction=Satisfaction.GOOD)
    assert saved(tapped(book, "csat:bad:3", rated)).satisfaction is Satisfaction.BAD


@pytest.mark.parametrize(
    "text", ["コメント: 助かりました", "コメント：助かりました", "ご意見:\n助かりました", " 意見: 助かりました "]
)
def test_a_comment_is_kept_and_shown_to_staff(book: Book, text: str) -> None:
    assert decided(book, Text(text), having(DONE)) == [
        Reply(book.phrase("comment_thanks")),
        SaveTicket(replace(DONE, comment="助かりました")),
        Record(3, Action.COMMENTED, text="助かりました"),
    ]


def test_a_comment_goes_to_the_ticket_that_was_rated(book: Book) -> None:
    rated = replace(DONE, satisfaction=Satisfaction.FAIR)
    later = close(opened(5), Resolution.ANSWERED, at("2022-07-04 09:30"))
    assert saved(decided(book, Text("コメント: はい"), having(rated, later))).number == 3


def test_a_comment_without_words_is_asked_for(book: Book) -> None:
    assert decided(book, Text("コメント:"), having(DONE)) == [Reply(book.phrase("comment_empty"))]


def test_danger_in_a_comment_is_seen(book: Book) -> None:
    assert reply(decided(book, Text("コメント: もう死にたいです"), having(DONE))).urgent


def test_a_comment_without_a_closed_ticket_is_words_like_any(book: Book) -> None:
    text = "コメント: セミナーの参加費はかかりますか"
    ticket = opened(3, when="2022-07-04 08:00")
    assert decided(book, Text(text), having(ticket)) == decided(book, Text(text), having())


def test_one_tap_continues_a_closed_ticket(book: Book) -> None:
    effects = tapped(book, "reopen:3", DONE)
    assert effects[1:] == [SaveTicket(reopen(DONE, at(NOW))), Record(3, Action.REOPENED)]
    assert reply(effects).text.startswith("受付番号 3 の件を、もう一度お受けしました。")


@pytest.mark.parametrize(
    ("value", "tickets"),
    [
        ("cancel:3", ()),
        ("cancel:4", (opened(3),)),
        ("cancel:3", (DONE,)),
        ("cancel:", (opened(3),)),
        ("cancel:x:3", (opened(3),)),
        ("cancel:03", (opened(3),)),
        ("cancel:３", (opened(3),)),
        ("bot:4", (claim(opened(3), "佐藤"),)),
        ("bot:3", (DONE,)),
        ("bot:x:3", (opened(3),)),
        ("csat:good:4", (DONE,)),
        ("csat:good:3", (opened(3),)),
        ("csat:best:3", (DONE,)),
        ("csat:3", (DONE,)),
        ("csat:", ()),
        ("reopen:3", ()),
        ("reopen:3", (opened(3),)),
        ("reopen:x:3", (DONE,)),
        ("reopen:3", (replace(DONE, resolution=Resolution.CANCELLED),)),
        ("reopen:3", (replace(DONE, kind=TicketKind.EMPLOYER),)),
        ("reopen:3", (replace(DONE, closed_at=at("2022-06-20 08:59")),)),
    ],
)
def test_a_tap_on_what_is_not_theirs_or_not_so_is_declined(book: Book, value: str, tickets: tuple[Ticket, ...]) -> None:
    assert tapped(book, value, *tickets) == [Reply(book.phrase(EXPIRED))]


def test_cancelling_one_of_two_leaves_the_other(book: Book) -> None:
    effects = tapped(book, "cancel:5", opened(3), opened(5))
    assert only(SaveTicket, effects).ticket.number == 5
    assert recorded(effects) == [Record(5, Action.CANCELLED)]
