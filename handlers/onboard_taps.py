"""What a tap means for an application as partner employer. An old button does nothing that is not asked for now."""

from collections.abc import Callable
from functools import partial

from handlers.ask import answer_text
from handlers.effects import DropIntake, Effect, Reply
from handlers.follow import follow_up
from handlers.intake import CONSENT, FIELDS, FORMS, WISHES, Intake
from handlers.message import Text
from handlers.onboard_questions import FORM_KEYS, PREFIX, choice
from handlers.onboard_steps import (
    afresh,
    begin,
    consent,
    correct,
    decide_forms,
    erase,
    go_back,
    is_answerable,
    keep,
    leave,
    rest,
    restart,
    send,
    sent_before,
    show,
    skip,
    take,
    toggle,
)
from handlers.situation import Situation
from knowledge.book import Book

Step = Callable[[Intake, Situation, Book], list[Effect]]


def tapped(value: str, situation: Situation, book: Book) -> list[Effect]:
    """The effects of a tap; `value` begins with PREFIX. It is judged on how far the application is."""
    deed = value.removeprefix(PREFIX)
    if deed == "start":
        return begin(situation, book)
    if situation.intake is None:
        return _without(deed, situation, book)
    if deed == "ask":
        return _ask(situation.intake, situation, book)
    step = _step(deed, situation.intake, situation)
    if step is None:
        return show(situation.intake, situation, book, book.phrase("onboard_old_choice"))
    return step(situation.intake, situation, book)


def _without(deed: str, situation: Situation, book: Book) -> list[Effect]:
    """An old button, where nothing is underway: what the platform tells of its post is not kept either."""
    if deed == "restart":
        return afresh(situation, book)
    sent = sent_before(situation)
    if sent is None:
        return [DropIntake(), Reply(book.phrase("onboard_nothing"), choices=(choice("onboard_start", "start", book),))]
    return [DropIntake(), Reply(book.phrase("onboard_sent_already", number=sent))]


def _step(deed: str, intake: Intake, situation: Situation) -> Step | None:
    """What is done; None where it is not what is asked for now."""
    anytime: dict[str, Step] = {
        "resume": show,
        "restart": restart,
        "later": rest,
        "cancel": leave,
        "erase": erase,
    }
    return anytime.get(deed) or _step_of_summary(deed, intake) or _step_of_field(deed, intake, situation)


def _step_of_summary(deed: str, intake: Intake) -> Step | None:
    verb, _, name = deed.partition(":")
    if not intake.is_complete:
        return None
    if deed == "send" and not intake.step:
        return send
    return partial(correct, name) if verb == "fix" and name in FIELDS and name != CONSENT else None


def _step_of_field(deed: str, intake: Intake, situation: Situation) -> Step | None:
    """What can be done at the field that is asked for."""
    name = intake.step
    steps: dict[str, Step] = {f"back:{name}": go_back} if name and not intake.is_complete else {}
    if intake.answer(name) is not None:
        steps[f"keep:{name}"] = keep
    if name == WISHES:
        steps[f"skip:{WISHES}"] = skip
    if name == FORMS:
        steps |= {"decide": decide_forms, **{f"form:{key}": partial(toggle, key) for key in FORM_KEYS}}
    if name == CONSENT:
        steps |= {"yes": partial(consent, True), "no": partial(consent, False)}
    if _doubted(f"take:{name}", situation) and is_answerable(intake):
        steps[f"take:{name}"] = partial(take, _words(situation))
    return steps.get(deed)


def _doubted(deed: str, situation: Situation) -> bool:
    return situation.offered is not None and f"{PREFIX}{deed}" in situation.offered.choices


def _words(situation: Situation) -> str:
    return situation.offered.question if situation.offered else ""


def _ask(intake: Intake, situation: Situation, book: Book) -> list[Effect]:
    """A text that was not meant as an answer, as if it had been written now."""
    if not _doubted("ask", situation):
        return [Reply(book.phrase("expired_choice"))]
    question = _words(situation)
    effects = follow_up(Text(question), situation, book)
    if effects is not None:
        return effects
    again = show(intake, situation, book, book.phrase("onboard_back_to_it"))
    return [*answer_text(question, situation, book), *again]
