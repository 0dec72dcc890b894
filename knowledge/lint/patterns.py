"""Faults of the regular expressions in vocabulary.yaml and danger.yaml."""

import re
from collections.abc import Iterable

from knowledge.load import Content


def broken_patterns(content: Content) -> Iterable[str]:
    """Every pattern compiles."""
    for place, pattern in _patterns(content):
        try:
            re.compile(pattern)
        except re.error as error:
            yield f"{place}: 正規表現「{pattern}」が正しくありません({error})。"


def _patterns(content: Content) -> Iterable[tuple[str, str]]:
    vocabulary = content.vocabulary
    yield from ((f"vocabulary.yaml: aspects.{name}", pattern) for name, pattern in vocabulary.aspects.items())
    yield from ((f"vocabulary.yaml: denials.{name}", pattern) for name, pattern in vocabulary.denials.items())
    yield from (("vocabulary.yaml: filler", pattern) for pattern in vocabulary.filler)
    yield from (("vocabulary.yaml: corrections", pattern) for pattern, _ in vocabulary.corrections)
    for kind in content.danger.kinds:
        yield from ((f"danger.yaml: [{kind.id}]", p) for p in (*kind.patterns, *kind.not_patterns))
