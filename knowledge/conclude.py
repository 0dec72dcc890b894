"""From judged parts to one finding: what is answered, offered or handed over for the whole message."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from knowledge.calendar import Asked
from knowledge.finding import Finding, Outcome, Suggestion
from knowledge.judge import Judgement
from knowledge.question import Part
from knowledge.ranking import Candidate
from knowledge.schema import Entry, Kind

Answer = Callable[[Entry, Asked], str]

_LONGEST_ANSWER = 1_150
_MOST_OFFERED = 3
_MOST_RELATED = 4
_NEARLY = 1.5


@dataclass(frozen=True)
class Judged:
    """A part of a question with its candidates, best first, and the judgement on them."""

    part: Part
    candidates: tuple[Candidate, ...]
    judgement: Judgement

    @property
    def entry(self) -> Entry:
        return self.judgement.best.entry

    @property
    def is_answer(self) -> bool:
        return self.judgement.outcome is Outcome.ANSWER and self.entry.kind is Kind.ANSWER


def conclude(judged: Sequence[Judged], answer: Answer) -> Finding:
    """The finding on a message. A part that is a known gap hands the whole over, with what could be answered."""
    danger = next((j for j in judged if j.judgement.reason == "danger"), None)
    if danger:
        return Finding(Outcome.HANDOFF, "", reason=danger.entry.id, urgent=True, confidence=danger.judgement.confidence)
    answered = _each_entry_once(j for j in judged if j.is_answer)
    for reason in ("asked for a person", "known gap"):
        unanswered = (j for j in judged if j.judgement.reason == reason)
        open_parts = _each_entry_once(j for j in unanswered if not _is_covered(j, answered))
        if open_parts:
            return _hand_over([*answered, *open_parts], reason, answer)
    if answered:
        return _answer(answered, answer)
    best = max(judged, key=lambda j: j.judgement.confidence)
    if best.judgement.outcome is Outcome.ANSWER:
        return _answer([best], answer)
    if best.judgement.outcome is Outcome.SUGGEST:
        return _suggest(best, answer)
    return Finding(Outcome.HANDOFF, "", confidence=best.judgement.confidence, reason="unknown")


def show(entry: Entry, related: Iterable[str], text: str) -> Finding:
    """The finding for one entry that was chosen by tapping."""
    return Finding(
        Outcome.ANSWER,
        text,
        (entry.id,),
        _sources([entry]),
        tuple(related)[:_MOST_RELATED],
        confidence=1.0,
        reason="chosen",
        title=entry.title,
    )


def _is_covered(judged: Judged, answered: Sequence[Judged]) -> bool:
    """The answer to another part fits this one nearly as well: 「宿題はありますか」 beside 「演習はありますか」."""
    given = {j.entry.id for j in answered}
    best = judged.candidates[0].score
    return any(c.entry.id in given and best - c.score < _NEARLY for c in judged.candidates)


def _each_entry_once(judged: Iterable[Judged]) -> list[Judged]:
    return list({j.entry.id: j for j in reversed(list(judged))}.values())[::-1]


def _answer(judged: Sequence[Judged], answer: Answer) -> Finding:
    entries = [j.entry for j in judged]
    shown = {entry.id for entry in entries}
    related = dict.fromkeys(r for entry in entries for r in entry.related if r not in shown)
    return Finding(
        outcome=Outcome.ANSWER,
        text=_join([answer(j.entry, j.part.asked) for j in judged]),
        entries=tuple(entry.id for entry in entries),
        sources=_sources(entries),
        related=tuple(related)[:_MOST_RELATED],
        confidence=min(j.judgement.confidence for j in judged),
        reason="confident",
        title=entries[0].title,
    )


def _hand_over(judged: Sequence[Judged], reason: str, answer: Answer) -> Finding:
    return Finding(
        outcome=Outcome.HANDOFF,
        text=_join([answer(j.entry, j.part.asked) for j in judged]),
        entries=tuple(j.entry.id for j in judged),
        sources=_sources([j.entry for j in judged if j.is_answer]),
        confidence=max(j.judgement.confidence for j in judged),
        reason=reason,
    )


def _suggest(judged: Judged, answer: Answer) -> Finding:
    offered = [c.entry for c in judged.candidates if c.entry.kind is Kind.ANSWER][:_MOST_OFFERED]
    return Finding(
        outcome=Outcome.SUGGEST,
        text="",
        suggestions=tuple(Suggestion(e.id, e.title, answer(e, judged.part.asked)) for e in offered),
        confidence=judged.judgement.confidence,
        reason="unsure",
    )


def _sources(entries: Sequence[Entry]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(entry.source for entry in entries if entry.source))


def _join(texts: list[str]) -> str:
    """Answers one under the other, as many as fit a message."""
    kept = texts[:1]
    for text in texts[1:]:
        if len("\n\n".join([*kept, text])) <= _LONGEST_ANSWER:
            kept.append(text)
    return "\n\n".join(kept)
