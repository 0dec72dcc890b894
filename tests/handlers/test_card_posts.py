"""What happened to a ticket, as posts in its thread; and answers with what became of them."""

from dataclasses import replace

import pytest

from handlers.card import CHANNELS, answer_post, post_of
from handlers.card import REASONS as CARD_REASONS
from handlers.effects import Choice, Reply, StaffMarks
from handlers.posts import HEADS, LINES, REASONS, STATES
from handlers.staff_prompts import PROMPTS
from handlers.ticket import Action, Resolution, TicketState
from knowledge.book import Book
from knowledge.lint import find_phrase_faults
from tests.handlers.staffing import NEW, SATO, answered, event

QUIET = StaffMarks()
REPLY = Choice("返信", "staff:reply:12")
CHANGES = (Choice("修正", "staff:edit:12:41"), Choice("取り消し", "staff:withdraw:12:41"))


@pytest.mark.parametrize("is_urgent", [True, False])
@pytest.mark.parametrize(
    ("action", "text"),
    [
        (Action.SAID, "参加者:\n付き添いもいます"),
        (Action.EDITED, "参加者がメッセージを書き直しました。\n付き添いもいます"),
    ],
)
def test_the_participants_words_can_be_answered_right_there(
    book: Book, action: Action, text: str, is_urgent: bool
) -> None:
    said = event(2, action, text="付き添いもいます", line=20)
    assert post_of(said, replace(NEW, urgent=is_urgent), book) == Reply(
        text, choices=(REPLY,), ticket=12, marks=StaffMarks(invites="reply:12", loud=is_urgent)
    )


@pytest.mark.parametrize(
    ("action", "actor", "said", "text"),
    [
        (Action.NOTED, SATO, "明日見ます", "メモ(佐藤): 明日見ます"),
        (Action.RELEASED, SATO, "", "佐藤さんが担当を外れました。"),
        (Action.HANDED, SATO, "田中", "佐藤さんから田中さんに引き継がれました。"),
        (Action.CLOSED, SATO, "対応済み", "佐藤さんが終了しました(対応済み)。"),
        (Action.REOPENED, SATO, "", "佐藤さんがこの件を再開しました。"),
        (Action.REOPENED, "", "", "参加者がこの件を再開しました。"),
        (Action.CANCELLED, "", "", "参加者がこの件を取り消しました。"),
        (Action.BOT_WANTED, "", "", "参加者は自動応答に戻りました。この件は受け付けたままです。"),
        (Action.RATED, "", "よかった", "参加者の評価: よかった"),
        (Action.COMMENTED, "", "早かったです", "参加者のコメント: 早かったです"),
        (Action.REMINDED, "", "30分", "参加者が30分待っています。対応をお願いします。"),
        (Action.ESCALATED, "", "", "まだ返信がありません。リーダーの方は確認をお願いします。"),
        (Action.APOLOGISED, "", "", "参加者に、お待たせしているおわびを送りました。"),
        (Action.EXPIRED, "", "", "参加者の返事がないまま期限が過ぎたため、終了しました。"),
        (Action.DRAFTED, SATO, "", "佐藤さんがFAQの下書きにしました。"),
        (Action.PUBLISHED, SATO, "car-park", "佐藤さんがFAQとして公開しました。"),
        (Action.DRAFT_DROPPED, SATO, "", "佐藤さんがFAQの下書きを取り下げました。"),
        (Action.STEP_DONE, SATO, "ご連絡: 済み", "佐藤さん: ご連絡: 済み"),
    ],
)
def test_what_happened_is_told_in_a_line(book: Book, action: Action, actor: str, said: str, text: str) -> None:
    assert post_of(event(2, action, actor, said), NEW, book) == Reply(text, ticket=12, marks=QUIET)


@pytest.mark.parametrize("action", [Action.REMINDED, Action.ESCALATED, Action.REOPENED])
def test_what_calls_for_somebody_rings_where_it_is_urgent(book: Book, action: Action) -> None:
    told = post_of(event(2, action), replace(NEW, urgent=True), book)
    assert told is not None
    assert told.marks == StaffMarks(loud=True)


@pytest.mark.parametrize(
    "action",
    [Action.OPENED, Action.CLAIMED, Action.WAITING, Action.GROUPED, Action.REFUSED, *HEADS],
)
def test_what_the_card_shows_and_answers_are_no_lines(book: Book, action: Action) -> None:
    assert post_of(event(2, action, SATO, "車椅子で参加できますか", line=41), NEW, book) is None


