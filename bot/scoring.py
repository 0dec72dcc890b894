"""How good the replies to a question set are."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator

from bot.asking import Asked
from bot.batch import Question
from knowledge.finding import Outcome

LONGEST_ANSWER = 1200


def _pattern(value: str) -> str:
    re.compile(value)
    return value


class Examined(Question):
    """A question with what is expected of its reply: patterns that must, or must not, be found in it."""

    style: str = ""
    expect: Literal["answer", "handoff"]
    must: tuple[Annotated[str, AfterValidator(_pattern)], ...] = ()
    must_not: tuple[Annotated[str, AfterValidator(_pattern)], ...] = ()


class Verdict(StrEnum):
    """How a reply fared; held is suggested or handed over without the answer."""

    RIGHT = "right"
    SUGGESTED = "suggested"
    HELD = "held"
    WRONG = "wrong"


@dataclass(frozen=True)
class Judged:
    """A question, its reply and the verdict."""

    question: Examined
    asked: Asked
    verdict: Verdict


def judge(question: Examined, asked: Asked) -> Judged:
    """Compare a reply with what was expected."""
    return Judged(question, asked, _verdict(question, asked))


def _verdict(question: Examined, asked: Asked) -> Verdict:
    if question.expect == "handoff":
        kinds = {Outcome.HANDOFF: Verdict.RIGHT, Outcome.SUGGEST: Verdict.HELD}
        return kinds.get(asked.outcome, Verdict.WRONG)
    if asked.outcome == Outcome.ANSWER:
        return Verdict.RIGHT if holds(question, asked.reply.text) else Verdict.WRONG
    if any(holds(question, suggestion.text) for suggestion in asked.suggestions):
        return Verdict.SUGGESTED
    return Verdict.HELD


def holds(question: Examined, text: str) -> bool:
    """Every `must` found, no `must_not`, after NFKC, in a text that is not too long."""
    text = unicodedata.normalize("NFKC", text)
    return (
        len(text) <= LONGEST_ANSWER
        and all(re.search(pattern, text) for pattern in question.must)
        and not any(re.search(pattern, text) for pattern in question.must_not)
    )


def figures(judged: Sequence[Judged], missing: int) -> dict[str, float | None]:
    """The figures by which the desk is measured; `missing` questions could not be read."""
    answerable = [j.verdict for j in judged if j.question.expect == "answer"]
    unanswerable = [j.verdict for j in judged if j.question.expect == "handoff"]
    times = sorted(j.asked.ms for j in judged)
    return {
        "questions": len(judged),
        "right answers %": _share(answerable, Verdict.RIGHT),
        "right or suggested %": _share(answerable, Verdict.RIGHT, Verdict.SUGGESTED),
        "wrong answers % of all": _share([j.verdict for j in judged], Verdict.WRONG),
        "rightly handed over %": _share(unanswerable, Verdict.RIGHT),
        "not falsely answered %": _share(unanswerable, Verdict.RIGHT, Verdict.HELD),
        "missing": missing,
        "ms median": times[len(times) // 2] if times else None,
        "ms p99": times[int(len(times) * 0.99)] if times else None,
    }


def _share(verdicts: Sequence[Verdict], *kinds: Verdict) -> float | None:
    if not verdicts:
        return None
    return round(100 * sum(verdict in kinds for verdict in verdicts) / len(verdicts), 1)


def by_style(judged: Iterable[Judged]) -> dict[str, Counter[Verdict]]:
    """How often each verdict fell, by the style of the question."""
    tally: defaultdict[str, Counter[Verdict]] = defaultdict(Counter)
    for one in judged:
        tally[one.question.style][one.verdict] += 1
    return dict(sorted(tally.items()))
