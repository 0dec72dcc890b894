"""The one door that handlers use: content, calendar, phrases and search behind it."""

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace

from knowledge.announcement import Announcement
from knowledge.calendar import Asked, Calendar
from knowledge.conclude import Judged, conclude, show
from knowledge.danger import DangerWatch
from knowledge.finding import Finding, Outcome, Turn
from knowledge.hours import BusinessHours
from knowledge.judge import Scale, judge
from knowledge.likeness import Profile
from knowledge.load import Content
from knowledge.plan import Planned, plan
from knowledge.question import BY_SOUND, Part, Question, Understanding
from knowledge.ranking import Candidate, Ranking
from knowledge.render import Renderer
from knowledge.schema import Entry, Kind, Programme
from knowledge.tell import explain

# How much likelier the better of two candidates is taken to be, a unit of score.
_SHARPNESS = 1.5


@dataclass(frozen=True)
class Similar:
    """An entry that says something near, and how near its meaning is (a cosine)."""

    entry: Entry
    meaning: float


@dataclass(frozen=True)
class MenuItem:
    """A main topic: its button's label, and the value that a tap on it sends."""

    label: str
    value: str


@dataclass(frozen=True)
class Said:
    """A message, said at `at` (aware) after `turns`, oldest first."""

    text: str = field(repr=False)
    turns: tuple[Turn, ...]
    at: dt.datetime


