"""Long texts in parts, cut where a reader would pause."""

import re
import unicodedata

ZERO_WIDTH_JOINER = "\u200d"
SKIN_TONES = range(0x1F3FB, 0x1F400)
FLAG_LETTERS = range(0x1F1E6, 0x1F200)
LONGEST_CLUSTER = 40

# Where a part may end, best first: paragraphs, lines, sentences, words.
PAUSES = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"[。！？!?]+[」』）)]*|\.(?=\s)"),
    re.compile(r"\s"),
)


def units(text: str) -> int:
    """The length of a text in UTF-16 units, as the platforms count it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def divide(text: str, longest: int) -> list[str]:
    """The parts of a text, at least one, none longer than `longest` UTF-16 units (at least 2).

    Together they hold all of the text but white space at the cuts. None is blank unless all of it is.
    """
    parts, rest = [], text
    while units(rest) > longest:
        cut = _cut(rest, max(longest, 2))
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [part for part in [*parts, rest] if part.strip()] or [""]


def _cut(text: str, longest: int) -> int:
    """The index of the best pause that leaves at least half a part, or else any part at all."""
    room = _fitting(text, longest)
    for least in (room // 2, 1):
        for pause in PAUSES:
            ends = [found.end() for found in pause.finditer(text, 0, room)]
            if ends and ends[-1] >= least:
                return ends[-1]
    return _between_clusters(text, room)


def _fitting(text: str, longest: int) -> int:
    """How many characters fit into so many units."""
    taken = 0
    for index, character in enumerate(text):
        taken += units(character)
        if taken > longest:
            return index
    return len(text)


def _between_clusters(text: str, room: int) -> int:
    """The last index up to `room` that does not tear what is seen as one character."""
    for cut in range(room, max(room - LONGEST_CLUSTER, 0), -1):
        if not _is_inside_cluster(text, cut):
            return cut
    return room


def _is_inside_cluster(text: str, cut: int) -> bool:
    before, after = text[cut - 1], text[cut]
    if before == ZERO_WIDTH_JOINER or unicodedata.category(after) in ("Mn", "Mc", "Me", "Cf"):
        return True
    return ord(after) in SKIN_TONES or _is_inside_flag(text, cut)


def _is_inside_flag(text: str, cut: int) -> bool:
    """A flag is two letters; before a cut between flags stands an even number of them."""
    if ord(text[cut]) not in FLAG_LETTERS:
        return False
    letters = 0
    while letters < cut and ord(text[cut - 1 - letters]) in FLAG_LETTERS:
        letters += 1
    return letters % 2 == 1
