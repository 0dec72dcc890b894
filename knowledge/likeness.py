"""Whether two people ask the same: by what they mean, by the words they use, and by what the base has on it.

The numbers are of 245 questions that the base cannot answer, with 65 pairs that ask the same (bench/README.md).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from knowledge.encoder import Vectors

_WORDS = 0.25
_ENTRIES = 0.7
_ALIKE = 0.85


@dataclass(frozen=True)
class Profile:
    """What a question is compared by.

    `vectors` are unit vectors of its views, a row each; `words` its terms with how much each tells; `entries` the
    answers and known gaps that may be meant, each with its chance.
    """

    vectors: Vectors = field(repr=False)
    words: Mapping[str, float] = field(repr=False)
    entries: Mapping[str, float]


def likeness(one: Profile, other: Profile) -> float:
    """How alike two questions are: about 0 for any two, 1.95 for the same words about a known entry."""
    meaning = float((one.vectors @ other.vectors.T).max())
    return meaning + _WORDS * _shared_words(one, other) + _ENTRIES * _same_entry(one, other)


def is_same_question(one: Profile, other: Profile) -> bool:
    """Whether one answer settles both."""
    return likeness(one, other) >= _ALIKE


def same_questions(profiles: Sequence[Profile]) -> list[list[int]]:
    """The questions in groups that ask the same, by their places; all others of a group are like its first."""
    groups: list[list[int]] = []
    for place, profile in enumerate(profiles):
        own = next((group for group in groups if is_same_question(profiles[group[0]], profile)), None)
        if own is None:
            groups.append([place])
        else:
            own.append(place)
    return groups


def _shared_words(one: Profile, other: Profile) -> float:
    """The share of words, by how much they tell, that both have (0..1)."""
    total = sum(one.words.values()) + sum(other.words.values())
    shared = sum(one.words[word] for word in one.words.keys() & other.words.keys())
    return 2 * shared / total if total else 0.0


def _same_entry(one: Profile, other: Profile) -> float:
    """The chance that both mean the same entry."""
    return sum(one.entries[entry] * other.entries[entry] for entry in one.entries.keys() & other.entries.keys())
