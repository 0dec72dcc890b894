"""The form of `announcements.yaml`: what is pushed, when, to which topic, and how late it may still go."""

import datetime as dt
import re
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator

from knowledge.schema import ClockTime, Content, Id

_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


class NoticeTopic(StrEnum):
    """What people subscribe to."""

    SEMINAR = "seminar"
    SUPPORT = "support"
    EMPLOYER = "employer"
    LETTER = "letter"


class LatePolicy(StrEnum):
    """What is done about a notice that is later than it may be: it goes all the same, is left out, or staff decide."""

    SEND = "send"
    SKIP = "skip"
    ASK = "ask"


class AskedIn(StrEnum):
    """The month whose most asked questions a notice tells: the one before, or the one in which it goes."""

    LAST_MONTH = "last_month"
    THIS_MONTH = "this_month"


class OnDay(Content):
    """At a fixed time, Japan time."""

    day: dt.date
    at: ClockTime


class ByDay(Content):
    """So many days after each of these sessions (before it: negative), at a time of that day."""

    sessions: Annotated[tuple[int, ...], Field(min_length=1)]
    days: int
    at: ClockTime


class ByMinute(Content):
    """So many minutes after each of these sessions begins (before it: negative)."""

    sessions: Annotated[tuple[int, ...], Field(min_length=1)]
    minutes: int


def _months(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        if not _MONTH.fullmatch(value):
            raise ValueError(f"「{value}」という月はありません。2022-08 のように書いてください。")
    return values


class Monthly(Content):
    """On the first business day of each of these months, written as 2022-08."""

    months: Annotated[tuple[str, ...], Field(min_length=1), AfterValidator(_months)]
    at: ClockTime


_FORMS: dict[type[Content], str] = {OnDay: "day", ByMinute: "minutes", Monthly: "months", ByDay: "days"}


def _form(value: Any) -> str:
    """Which of the forms is meant, so that a fault is told of that one alone."""
    names = value if isinstance(value, dict) else (_FORMS.get(type(value)),)
    return next((form for form in _FORMS.values() if form in names), "days")


NoticeTime = Annotated[
    Annotated[OnDay, Tag("day")]
    | Annotated[ByDay, Tag("days")]
    | Annotated[ByMinute, Tag("minutes")]
    | Annotated[Monthly, Tag("months")],
    Discriminator(_form),
]


class Late(Content):
    """What is done about it when it could not go for `minutes` after its time. Until then it goes."""

    minutes: Annotated[int, Field(ge=1)]
    then: LatePolicy


class Announcement(Content):
    """A curated notice. `text` is a template (see `knowledge.notice_names`). An urgent one also goes in quiet hours.

    `asked` where it tells what was asked most. `entries` are those that it offers to be read. One about a session that
    goes before it never goes once it has begun.
    """

    id: Annotated[Id, Field(max_length=40)]
    topic: NoticeTopic
    title: Annotated[str, Field(min_length=1, max_length=40)]
    time: NoticeTime
    late: Late
    urgent: bool = False
    asked: AskedIn | None = None
    source: str = ""
    text: Annotated[str, Field(min_length=1)]
    entries: tuple[Id, ...] = ()


class Moved(Content):
    """What those are told who know a session's old time. Both are templates (see `knowledge.notice_names`)."""

    source: str = ""
    title: Annotated[str, Field(min_length=1)]
    text: Annotated[str, Field(min_length=1)]


class AnnouncementFile(Content):
    """All that is pushed by itself, and what is proposed when a session moves."""

    announcements: tuple[Announcement, ...] = ()
    moved: Moved | None = None

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        if len({one.id for one in self.announcements}) < len(self.announcements):
            raise ValueError("同じ id が二度あります。")
        return self

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.announcements and self.moved is None:
            raise ValueError("日程が変わったときの文(moved)がありません。")
        return self


NOTHING_ANNOUNCED = AnnouncementFile()
