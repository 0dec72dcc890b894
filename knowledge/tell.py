"""A judgement told in lines: the rewrites, what was named, the winner and the runner-up with their features."""

from collections.abc import Iterable, Sequence

from knowledge.conclude import Judged
from knowledge.question import Part, Question
from knowledge.ranking import Candidate


def explain(question: Question, judged: Sequence[Judged]) -> tuple[str, ...]:
    """Lines for `ask --explain`."""
    return tuple(_lines(question, judged))


def _lines(question: Question, judged: Sequence[Judged]) -> Iterable[str]:
    for rewrite in question.rewrites:
        yield f"{rewrite.rule:12} {rewrite.text}"
    for item in judged:
        part, judgement = item.part, item.judgement
        yield f"part         {part.text}"
        for name, text in (*part.views, *part.leaning_views):
            yield f"  view       {name}: {text}"
        yield f"  names      {_named(part)}"
        for place, candidate in zip(("winner", "runner-up"), item.candidates, strict=False):
            yield f"  {place:10} {_features(candidate)}"
        yield f"  judged     {judgement.outcome} ({judgement.reason}), confidence {judgement.confidence:.2f}"


def _named(part: Part) -> str:
    span = part.asked.span.label if part.asked.span else "-"
    subjects = ",".join(sorted(part.subjects)) or "-"
    context = ",".join(sorted(part.context_subjects)) or "-"
    aspects = ",".join(sorted(part.aspects)) or "-"
    return f"subjects {subjects}; from context {context}; asks {aspects}; sessions {part.asked.sessions}; days {span}"


def _features(candidate: Candidate) -> str:
    missing = " ".join(candidate.unexplained) or "-"
    return (
        f"{candidate.entry.id} ({candidate.entry.kind}) score {candidate.score:.2f} by view {candidate.view}, "
        f"meaning {candidate.meaning:.2f}, sound {candidate.sound:.2f}, words explained {candidate.coverage:.2f}, "
        f"not explained: {missing}, first in {candidate.wins} of 5 channels"
    )
