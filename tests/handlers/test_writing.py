"""What is decided on a written message, with the book that ships."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from handlers.effects import Choice, Effect, OpenTicket, Remember, Reply
from handlers.message import Text
from handlers.situation import Situation
from knowledge.book import Book
from knowledge.calendar import Asked
from knowledge.finding import Outcome, Turn
from tests.handlers.asking import NOW, TICKET, decided, only, reply, write
from tests.moments import at

FEE = "セミナーの参加費はかかりますか"
PARKING = "会場に駐車場はありますか"
HANDED = "この質問は担当者におつなぎします。受付番号は 7 です。"
KEPT = "この質問の受付番号は 7 です。"
IN_TURN = "担当者が受付順に確認し、こちらでお返事します。"
MORE = "書き添えたいことがあれば、そのままお書きください。"
CANCEL = Choice("取り消す", "cancel:7")


def test_a_known_question_is_answered_with_its_source_and_related_questions(book: Book) -> None:
    fee = book.entry("seminar-fee")
    assert fee is not None
    effects = write(book, FEE)
    assert effects == [
        Reply(
            text=book.answer(fee, at(NOW), Asked(), english=False),
            outcome=Outcome.ANSWER,
            entries=("seminar-fee",),
            sources=(fee.source,),
            related=tuple(Choice(e.title, f"entry:{e.id}") for r in fee.related if (e := book.entry(r))),
            rateable=True,
            question=FEE,
        ),
        Remember(Turn(FEE, ("seminar-fee",))),
    ]


def test_two_questions_in_one_message_are_both_answered(book: Book) -> None:
    answered = reply(write(book, "セミナーの参加費はいくらですか。また、説明会はいつですか。"))
    assert answered.outcome == Outcome.ANSWER
    assert "無料" in answered.text
    assert "6月1日(水)" in answered.text
    assert len(answered.entries) == 2


def test_a_known_gap_is_handed_over_with_its_sentence_and_a_number(book: Book) -> None:
    assert write(book, PARKING) == [
        Reply(
            text=f"駐車場については、ご案内の資料に記載がありません。\n\n{HANDED}\n\n{IN_TURN}\n\n{MORE}",
            outcome=Outcome.HANDOFF,
            entries=("gap-parking",),
            choices=(CANCEL,),
            ticket=TICKET,
            question=PARKING,
        ),
        OpenTicket(TICKET, PARKING, urgent=False, reason="known gap"),
        Remember(Turn(PARKING, ("gap-parking",))),
    ]


def test_an_english_question_is_answered_in_english_before_japanese(book: Book) -> None:
    fee = book.entry("seminar-fee")
    assert fee is not None
    answered = reply(write(book, "Is there a fee for the seminars?"))
    assert (answered.text, answered.entries) == (book.answer(fee, at(NOW), Asked(), english=True), ("seminar-fee",))
    assert answered.text.startswith("The seminars are free of charge.")
    assert "無料です" in answered.text


def test_an_english_question_that_cannot_be_answered_is_handed_over_in_english(book: Book) -> None:
    handed = reply(write(book, "Where can I park my car?"))
    assert (handed.outcome, handed.ticket) == (Outcome.HANDOFF, TICKET)
    assert handed.text.endswith(
        "I am passing your question on to our staff. Your number is 7.\n\n"
        "Our staff look at questions in turn and will reply here.\n\nTo add something, just write it here."
    )
    assert handed.choices == (Choice("Cancel this question", "cancel:7"),)


@pytest.mark.parametrize(
    "text",
    ["死にたいです", "夫に殴られています。逃げたいです", "もう二日何も食べていません。今夜食べるものがありません"],
)
def test_someone_in_danger_is_handed_over_at_once_with_the_emergency_lines(book: Book, text: str) -> None:
    effects = write(book, text)
    handed, ticket = reply(effects), only(OpenTicket, effects)
    assert (handed.outcome, handed.urgent, handed.ticket, handed.entries) == (Outcome.HANDOFF, True, TICKET, ())
    assert (ticket.number, ticket.question, ticket.urgent) == (TICKET, text, True)
    assert ticket.reason.startswith("danger-")
    assert all(number in handed.text for number in ("110", "119", "0120-279-338", "0120-279-889"))
    assert only(Remember, effects) == Remember(Turn(text))


@pytest.mark.parametrize("text", ["", " ", "\n\n", "😀🎉", "👍", "\x00\x01\x02", "\u200b\ufeff", "。。。", "!?"])
def test_a_message_without_words_is_asked_for_words(book: Book, text: str) -> None:
    assert write(book, text) == [Reply(book.phrase("empty"))]


@pytest.mark.parametrize("piece", ["あ", "参加費は", "a b ", "。", "😀", "か?", "第3回と", "\x00", "no wa ", "9/21 "])
def test_a_very_long_message_gets_a_civil_reply(book: Book, piece: str) -> None:
    text = (piece * 100_000)[:100_000]
    answered = reply(write(book, text))
    assert answered.text
    assert len(answered.text) < 2_500


@pytest.mark.parametrize(
    "text", ["\ud800", "a\udfffb", "\ufffe\uffff", "{{ 7*7 }}{% if %}", "<script>alert(1)</script>", "%s %n {0}"]
)
def test_text_that_looks_like_code_is_only_text(book: Book, text: str) -> None:
    assert "49" not in reply(write(book, text)).text


@pytest.mark.parametrize(
    ("when", "taken", "note"),
    [
        (
            "2022-06-30 23:59",
            KEPT,
            "応援デスクの開設期間は2022年7月~2023年3月です。まだ開設前のため担当者はおりません。開設後に確認します。",
        ),
        (
            "2022-07-01 00:00",
            HANDED,
            "いまは受付時間外です。7月1日(金)9:00以降に、担当者が受付順に確認し、こちらでお返事します。",
        ),
        ("2023-03-31 16:59", HANDED, IN_TURN),
        (
            "2023-03-31 17:00",
            HANDED,
            "応援デスクの開設期間は2022年7月~2023年3月で、まもなく終わります。期間中にお返事できないことがあります。",
        ),
        (
            "2023-04-01 00:00",
            KEPT,
            "応援デスクの開設期間(2022年7月~2023年3月)は終了したため、担当者はおりません。ご質問は記録に残します。",
        ),
    ],
)
def test_a_handover_says_when_staff_are_not_there(book: Book, when: str, taken: str, note: str) -> None:
    assert reply(write(book, PARKING, when=when)).text.endswith(f"{taken}\n\n{note}\n\n{MORE}")


@pytest.mark.parametrize("when", ["2022-06-01 09:00", "2023-04-01 09:00"])
def test_someone_in_danger_is_told_when_staff_are_not_there(book: Book, when: str) -> None:
    handed = reply(write(book, "死にたい", when=when))
    assert "担当者はおりません" in handed.text
    assert "0120-279-338" in handed.text


@pytest.mark.parametrize("when", ["2022-05-01 09:00", "2023-05-01 09:00"])
def test_questions_are_answered_before_the_desk_opens_and_after_it_closes(book: Book, when: str) -> None:
    assert reply(write(book, FEE, when=when)).entries == ("seminar-fee",)


@pytest.mark.parametrize("text", [FEE, PARKING, "死にたい", "😀", "それで?"])
def test_the_same_arguments_give_the_same_effects(book: Book, text: str) -> None:
    turns = (Turn("説明会はいつですか", ("briefing-when",)),)
    first = write(book, text, turns)
    for other in ("第3回の内容は", "いつまでですか", "こんにちは"):
        write(book, other)
    assert write(book, text, turns) == first


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60), said=st.lists(st.text(max_size=20), max_size=2))
@example(text="その次は?", said=["第8回はいつ"])
@example(text="前の回は", said=["初回はいつ"])
@example(text="0月0日と99/99と13月", said=[])
@example(text="第０回 9回目 session 0", said=[])
@example(text="のほうは?", said=["", "。"])
def test_no_text_breaks_the_desk(book: Book, text: str, said: list[str]) -> None:
    replies = [e for e in write(book, text, [Turn(s, ("no-such-entry",)) for s in said]) if isinstance(e, Reply)]
    assert [bool(r.text) for r in replies] == [True]


_PIECES = st.sampled_from(
    ["セミナー", "説明会", "応援デスク", "それ", "その次", "第3回", "初回", "最終回", "いつ", "いくら", "来週の水曜",
     "9/21", "今月", "は", "の", "?", "。", "、", " ", "と", "それぞれ", "あと、", "去年", "2のほう", "ﾓｳｼｺﾐ",
     "moushikomi wa ", "how ", "くださいか", "\n"]
)  # fmt: skip


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=st.lists(_PIECES, max_size=10), before=st.lists(_PIECES, max_size=5))
def test_no_jumble_of_words_breaks_the_desk(book: Book, pieces: list[str], before: list[str]) -> None:
    turns = [Turn("".join(before), ("session-8",))] if before else []
    assert reply(write(book, "".join(pieces), turns, when="2022-11-02 16:00")).text


def test_when_too_many_replies_wait_it_is_said_once_and_only_danger_is_answered(book: Book) -> None:
    def told(backlog: int, text: str) -> list[Effect]:
        return decided(book, Text(text), Situation(at(NOW), (), TICKET, backlog=backlog))

    assert told(19, "初回はいつですか") == write(book, "初回はいつですか")
    assert told(20, "初回はいつですか") == [Reply(book.phrase("too_many_waiting"))]
    assert told(21, "初回はいつですか") == []
    assert told(21, "もう死にたいです") == write(book, "もう死にたいです")
