"""What a shop owner is shown while they apply: the questions, the summary, and what can be tapped there."""

from dataclasses import replace

from handlers.effects import Choice, Reply
from handlers.intake import CONSENT, FIELDS, FORMS, WISHES, Intake, before
from handlers.onboard_fields import chosen_of, rest_of
from handlers.wording import joined
from knowledge.book import Book

PREFIX = "intake:"
FORM = f"{PREFIX}form:"
# The forms in which a business could take part; the last one is for all others.
FORM_KEYS = ("trial", "training", "parttime", "visit", "other")


def choice(label: str, value: str, book: Book) -> Choice:
    """Something to tap by the key of its label, and what it means for the application."""
    return Choice(book.phrase(label), f"{PREFIX}{value}")


def label_of(name: str, book: Book) -> str:
    """What a field is called."""
    return book.phrase(f"onboard_label_{name}")


def forms_of(book: Book) -> tuple[str, ...]:
    """What the forms are called, in the order of FORM_KEYS."""
    return tuple(book.phrase(f"onboard_form_{key}") for key in FORM_KEYS)


def question(intake: Intake, book: Book, note: str = "") -> Reply:
    """What is asked for now, or the summary where nothing is; `note` stands before it.

    A reply that quotes answers has them as its question as well: by that it is found when all is to be deleted.
    """
    reply = _asked(intake, book) if intake.step else _summary(intake, book)
    return replace(reply, text=joined(note, reply.text))


def _asked(intake: Intake, book: Book) -> Reply:
    name = intake.step
    asked = f"{_words(intake, book)}{_progress(intake, book)}"
    choices = (*_ways_to_answer(intake, book), *_ways_on(name, intake, book))
    told = intake.answer(name)
    if not told or name == FORMS:
        return Reply(asked, choices=choices)
    so_far = book.phrase("onboard_so_far", answer=told)
    return Reply(f"{asked}\n{so_far}", choices=choices, question=told)


def _words(intake: Intake, book: Book) -> str:
    """The question, or that for the rest of an answer that was begun."""
    if intake.part and intake.step != FORMS:
        return book.phrase(rest_of(intake.step, intake.part))
    return book.phrase(f"onboard_ask_{intake.step}")


def _progress(intake: Intake, book: Book) -> str:
    if intake.is_complete:
        return ""
    return book.phrase("onboard_progress", number=FIELDS.index(intake.step) + 1, all=len(FIELDS))


def _ways_to_answer(intake: Intake, book: Book) -> tuple[Choice, ...]:
    if intake.step == FORMS:
        return (*_form_choices(intake.part, book), choice("onboard_decide", "decide", book))
    if intake.step == WISHES:
        return (choice("onboard_skip", f"skip:{WISHES}", book),)
    if intake.step == CONSENT:
        return (choice("onboard_agree", "yes", book), choice("onboard_disagree", "no", book))
    return ()


def _form_choices(part: str, book: Book) -> tuple[Choice, ...]:
    chosen = chosen_of(part)
    labels = (book.phrase("onboard_chosen", form=form) if form in chosen else form for form in forms_of(book))
    return tuple(Choice(label, f"{FORM}{key}") for key, label in zip(FORM_KEYS, labels, strict=True))


def _ways_on(name: str, intake: Intake, book: Book) -> tuple[Choice, ...]:
    """To leave an answer as it is, to go back, to rest, to stop."""
    keep = choice("onboard_keep", f"keep:{name}", book)
    back = choice("onboard_back", f"back:{name}", book)
    return (
        *([keep] if intake.answer(name) is not None else []),
        *([back] if before(name) and not intake.is_complete else []),
        *_ways_out(book),
    )


def _ways_out(book: Book) -> tuple[Choice, ...]:
    return (choice("onboard_later", "later", book), choice("onboard_cancel", "cancel", book))


def _summary(intake: Intake, book: Book) -> Reply:
    corrections = (
        Choice(book.phrase("onboard_fix", label=label_of(name, book)), f"{PREFIX}fix:{name}")
        for name in FIELDS
        if name != CONSENT
    )
    answers = application(intake, book)
    return Reply(
        book.phrase("onboard_summary", answers=answers),
        choices=(choice("onboard_send", "send", book), *corrections, *_ways_out(book)),
        question=answers,
    )


def application(intake: Intake, book: Book) -> str:
    """All that was told, one field a line, as people read it."""
    lines = (
        book.phrase("onboard_line", label=label_of(name, book), answer=told or book.phrase("onboard_none"))
        for name, told in intake.answers
    )
    return "\n".join(lines)
