"""The application of a partner employer (協力事業所) as far as it has come."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Intake:
    """What a shop owner has told so far.

    `answers` are (field, text) in the order of the form; `step` is the field that is asked for next ("" where all
    are there and it waits to be sent). `paused` while they do something else. `correcting` where `step` was
    opened again from the summary.
    """

    step: str
    answers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    paused: bool = False
    correcting: bool = False
