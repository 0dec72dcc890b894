"""From sound back to writing: the words of the base that a stretch of kana most likely stands for.

Kana-only questions and wrong conversions (強力事業所 for 協力事業所) are decoded with stretches of one
to four words as the base writes them, weighted by how often it does, along the cheapest path.
"""

import math
from collections import Counter
from collections.abc import Iterable

from knowledge.reading import Reader, Word, fold_sound

# A folded sound to its cost (the smaller the likelier) and its writing.
Spelling = dict[str, tuple[float, str]]
# A folded sound and one of its writings.
Stretch = tuple[str, str]

_LONGEST = 16
_MOST_WORDS = 4
_SHORT = 2
_UNKNOWN_COST = 10.0
_STEP_COST = 2.0


def learn_spelling(reader: Reader, texts: Iterable[str]) -> Spelling:
    """How the base writes each sound it has, and at what cost: the rarer the dearer.

    Long stretches that stand only once say little and would fill most of the memory.
    """
    counts, short = _count(reader, texts)
    return _cheapest(counts, short, sum(counts.values()))


def learn_more_spelling(spelling: Spelling, reader: Reader, texts: Iterable[str]) -> Spelling:
    """The same with what further texts have that sounds like nothing known."""
    counts, short = _count(reader, texts)
    # What is dearest stands in the base once, which tells how much there is in all.
    total = math.exp(max((cost for cost, _ in spelling.values()), default=_STEP_COST) - _STEP_COST)
    return _cheapest(counts, short, total) | spelling


def _count(reader: Reader, texts: Iterable[str]) -> tuple[Counter[Stretch], set[Stretch]]:
    """How often each stretch stands in the texts, and those of few words."""
    counts: Counter[Stretch] = Counter()
    short: set[Stretch] = set()
    for text in texts:
        for stretch, words in _stretches(reader.read(text)):
            counts[stretch] += 1
            if words <= _SHORT:
                short.add(stretch)
    return counts, short


def _cheapest(counts: Counter[Stretch], short: set[Stretch], total: float) -> Spelling:
    spelling: Spelling = {}
    for stretch, count in counts.items():
        sound, surface = stretch
        cost = math.log(total / count) + _STEP_COST
        if (count > 1 or stretch in short) and cost < spelling.get(sound, (math.inf, ""))[0]:
            spelling[sound] = (cost, surface)
    return spelling


class KanaDecoder:
    """Spells a folded sound with known words."""

    def __init__(self, spelling: Spelling) -> None:
        self._spelling = spelling

    def decode(self, sound: str) -> str:
        """The cheapest spelling of a folded sound; unknown stretches stay in katakana."""
        best: list[tuple[float, int, str]] = [(0.0, 0, "")]
        for end in range(1, len(sound) + 1):
            best.append(min(self._endings(sound, end, best)))
        pieces: list[str] = []
        end = len(sound)
        while end:
            _, start, surface = best[end]
            pieces.append(surface)
            end = start
        return "".join(reversed(pieces))

    def _endings(self, sound: str, end: int, best: list[tuple[float, int, str]]) -> Iterable[tuple[float, int, str]]:
        yield best[end - 1][0] + _UNKNOWN_COST, end - 1, sound[end - 1]
        for start in range(max(0, end - _LONGEST), end):
            known = self._spelling.get(sound[start:end])
            if known:
                yield best[start][0] + known[0], start, known[1]


def _stretches(words: tuple[Word, ...]) -> Iterable[tuple[Stretch, int]]:
    """Every run of up to four words that have Japanese sounds: (folded sound, writing), and how many words."""
    sounds = [fold_sound(w.reading) for w in words]
    for start in range(len(words)):
        for end in range(start + 1, min(start + _MOST_WORDS, len(words)) + 1):
            if not sounds[end - 1] or (words[end - 1].surface.isascii() and not words[end - 1].surface.isdigit()):
                break
            sound = "".join(sounds[start:end])
            if len(sound) > _LONGEST:
                break
            yield (sound, "".join(w.surface for w in words[start:end])), end - start
