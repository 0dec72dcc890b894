"""The guided application of a business that wants to become a partner employer (協力事業所)."""

from dataclasses import replace
from datetime import timedelta
from unicodedata import normalize

from handlers.ask import answer_text
from handlers.belonging import in_hand
from handlers.effects import Effect, Reply, SaveIntake
from handlers.intake import CONSENT, WISHES, Intake, IntakeState, answered
from handlers.media import KINDS, OTHER_KIND
from handlers.message import Content, Edit, Media, Tap, Text
from handlers.onboard_fields import Told, agrees, is_question, read
from handlers.onboard_questions import FORM, PREFIX, choice, forms_of, label_of
from handlers.onboard_start import wants_to_apply
from handlers.onboard_steps import ask_again, begin, doubt, erase, is_answerable, send, sent_before, show, take
from handlers.onboard_taps import tapped
from handlers.situation import Situation
from handlers.wishes import asks_progress, wants_person
from handlers.wishes_notices import sure_opt_out
from knowledge.book import Book

# After so long a silence a text may be about anything: they are asked whether it is meant as an answer.
LONGEST_SILENCE = timedelta(hours=12)
# Other words for what can be tapped.
_SAME = {
    "やめます": "cancel",
    "キャンセル": "cancel",
    "中止": "cancel",
    "あとで": "later",
    "後で": "later",
    "後で続ける": "later",
    "もどる": "back",
    "スキップ": "skip",
    "特になし": "skip",
    "特にない": "skip",
    "送信": "send",
    "送る": "send",
}


def answer_intake(content: Content, situation: Situation, book: Book) -> list[Effect] | None:
    """The effects of a message that begins an application or belongs to one; None where it does not."""
    match content:
        case Tap(value) if value.startswith(PREFIX):
            return tapped(value, situation, book)
        case Text(text):
            return _written(text, situation, book)
        case Edit(new_text):
            return _edited(new_text, situation, book)
        case Media():
            return _without_words(content, situation, book)
        case _:
            return None


def _written(text: str, situation: Situation, book: Book) -> list[Effect] | None:
    if in_hand(situation.tickets):
        return None
    intake = situation.intake
    if intake is None or intake.state is IntakeState.PAUSED:
        return _taken_up(text, situation, book)
    if _is_no_answer(text, situation, book) or _is_about_tickets(text, situation):
        return None
    if wants_person(text) and intake.step != WISHES:
        return _put_through(text, intake, situation, book)
    return _said(text, intake, situation, book)


def _is_about_tickets(text: str, situation: Situation) -> bool:
    return asks_progress(text) and any(ticket.is_open for ticket in situation.tickets)


def _taken_up(text: str, situation: Situation, book: Book) -> list[Effect] | None:
    """Only by words that say so."""
    intake = situation.intake
    if intake is not None and _plain(text) == book.phrase("onboard_resume"):
        return show(intake, situation, book)
    is_wanted = wants_to_apply(text) and (intake is not None or sent_before(situation) is None)
    return begin(situation, book) if is_wanted and not _is_danger(text, situation, book) else None


def _is_no_answer(text: str, situation: Situation, book: Book) -> bool:
    """What is heard whatever is asked for: that somebody is in danger, that they want no notices any more."""
    return sure_opt_out(text) is not None or _is_danger(text, situation, book)


def _is_danger(text: str, situation: Situation, book: Book) -> bool:
    """Judged by its own words: an answer does not lean on what was said before."""
    return book.consider(text, (), situation.now).urgent


def _put_through(text: str, intake: Intake, situation: Situation, book: Book) -> list[Effect]:
    """To a person; what they write next is about that."""
    resting = SaveIntake(replace(intake, state=IntakeState.PAUSED, at=situation.now))
    waits = Reply(book.phrase("onboard_waits"), choices=(choice("onboard_resume", "resume", book),))
    return [resting, *answer_text(text, situation, book), waits]


def _said(text: str, intake: Intake, situation: Situation, book: Book) -> list[Effect]:
    value = _typed(text, intake, situation, book)
    if value is not None:
        return tapped(value, situation, book)
    if not is_answerable(intake):
        return _decided(text, intake, situation, book)
    is_doubtful = intake.step != WISHES and is_question(text)
    if is_doubtful or _was_silent(intake, situation):
        return doubt(text, intake, situation, book)
    return take(text, intake, situation, book)


def _typed(text: str, intake: Intake, situation: Situation, book: Book) -> str | None:
    """The value of the choice that was written out. Forms are named in a list of their own."""
    shown = (effect for effect in ask_again(intake, situation, book) if isinstance(effect, Reply))
    choices = [one for reply in shown for one in reply.choices if not one.value.startswith(FORM)]
    said = _plain(text)
    deed = _SAME.get(said)
    return next((one.value for one in choices if one.label == said or _verb(one.value) == deed), None)


def _verb(value: str) -> str:
    return value.removeprefix(PREFIX).partition(":")[0]


def _plain(text: str) -> str:
    return normalize("NFKC", text).strip(" 。")


def _was_silent(intake: Intake, situation: Situation) -> bool:
    return intake.at is not None and situation.now - intake.at > LONGEST_SILENCE


def _decided(text: str, intake: Intake, situation: Situation, book: Book) -> list[Effect]:
    """Words where a decision is wanted: to send it, to delete it, to go on."""
    agreed = None if _was_silent(intake, situation) else agrees(text)
    if agreed and intake.state is not IntakeState.RETURNING:
        return (erase if intake.state is IntakeState.LEAVING else send)(intake, situation, book)
    if agreed is False and intake.state is IntakeState.LEAVING:
        return show(intake, situation, book)
    if is_question(text):
        return doubt(text, intake, situation, book)
    return ask_again(intake, situation, book)


def _edited(new_text: str, situation: Situation, book: Book) -> list[Effect] | None:
    """An answer that is written anew takes the place of the old one."""
    intake, said = situation.intake, situation.before
    if intake is None or said is None or situation.before_on is not None or _is_no_answer(new_text, situation, book):
        return None
    name = _answered_by(said, intake, book)
    if name is None and (intake.state is IntakeState.PAUSED or in_hand(situation.tickets)):
        return None
    if new_text == said:
        return []
    return _put_right(name, new_text, intake, situation, book)


def _answered_by(said: str, intake: Intake, book: Book) -> str | None:
    """The field that a message answered."""
    forms = forms_of(book)
    words = (pair for pair in reversed(intake.answers) if pair[0] != CONSENT)
    given = (name for name, told in words if read(name, said, "", forms) == Told(told))
    return next(given, None)


def _put_right(name: str | None, new_text: str, intake: Intake, situation: Situation, book: Book) -> list[Effect]:
    told = read(name, new_text, "", forms_of(book)) if name else None
    if name is None or not isinstance(told, Told):
        return show(intake, situation, book, book.phrase("onboard_edit_later"))
    right = answered(intake, name, told.text)
    still = replace(right, step=intake.step)
    return show(still, situation, book, book.phrase("onboard_edited", label=label_of(name, book)))


def _without_words(media: Media, situation: Situation, book: Book) -> list[Effect] | None:
    """Only words answer a field; what is written beside something else is not taken for more than it is."""
    intake = situation.intake
    if intake is None or intake.state is IntakeState.PAUSED or in_hand(situation.tickets):
        return None
    if _is_danger(media.caption, situation, book):
        return None
    kind = book.phrase(KINDS.get(media.kind, OTHER_KIND))
    return show(intake, situation, book, book.phrase("onboard_only_words", kind=kind))
