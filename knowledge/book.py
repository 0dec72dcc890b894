"""The one door that handlers use: content, calendar, phrases and search behind it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from knowledge.calendar import Asked, Calendar
from knowledge.danger import DangerWatch
from knowledge.finding import Finding, Outcome, Suggestion, Turn
from knowledge.judge import Judgement, Scale, judge
from knowledge.load import Content
from knowledge.question import Part, Question, Understanding
from knowledge.ranking import Candidate, Ranking
from knowledge.render import Renderer
from knowledge.schema import Entry, Kind
from knowledge.tell import explain

_LONGEST_ANSWER = 1_150


@dataclass(frozen=True)
class MenuItem:
    """A main topic: its button's label, and the value that a tap on it sends."""

    label: str
    value: str


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

    def entry(self, entry_id: str) -> Entry | None:
        """The entry with this id, or None."""
        return self._entries.get(entry_id)

    def phrase(self, key: str, **values: object) -> str:
        """A sentence of the bot, in Japanese. Raises KeyError for an unknown key."""
        return self.phrases.say(key, False, **values)

    def menu(self) -> tuple[MenuItem, ...]:
        """The main topics to tap."""
        return tuple(MenuItem(self._entries[i].title, f"entry:{i}") for i in self.content.menu)

    def calendar(self, at: dt.datetime) -> Calendar:
        return Calendar(self.programme, at)

    def answer(self, entry: Entry, at: dt.datetime, asked: Asked, english: bool) -> str:
        """What an entry says at `at`; in English, where it has that, followed by the Japanese."""
        japanese = self._renderer.render(entry.answer, at, asked)
        if not (english and entry.english):
            return japanese
        return f"{self._renderer.render(entry.english, at, asked)}\n\n{japanese}"

    def show(self, entry_id: str, question: str, at: dt.datetime) -> Finding | None:
        """The answer of one entry, chosen by tapping; `question` fills its slots. None for an unknown id."""
        entry = self._entries.get(entry_id)
        if entry is None or entry.kind is not Kind.ANSWER:
            return None
        asked = self._understanding.understand(question, (), self._entries, at) if question else None
        slots = asked.parts[0].asked if asked and asked.parts else Asked()
        text = self.answer(entry, at, slots, bool(asked and asked.english))
        return self._finding_of([entry], text, 1.0, ())

    def consider(self, text: str, turns: Sequence[Turn], at: dt.datetime) -> Finding:
        """The judgement on a message said at `at` after `turns` (oldest first)."""
        question = self._understanding.understand(text, turns, self._entries, at)
        kind = self._danger.look(question.text, *(view for part in question.parts for _, view in part.views))
        if kind:
            return Finding(
                Outcome.HANDOFF,
                "",
                reason=f"danger: {kind}",
                urgent=True,
                confidence=1.0,
                explanation=explain(question, []),
            )
        if not question.parts:
            return Finding(Outcome.HANDOFF, "", reason="empty", explanation=explain(question, []))
        finding = self._conclude(question, self._judge(question, at), at)
        return replace(finding, english=question.english)

    def _judge(self, question: Question, at: dt.datetime) -> list[tuple[Part, list[Candidate], Judgement]]:
        """The finer reading where every part of it is sure of an answer of its own, else the plain one."""
        finer = self._judge_parts(question.finer, question.english, at)
        answers = {
            j.best.entry.id for _, _, j in finer if j.outcome is Outcome.ANSWER and j.best.entry.kind is Kind.ANSWER
        }
        if finer and len(answers) == len(finer):
            return finer
        return self._judge_parts(question.parts, question.english, at)

    def _judge_parts(
        self, parts: Sequence[Part], english: bool, at: dt.datetime
    ) -> list[tuple[Part, list[Candidate], Judgement]]:
        ranked = [(part, self._valid(self._ranking.rank(part, english), at)) for part in parts]
        return [(part, candidates, judge(candidates, self._scale)) for part, candidates in ranked if candidates]

    def _valid(self, candidates: list[Candidate], at: dt.datetime) -> list[Candidate]:
        today = self.calendar(at).local.date()
        return [c for c in candidates if c.entry.valid.holds(today)]

    def _conclude(
        self, question: Question, judged: list[tuple[Part, list[Candidate], Judgement]], at: dt.datetime
    ) -> Finding:
        lines = explain(question, [(part, candidates, j) for part, candidates, j in judged])
        answered = [(p, j) for p, _, j in judged if j.outcome is Outcome.ANSWER and j.best.entry.kind is Kind.ANSWER]
        gaps = [(p, j) for p, _, j in judged if j.reason == "known gap"]
        if gaps:
            return self._handoff(question, gaps, answered, at, lines)
        if answered:
            return self._answer(question, answered, at, lines)
        chatted = [(p, j) for p, _, j in judged if j.outcome is Outcome.ANSWER]
        if chatted:
            return self._answer(question, chatted[:1], at, lines)
        part, candidates, judgement = max(judged, key=lambda item: item[2].confidence)
        if judgement.outcome is Outcome.SUGGEST:
            return self._suggest(question, part, candidates, judgement, at, lines)
        return Finding(Outcome.HANDOFF, "", confidence=judgement.confidence, reason="unknown", explanation=lines)

    def _answer(
        self,
        question: Question,
        answered: list[tuple[Part, Judgement]],
        at: dt.datetime,
        lines: tuple[str, ...],
    ) -> Finding:
        chosen: dict[str, tuple[Part, Judgement]] = {}
        for part, judgement in answered:
            chosen.setdefault(judgement.best.entry.id, (part, judgement))
        entries = [j.best.entry for _, j in chosen.values()]
        texts = [self.answer(j.best.entry, at, p.asked, question.english) for p, j in chosen.values()]
        while len(texts) > 1 and sum(map(len, texts)) > _LONGEST_ANSWER:
            texts.pop()
        return self._finding_of(entries, "\n\n".join(texts), min(j.confidence for _, j in answered), lines)

    def _finding_of(self, entries: list[Entry], text: str, confidence: float, lines: tuple[str, ...]) -> Finding:
        shown = {e.id for e in entries}
        related = dict.fromkeys(r for e in entries for r in e.related if r in self._entries and r not in shown)
        return Finding(
            outcome=Outcome.ANSWER,
            text=text,
            entries=tuple(e.id for e in entries),
            sources=tuple(dict.fromkeys(e.source for e in entries if e.source)),
            related=tuple(related)[:4],
            confidence=confidence,
            reason="confident",
            title=entries[0].title,
            explanation=lines,
        )

    def _handoff(
        self,
        question: Question,
        gaps: list[tuple[Part, Judgement]],
        answered: list[tuple[Part, Judgement]],
        at: dt.datetime,
        lines: tuple[str, ...],
    ) -> Finding:
        entries = list(dict.fromkeys(j.best.entry for _, j in [*answered, *gaps]))
        asked = {j.best.entry.id: p.asked for p, j in [*answered, *gaps]}
        return Finding(
            outcome=Outcome.HANDOFF,
            text="\n\n".join(self.answer(e, at, asked[e.id], question.english) for e in entries),
            entries=tuple(e.id for e in entries),
            sources=tuple(dict.fromkeys(j.best.entry.source for _, j in answered if j.best.entry.source)),
            confidence=max(j.confidence for _, j in gaps),
            reason="known gap",
            explanation=lines,
        )

    def _suggest(
        self,
        question: Question,
        part: Part,
        candidates: list[Candidate],
        judgement: Judgement,
        at: dt.datetime,
        lines: tuple[str, ...],
    ) -> Finding:
        offered = [c.entry for c in candidates if c.entry.kind is Kind.ANSWER][:3]
        return Finding(
            outcome=Outcome.SUGGEST,
            text="",
            suggestions=tuple(
                Suggestion(e.id, e.title, self.answer(e, at, part.asked, question.english)) for e in offered
            ),
            confidence=judgement.confidence,
            reason="unsure",
            explanation=lines,
        )
