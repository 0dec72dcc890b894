"""Faults of the numbers in ranking.yaml."""

from collections.abc import Iterable
from dataclasses import fields

from knowledge.agreement import Bonuses
from knowledge.judge import Scale
from knowledge.load import Content
from knowledge.ranking import ViewBonuses
from knowledge.search import Weights


def unknown_numbers(content: Content) -> Iterable[str]:
    """Each part of ranking.yaml has the numbers that the search takes, and no others."""
    ranking = content.ranking
    for part, given, taken in (
        ("weights", ranking.weights, Weights),
        ("agreement", ranking.agreement, Bonuses),
        ("views", ranking.views, ViewBonuses),
        ("scale", ranking.scale, Scale),
    ):
        names = {f.name for f in fields(taken)}
        yield from (f"ranking.yaml: {part}: 「{name}」がありません。" for name in sorted(names - set(given)))
        yield from (f"ranking.yaml: {part}: 「{name}」という数は使われません。" for name in sorted(set(given) - names))
