"""The form of the content: frozen types that the YAML files are read into."""

import datetime as dt
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


class Content(BaseModel):
    """Base of every content type: values that cannot change and refuse unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Kind(StrEnum):
    """What an entry is for.

    An answer; a known gap of the flyer; a subject outside the desk; small talk; the wish for a person.
    Danger and its harmless look-alikes are searched beside the entries but never shown.
    """

    ANSWER = "answer"
    GAP = "gap"
    OUTSIDE = "outside"
    SMALLTALK = "smalltalk"
    HUMAN = "human"
    DANGER = "danger"
    HARMLESS = "harmless"


class Subject(StrEnum):
    """What an entry is about. Questions that name one subject are not answered about another."""

    OVERVIEW = "overview"
    ORGANISER = "organiser"
    LASTYEAR = "lastyear"
    SUPPORT = "support"
    WORKSHOP = "workshop"
    CONSULTATION = "consultation"
    LOGICMODEL = "logicmodel"
    MULTILAYER = "multilayer"
    SUBSIDY = "subsidy"
    ADVISER = "adviser"
    EMPLOYER = "employer"
    COUNSELLING = "counselling"
    PLACEMENT = "placement"
    NETWORK = "network"
    PREVENTION = "prevention"
    SEMINAR = "seminar"
    SESSION = "session"
    BRIEFING = "briefing"
    DESK = "desk"


class Slot(StrEnum):
    """What a question must name for an entry to answer it: a session, a day or span of days, or no session."""

    SESSION = "session"
    SPAN = "span"
    NO_SESSION = "no session"


class Valid(Content):
    """The days, both included and in Japan time, on which an entry may be shown."""

    from_: dt.date | None = Field(default=None, alias="from")
    until: dt.date | None = None

    def holds(self, day: dt.date) -> bool:
        return (not self.from_ or self.from_ <= day) and (not self.until or day <= self.until)


Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=50)]


class Entry(Content):
    """One thing the desk knows.

    `answer`, `note` and `english` are templates; the note stands under the answer and is not searched.
    `session` ties the entry to one session, `slot` says what a question must name for it.
    """

    id: Id
    title: Annotated[str, Field(min_length=1, max_length=30)]
    kind: Kind = Kind.ANSWER
    about: tuple[Subject, ...] = ()
    source: str = ""
    phrasings: Annotated[tuple[str, ...], Field(min_length=8)]
    answer: Annotated[str, Field(min_length=1)]
    note: str = ""
    english: str = ""
    related: tuple[Id, ...] = ()
    valid: Valid = Valid()
    session: int | None = None
    slot: Slot | None = None


class Topic(Content):
    """One file of entries."""

    topic: Id
    title: str
    entries: tuple[Entry, ...]


def _clock_time(value: str) -> str:
    try:
        dt.time.fromisoformat(value)
    except ValueError:
        raise ValueError("時刻は 13:30 のように書いてください。") from None
    return value


ClockTime = Annotated[str, AfterValidator(_clock_time)]


class Briefing(Content):
    """The one online briefing: day and hours in Japan time."""

    title: str
    date: dt.date
    starts: ClockTime
    ends: ClockTime


class Window(Content):
    """When one can apply. `closes` is the first moment too late, Japan time; `closes_shown` the flyer's words."""

    title: str
    opens: dt.datetime | None = None
    closes: dt.datetime
    closes_shown: str
    form: str


class Period(Content):
    """A span of days: `ends` is the first day outside it; `shown` the flyer's words."""

    title: str
    begins: dt.date
    ends: dt.date
    shown: str


class Session(Content):
    """One seminar session: its number (1-8), day, title and numbered parts."""

    number: int
    date: dt.date
    title: str
    parts: tuple[str, ...]


class Seminars(Content):
    """The hours that all sessions share, and the sessions in order."""

    starts: ClockTime
    ends: ClockTime
    sessions: tuple[Session, ...]


class Programme(Content):
    """The calendar of the programme. Source: flyer, 「プログラム」 and 「お申込みのご案内」."""

    forms: dict[str, str]
    briefing: Briefing
    windows: dict[str, Window]
    periods: dict[str, Period]
    seminars: Seminars


class Line(Content):
    """A public emergency line."""

    name: str
    number: str
    note: str


class DangerKind(Content):
    """One kind of danger: what people in it say, and what marks a general question instead."""

    id: Id
    patterns: tuple[str, ...]
    phrasings: tuple[str, ...]
    not_patterns: tuple[str, ...] = ()


class Danger(Content):
    """Emergency lines and the ways to recognise a person in danger; `safe` are harmless border cases."""

    lines: tuple[Line, ...]
    kinds: tuple[DangerKind, ...]
    safe: tuple[str, ...] = ()


class Sentence(Content):
    """A sentence of the bot, with blanks in braces."""

    ja: str
    en: str = ""


class PhraseFile(Content):
    """The menu, as ids of entries, and every sentence the bot itself says, by key."""

    menu: tuple[Id, ...]
    phrases: dict[str, Sentence]


class CannedKind(StrEnum):
    """What an answer written beforehand does.

    It answers; it asks, so that it is the participant's turn; or it only asks for patience, so that they wait on.
    """

    REPLY = "reply"
    ASK = "ask"
    HOLD = "hold"


class Canned(Content):
    """An answer written beforehand, which staff send with one tap as it stands."""

    id: Annotated[Id, Field(max_length=40)]
    kind: CannedKind = CannedKind.REPLY
    title: Annotated[str, Field(min_length=1, max_length=20)]
    text: Annotated[str, Field(min_length=1, max_length=1000)]


def _told_apart(canned: tuple[Canned, ...]) -> tuple[Canned, ...]:
    if len({one.id for one in canned}) < len(canned):
        raise ValueError("同じ id が二度あります。")
    return canned


class CannedFile(Content):
    """The answers written beforehand, in the order in which staff see them."""

    canned: Annotated[tuple[Canned, ...], AfterValidator(_told_apart)] = ()


class Vocabulary(Content):
    """The words that steer the search; `vocabulary.yaml` says what each part is for."""

    subjects: dict[Subject, tuple[str, ...]]
    denials: dict[Subject, str]
    kin: tuple[tuple[Subject, ...], ...]
    aspects: dict[str, str]
    synonyms: tuple[tuple[str, ...], ...]
    contrasts: tuple[tuple[str, ...], ...]
    filler: tuple[str, ...]
    corrections: tuple[tuple[str, str], ...] = ()
    says_nothing: tuple[str, ...] = ()


class RankingFile(Content):
    """The numbers of the search: channel weights, bonuses, and the scale of the judgement."""

    weights: dict[str, float]
    agreement: dict[str, float]
    views: dict[str, float]
    scale: dict[str, float]


# What a newer edition of the book has and the one before has not: entries, or another programme.
Change = tuple[Entry, ...] | Programme