class Book:
    """All that the desk knows. Reading only: safe to share between threads."""

    def __init__(
        self,
        content: Content,
        renderer: Renderer,
        understanding: Understanding,
        ranking: Ranking,
        scale: Scale,
        danger: DangerWatch,
    ) -> None:
        self.content = content
        self.programme = content.programme
        self.phrases = content.phrases
        self._renderer = renderer
        self._understanding = understanding
        self._ranking = ranking
        self._scale = scale
        self._danger = danger
        self._entries = {entry.id: entry for entry in content.entries}
        self._announcements = {one.id: one for one in content.announcements.announcements}
        self._understood: Mapping[Said, Question] = {}

    def ahead(self, messages: Sequence[Said]) -> "Book":
        """The same book, with what it needs to consider these messages worked out for all at once, which is cheaper
        than for each when it comes."""
        understood = {said: self._understand(said) for said in messages}
        english = [part for q in understood.values() if q.english for part in (*q.parts, *q.finer)]
        japanese = [part for q in understood.values() if not q.english for part in (*q.parts, *q.finer)]
        knowing = copy(self)
        knowing._understood = understood
        knowing._ranking = self._ranking.ahead(english, japanese)
        return knowing

    def entry(self, entry_id: str) -> Entry | None:
        """The entry with this id, or None."""
        return self._entries.get(entry_id)

    def phrase(self, key: str, **values: object) -> str:
        """A sentence of the bot, in Japanese. Raises KeyError for an unknown key."""
        return self.phrases.say(key, False, **values)

    def menu(self) -> tuple[MenuItem, ...]:
        """The main topics to tap."""
        return tuple(MenuItem(self._entries[i].title, f"entry:{i}") for i in self.content.menu)

    def by(self, programme: Programme) -> "Book":
        """The same book by another calendar, to read its answers: it understands questions as this one does."""
        other = copy(self)
        other.content = replace(self.content, programme=programme)
        other.programme = programme
        other._renderer = self._renderer.by(programme)
        return other

    def calendar(self, at: dt.datetime) -> Calendar:
        return Calendar(self.programme, at)

    def plan(self, hours: BusinessHours) -> tuple[Planned, ...]:
        """Every announcement of the season with its time, in order."""
        return plan(self.content.announcements.announcements, self.programme, hours)

    def announcement(self, announcement_id: str) -> Announcement | None:
        """The announcement with this id, or None."""
        return self._announcements.get(announcement_id)

    def tell(self, template: str, at: dt.datetime, /, **names: object) -> str:
        """What a notice says at `at`; its template may also name `names`. Raises jinja2.TemplateError."""
        return self._renderer.render(template, at, Asked(), **names)

    def answer(self, entry: Entry, at: dt.datetime, asked: Asked, english: bool) -> str:
        """What an entry says at `at`; to an English question in English too, where it can."""
        japanese = self._renderer.render(_japanese(entry), at, asked)
        if not (english and entry.english):
            return japanese
        return f"{self._renderer.render(entry.english, at, asked)}\n\n{japanese}"

    def warm(self, at: dt.datetime) -> None:
        """Compiles all answers and asks one question beforehand (about a second), for long runs whose every
        answer is to be quick."""
        for entry in self.content.entries:
            self._renderer.compile(_japanese(entry))
            self._renderer.compile(entry.english)
        self.consider(self.content.entries[0].phrasings[0], (), at)

    def show(self, entry_id: str, question: str, at: dt.datetime) -> Finding | None:
        """The answer of one entry, chosen by tapping; `question` fills its slots. None for an unknown id."""
        entry = self._entries.get(entry_id)
        if entry is None or entry.kind is not Kind.ANSWER:
            return None
        understood = self._understanding.understand(question, (), self._entries, at)
        asked = understood.parts[0].asked if understood.parts else Asked()
        text = self.answer(entry, at, asked, understood.english)
        return replace(show(entry, entry.related, text), english=understood.english)

    def consider(self, text: str, turns: Sequence[Turn], at: dt.datetime) -> Finding:
        """The judgement on a message said at `at` after `turns` (oldest first)."""
        question = self._understand(Said(text, tuple(turns), at))
        heard = (view for part in question.parts for name, view in part.views if name == BY_SOUND)
        danger = self._danger.look(question.text, *heard)
        if danger:
            return Finding(Outcome.HANDOFF, "", reason=f"danger-{danger}", urgent=True, confidence=1.0)
        judged = self._judge(question, at)
        if not judged:
            return Finding(Outcome.HANDOFF, "", reason="empty", explanation=explain(question, ()))
        finding = conclude(judged, lambda entry, asked: self.answer(entry, at, asked, question.english))
        return replace(finding, english=question.english, explanation=explain(question, judged))

    def weigh(self, text: str, turns: Sequence[Turn], at: dt.datetime) -> list[Judged]:
        """The candidates for each part of a message and the judgement on them, for measuring and calibrating."""
        return self._judge(self._understand(Said(text, tuple(turns), at)), at)

    def _understand(self, said: Said) -> Question:
        known = self._understood.get(said)
        return known or self._understanding.understand(said.text, said.turns, self._entries, said.at)

    def similar(self, text: str, at: dt.datetime) -> tuple[Similar, ...]:
        """The entries that are nearest to what a text asks, the nearest first."""
        found = {c.entry.id: c for judged in self.weigh(text, (), at) for c in reversed(judged.candidates)}
        nearest = sorted(found.values(), key=lambda candidate: -candidate.score)
        return tuple(Similar(candidate.entry, candidate.meaning) for candidate in nearest)

    def profile(self, text: str, at: dt.datetime) -> Profile:
        """What to compare a question by with others that people asked."""
        question = self._understanding.understand(text, (), self._entries, at)
        views = list(dict.fromkeys([question.text, *(view for part in question.parts for _, view in part.views)]))
        judged = self._judge(question, at)
        chances = {entry: chance for one in judged for entry, chance in _chances(one.candidates)}
        return Profile(self._ranking.vectors(views), self._ranking.rarities(" ".join(views[1:])), chances)

    def _judge(self, question: Question, at: dt.datetime) -> list[Judged]:
        """The finer reading where every part of it is sure of an answer of its own, else the plain one."""
        judged = self._judge_parts([*question.parts, *question.finer], question.english, at)
        plain, finer = judged[: len(question.parts)], judged[len(question.parts) :]
        each_has_its_own = len({j.entry.id for j in finer if j.is_answer}) == len(finer)
        return finer if finer and each_has_its_own else plain

    def _judge_parts(self, parts: Sequence[Part], english: bool, at: dt.datetime) -> list[Judged]:
        if not parts:
            return []
        calendar = self.calendar(at)
        today = calendar.local.date()
        ranked = self._ranking.rank(parts, english, calendar.over)
        valid = [[c for c in candidates if c.entry.valid.holds(today)] for candidates in ranked]
        shown = [_shown(candidates, self._scale.danger_at) for candidates in valid]
        return [Judged(part, own, judge(own, self._scale)) for part, own in zip(parts, shown, strict=True)]


def _chances(candidates: Sequence[Candidate]) -> list[tuple[str, float]]:
    """How likely each entry is meant; those for whatever lies outside of the desk say nothing about likeness."""
    odds = [math.exp(_SHARPNESS * (candidate.score - candidates[0].score)) for candidate in candidates]
    told = [(c.entry, odd / sum(odds)) for c, odd in zip(candidates, odds, strict=True)]
    return [(entry.id, chance) for entry, chance in told if entry.kind in (Kind.ANSWER, Kind.GAP)]


def _japanese(entry: Entry) -> str:
    return f"{entry.answer}\n{entry.note}"


def _shown(candidates: Sequence[Candidate], danger_at: float) -> tuple[Candidate, ...]:
    """Candidates without those that only stand guard: danger counts where it comes first, with a score of its own."""
    if candidates[0].entry.kind is Kind.DANGER and candidates[0].score >= danger_at:
        return tuple(candidates)
    return tuple(c for c in candidates if c.entry.kind not in (Kind.DANGER, Kind.HARMLESS))
