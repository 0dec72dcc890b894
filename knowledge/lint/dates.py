"""Dates as they stand in Japanese and English texts."""

import datetime as dt
import re
from calendar import day_abbr, month_name
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from knowledge.calendar import WEEKDAYS, Span

_MONTHS = list(month_name)[1:]
_WRITTEN = re.compile(
    rf"(?P<month>\d{{1,2}})月(?P<day>\d{{1,2}})日(?:\((?P<weekday>[{WEEKDAYS}])\))?"
    rf"|(?P<month_en>{'|'.join(_MONTHS)}) (?P<day_en>\d{{1,2}})(?!\d)(?: \((?P<weekday_en>{'|'.join(day_abbr)})\))?"
)
_TYPED = re.compile(
    r"\d{1,2}月\d{1,2}日(?:\(.\))?|(?<![\d/])(?:1[0-2]|[1-9])/(?:3[01]|[12]\d|[1-9])(?![\d/])|\d{4}-\d\d-\d\d"
    rf"|(?:{'|'.join(_MONTHS)}) \d{{1,2}}(?!\d)|(?<!\d)\d{{1,2}} (?:{'|'.join(_MONTHS)})"
)


@dataclass(frozen=True)
class Written:
    """A date without a year as a text has it; `weekday` counts from Monday, None where it is not told."""

    text: str
    month: int
    day: int
    weekday: int | None


def typed_dates(template: str) -> list[str]:
    """The days of the year that a template's source names by itself."""
    return _TYPED.findall(template)


def written_dates(text: str) -> Iterator[Written]:
    """The dates in a text, in order."""
    for match in _WRITTEN.finditer(text):
        if match["month"]:
            weekday = WEEKDAYS.index(match["weekday"]) if match["weekday"] else None
            yield Written(match[0], int(match["month"]), int(match["day"]), weekday)
        else:
            weekday = list(day_abbr).index(match["weekday_en"]) if match["weekday_en"] else None
            yield Written(match[0], _MONTHS.index(match["month_en"]) + 1, int(match["day_en"]), weekday)


def contradictions(text: str, season: Span, known: Collection[dt.date]) -> Iterable[str]:
    """What is wrong with the dates in a text, when only the days `known` may be named within `season`."""
    for written in written_dates(text):
        dates = dates_meant(written, season)
        if not dates:
            yield f"「{written.text}」という日は、この期間にありません。"
        elif written.weekday is not None and all(date.weekday() != written.weekday for date in dates):
            yield f"「{written.text}」の曜日が違います(正しくは{'または'.join(WEEKDAYS[d.weekday()] for d in dates)})。"
        elif not set(dates) & set(known):
            yield f"「{written.text}」は programme.yaml の暦にない日付です。"


def dates_meant(written: Written, season: Span) -> list[dt.date]:
    """The days within a season that a date without a year can mean."""
    years = range(season.begins.year, season.ends.year + 1)
    found = (_date(year, written.month, written.day) for year in years)
    return [date for date in found if date and season.holds(date)]


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
