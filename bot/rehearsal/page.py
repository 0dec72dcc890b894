"""The season as one page to look at, which needs nothing but itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.clock import JAPAN
from bot.rehearsal import charts
from bot.rehearsal.season import Season, Told, gone_out, left_out
from bot.rehearsal.telling import audience_text, moment_text, topic_of
from knowledge.announcement import NoticeTopic
from knowledge.book import Book
from knowledge.finding import Outcome

TEMPLATES = Path(__file__).parent / "templates"
TICKETS = "open"
OUTCOMES = tuple(Outcome)
TOPICS = tuple(NoticeTopic)


@dataclass(frozen=True)
class Shown:
    """A notice in the calendar, by a number of its own."""

    number: int
    told: Told
    topic: str
    when: str
    time: str
    audience: str

    @cached_property
    def day(self) -> date | None:
        """The day on which it stands: that on which it went, else that on which it was due."""
        at = self.told.at or self.told.notice.due
        return at.astimezone(JAPAN).date() if at else None


@dataclass(frozen=True)
class Cell:
    """A day of a month's calendar; None: it belongs to another month."""

    day: date | None
    notices: Sequence[Shown] = ()


@dataclass(frozen=True)
class Month:
    """A month as weeks, from Sunday to Saturday."""

    first: date
    weeks: Sequence[Sequence[Cell]]


def as_page(season: Season, book: Book) -> str:
    """The page, as HTML."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    days = season.days
    shown = [_shown(n, told, book) for n, told in enumerate((*gone_out(season), *left_out(season)), start=1)]
    return environment.get_template("season.html").render(
        season=season,
        notices=shown,
        gone=len(gone_out(season)),
        sent=sum(told.tally.sent for told in season.told),
        questions={outcome: sum(day.questions.get(outcome, 0) for day in days) for outcome in OUTCOMES},
        months=list(_months(season, shown)),
        topics={topic: book.phrase(f"topic_{topic}") for topic in TOPICS},
        states={told.notice.state: book.phrase(f"notice_state_{told.notice.state}") for told in season.told},
        outcomes=_outcomes(season),
        volumes=charts.stacked(days, lambda day: day.questions, OUTCOMES),
        tickets=charts.lined(days, lambda day: {TICKETS: day.open_tickets}, (TICKETS,)),
        subscribed=charts.lined(days, lambda day: day.subscribers, TOPICS),
        frame=charts,
        moment=moment_text,
    )


def _shown(number: int, told: Told, book: Book) -> Shown:
    at = told.at or told.notice.due
    time = f"{at.astimezone(JAPAN):%H:%M}" if at else ""
    return Shown(number, told, topic_of(told, book), moment_text(at), time, audience_text(told.tally))


def _outcomes(season: Season) -> dict[str, int]:
    """What became of all deliveries of notices."""
    tallies = [told.tally for told in season.told]
    return {
        "sent": sum(tally.sent for tally in tallies),
        "failed": sum(tally.failed for tally in tallies),
        "stopped": sum(tally.cancelled for tally in tallies),
        "unknown": sum(tally.unknown for tally in tallies),
    }


def _months(season: Season, notices: Iterable[Shown]) -> Iterable[Month]:
    by_day: dict[date, list[Shown]] = {}
    for one in notices:
        if one.day is not None:
            by_day.setdefault(one.day, []).append(one)
    first = season.span.first.replace(day=1)
    while first <= season.span.last:
        following = (first + timedelta(days=31)).replace(day=1)
        yield Month(first, _weeks(first, following, by_day))
        first = following


def _weeks(first: date, following: date, by_day: dict[date, list[Shown]]) -> list[list[Cell]]:
    start = first - timedelta(days=first.isoweekday() % 7)
    weeks = ((following - start).days + 6) // 7
    days = [start + timedelta(days=n) for n in range(weeks * 7)]
    cells = [Cell(day, by_day.get(day, ())) if day.month == first.month else Cell(None) for day in days]
    return [cells[n : n + 7] for n in range(0, len(cells), 7)]