def test_every_action_has_its_place(book: Book) -> None:
    shown = {action for action in Action if post_of(event(2, action, SATO, "x", line=41), NEW, book)}
    by_the_card = {Action.OPENED, Action.CLAIMED, Action.WAITING, Action.GROUPED, Action.REFUSED}
    assert shown | by_the_card | set(HEADS) == set(Action)


def test_a_question_that_the_card_cuts_stands_in_the_thread(book: Book) -> None:
    question = "長い" * 600
    told = post_of(event(1, Action.OPENED, text=question, line=12), replace(NEW, question=question), book)
    assert told is not None
    assert told.text == f"参加者:\n{question}"


@pytest.mark.parametrize(
    ("state", "error", "outcome"),
    [
        ("queued", None, "送信中"),
        ("sending", None, "送信中"),
        ("sent", None, "届きました"),
        ("unknown", "timeout", "届いたかどうか確認できません"),
    ],
)
def test_an_answer_shows_what_became_of_it_and_can_be_changed(
    book: Book, state: str, error: str | None, outcome: str
) -> None:
    """Peers' complaint 8: staff replies never reach the customer, and nobody knows."""
    assert answer_post(answered(book, 2, 41), state, error, book) == Reply(
        f"↩ 佐藤さん:\nはい\n― {outcome}", choices=CHANGES, ticket=12, marks=QUIET
    )


@pytest.mark.parametrize(
    ("error", "why"),
    [
        ("blocked", "相手がこのデスクをブロックしています"),
        ("user_disabled", "相手がもう利用していません"),
        ("unreachable", "相手のサービスにつながりません"),
        ("too long", "too long"),
        (None, "理由は不明です"),
    ],
)
def test_staff_are_told_why_an_answer_did_not_arrive(book: Book, error: str | None, why: str) -> None:
    told = answer_post(answered(book, 2, 41), "failed", error, book)
    assert told == Reply(f"↩ 佐藤さん:\nはい\n― 届きませんでした({why})", ticket=12, marks=QUIET)


def test_an_answer_that_was_taken_back_in_time_cannot_be_changed(book: Book) -> None:
    told = answer_post(answered(book, 2, 41), "cancelled", None, book)
    assert told == Reply("↩ 佐藤さん:\nはい\n― 送る前に取り消しました", ticket=12, marks=QUIET)


@pytest.mark.parametrize(
    ("action", "state", "text"),
    [
        (Action.ASKED_BACK, "sent", "↩ 佐藤さん(質問):\nはい\n― 届きました"),
        (Action.REVISED, "sent", "↩ 佐藤さん(修正):\nはい\n― 修正しました"),
        (Action.REVISED, "failed", "↩ 佐藤さん(修正):\nはい\n― 修正できませんでした(理由は不明です)"),
        (Action.WITHDRAWN, "sent", "↩ 佐藤さん(返信の取り消し)\n― 参加者の画面から取り消しました"),
        (Action.WITHDRAWN, "failed", "↩ 佐藤さん(返信の取り消し)\n― 取り消せませんでした(理由は不明です)"),
        (Action.WITHDRAWN, "cancelled", "↩ 佐藤さん(返信の取り消し)\n― 送る前に取り消しました"),
    ],
)
def test_staff_see_whether_a_change_worked(book: Book, action: Action, state: str, text: str) -> None:
    assert answer_post(replace(answered(book, 2, 41), action=action), state, None, book).text == text


def test_what_was_withdrawn_has_no_buttons(book: Book) -> None:
    withdrawn = event(3, Action.WITHDRAWN, SATO, line=41)
    assert answer_post(withdrawn, "sent", None, book).choices == ()


def test_every_sentence_chosen_by_a_table_is_there(book: Book) -> None:
    heads = {head: {"name", "text", "outcome"} for head, _ in HEADS.values()}
    outcomes = {f"{beginning}_{state}": {"why"} for _, beginning in HEADS.values() for state in STATES}
    said = {
        **heads,
        **outcomes,
        **{key: {"name", "text"} for key in LINES.values()},
        **{key: set[str]() for key in REASONS.values()},
        **{key: set[str]() for key in (*CARD_REASONS.values(), *CHANNELS.values())},
        **{key: {"number"} for key in PROMPTS.values()},
        **{f"staff_state_{state}": set[str]() for state in TicketState},
        **{f"staff_resolution_{resolution}": set[str]() for resolution in Resolution},
        **{f"staff_step_{how}": {"step"} for how in ("done", "undone")},
        **{f"staff_step_{how}_told": {"number", "step"} for how in ("done", "undone")},
        "staff_post_reopened": {"name"},
        "staff_post_reopened_by": {"name"},
        "staff_post_said": {"text"},
        "staff_post_edited": {"text"},
    }
    assert find_phrase_faults(book.phrases, said) == []
