"""The application of a partner employer (協力事業所) as far as it has come, and what may become of it. All pure."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

NAME, PLACE, FORMS, WORK, WISHES, CONTACT, CONSENT = (
    "name",
    "place",
    "forms",
    "work",
    "wishes",
    "contact",
    "consent",
)
# What is asked for, in this order.
FIELDS = (NAME, PLACE, FORMS, WORK, WISHES, CONTACT, CONSENT)


class IntakeState(StrEnum):
    """What they are asked: the next field (or to send it), nothing until they come back, whether to delete all of it,
    whether to go on or to begin anew."""

    ASKING = "asking"
    PAUSED = "paused"
    LEAVING = "leaving"
    RETURNING = "returning"


@dataclass(frozen=True)
class Intake:
    """What a shop owner has told so far.

    `answers` are (field, text) in the order of FIELDS; "" where a field was skipped. `step` is the field that is
    asked for ("" where all are there and it waits to be sent). `parts` are (field, text) where more is needed before
    it is an answer. `at` is when they last did something with it, UTC.
    """

    step: str = FIELDS[0]
    answers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    parts: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    state: IntakeState = IntakeState.ASKING
    at: datetime | None = None

    def answer(self, name: str) -> str | None:
        """What was told of a field; None where it was not asked for yet."""
        return dict(self.answers).get(name)

    @property
    def part(self) -> str:
        """What was told so far of the field that is asked for; "" where that is nothing or enough."""
        return dict(self.parts).get(self.step, "")

    @property
    def is_complete(self) -> bool:
        """Whether every field was answered, the consent too."""
        return _first_open(self.answers) == ""


def answered(intake: Intake, name: str, text: str) -> Intake:
    """With the answer to a field; on to the first one that is still open."""
    told = dict(intake.answers) | {name: text}
    answers = tuple((one, told[one]) for one in FIELDS if one in told)
    parts = tuple(part for part in intake.parts if part[0] != name)
    return replace(intake, step=_first_open(answers), answers=answers, parts=parts)


def begun(intake: Intake, part: str) -> Intake:
    """With something of the answer to the field that is asked for."""
    return replace(intake, parts=tuple((dict(intake.parts) | {intake.step: part}).items()))


def opened(intake: Intake, name: str) -> Intake:
    """Asking for a field again. What was told of it stays until there is a new answer."""
    asked = replace(intake, step=name)
    return begun(asked, asked.answer(name) or "") if name == FORMS and not asked.part else asked


def onward(intake: Intake) -> Intake:
    """On to the first field that is still open, with what was told so far."""
    parts = tuple(part for part in intake.parts if part[0] != intake.step)
    return replace(intake, step=_first_open(intake.answers), parts=parts)


def before(name: str) -> str | None:
    """The field that is asked for before this one; None for the first."""
    place = FIELDS.index(name)
    return FIELDS[place - 1] if place else None


def _first_open(answers: tuple[tuple[str, str], ...]) -> str:
    told = dict(answers)
    return next((name for name in FIELDS if name not in told), "")
