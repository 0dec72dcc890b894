"""What the templates of notices may name, beside all that other templates name."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.calendar import JAPAN, Calendar, day_text
from knowledge.plan import Planned, asked_between


@dataclass(frozen=True)
class Question:
    """A question that many asked: the entry that answers it, its title, and in how many conversations it was asked."""

    entry: str
    title: str
    count: int


def announcement_names(planned: Planned, questions: Sequence[Question], calendar: Calendar) -> dict[str, object]:
    """For an announcement: `this` session, the `questions`, and the `month` in which they were asked (7月).

    Raises KeyError where its session is no more.
    """
    between = asked_between(planned)
    return {
        "this": None if planned.session is None else calendar.session(planned.session),
        "questions": tuple(questions),
        "month": "" if between is None else f"{between[0].astimezone(JAPAN).month}月",
    }


def moved_names(session: int, was: dt.datetime, calendar: Calendar) -> dict[str, object]:
    """For a session that moved: `this` session, and when it `was` to begin (9月7日(水) 13:30). Raises KeyError."""
    local = was.astimezone(JAPAN)
    return {"this": calendar.session(session), "was": f"{day_text(local.date())} {local:%H:%M}"}
