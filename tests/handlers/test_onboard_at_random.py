"""Owners who do anything in any order: nothing is sent without consent, nothing told is lost."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.effects import DropIntake, OpenTicket, Remember
from handlers.intake import FIELDS
from handlers.message import Edit, Media, Tap, Text
from knowledge.book import Book
from tests.handlers.applying import TOLD, Owner, applying

RANDOM = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

WORDS = (
    *TOLD,
    "はい",
    "いいえ",
    "同意する",
    "この内容で送る",
    "戻る",
    "やめる",
    "あとで",
    "続きから",
    "千葉",
    "0312345678",
    "うーん",
    "なぜですか",
)
DEEDS = ("start", "resume", "restart", "later", "cancel", "erase", "send", "yes", "no", "decide", "ask", "form:trial")
DEEDS += tuple(f"{verb}:{name}" for verb in ("back", "keep", "fix", "skip", "take") for name in FIELDS)
DOINGS = st.one_of(
    st.sampled_from(WORDS).map(Text),
    st.sampled_from(WORDS).map(Edit),
    st.sampled_from(DEEDS).map(lambda deed: Tap(f"intake:{deed}", 1)),
    st.integers(0, 12),
    st.just(Media("photo", "店の写真")),
)


def _does(owner: Owner, doing: object) -> None:
    """A number stands for what the latest reply offers at that place."""
    if not isinstance(doing, int):
        owner.does(doing)  # type: ignore[arg-type]
        return
    choices = owner.offers.choices
    if choices:
        owner.does(Tap(choices[doing % len(choices)].value, 1))


@RANDOM
@given(doings=st.lists(DOINGS, max_size=25))
def test_nothing_is_sent_without_consent_to_all_that_is_sent(book: Book, doings: list[object]) -> None:
    owner = applying(book, "みどり食堂")
    for doing in doings:
        form = owner.intake
        _does(owner, doing)
        for ticket in owner.sent:
            if ticket.reason == "employer application":
                assert form is not None
                assert form.answer("consent") == "同意する"
                assert all(text in ticket.question for _, text in form.answers)


@RANDOM
@given(doings=st.lists(DOINGS, max_size=25))
def test_what_was_told_stays_until_it_is_told_anew_sent_or_deleted(book: Book, doings: list[object]) -> None:
    owner = applying(book, *TOLD[:5])
    for doing in doings:
        before = owner.intake
        _does(owner, doing)
        if before is None or any(isinstance(effect, DropIntake) for effect in owner.effects) or owner.sent:
            continue
        assert owner.intake is not None
        assert {name for name, _ in before.answers} <= {name for name, _ in owner.intake.answers}


@RANDOM
@given(doings=st.lists(st.sampled_from(["戻る", "このままにする"]), max_size=30))
def test_going_back_and_forth_changes_no_answer(book: Book, doings: list[str]) -> None:
    owner = applying(book, *TOLD)
    for label in doings:
        if label in owner.offered:
            owner.taps(label)
    for _ in FIELDS:
        if "このままにする" in owner.offered:
            owner.taps("このままにする")
    assert owner.form == applying(book, *TOLD).form


@RANDOM
@given(doings=st.lists(DOINGS, max_size=25))
def test_it_can_be_deleted_from_wherever_one_is(book: Book, doings: list[object]) -> None:
    owner = applying(book, "みどり食堂")
    for doing in doings:
        _does(owner, doing)
    if owner.intake is None:
        return
    owner.forges("intake:cancel")
    owner.forges("intake:erase")
    assert (owner.intake, owner.effects[0]) == (None, DropIntake())


@RANDOM
@given(doings=st.lists(DOINGS.filter(lambda doing: doing != Tap("intake:ask", 1)), max_size=15))
def test_no_answer_is_remembered(book: Book, doings: list[object]) -> None:
    owner = applying(book, *TOLD)
    for doing in doings:
        if owner.intake is None or owner.intake.state != "asking":
            return
        _does(owner, doing)
        kept = [effect.turn.text for effect in owner.effects if isinstance(effect, Remember)]
        kept += [effect.question for effect in owner.effects if isinstance(effect, OpenTicket)]
        assert owner.intake is None or not [text for text in kept if any(told in text for told in TOLD)]
