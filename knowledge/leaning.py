"""Follow-ups made whole: what a short question leaves out, filled in from what was said before."""

import re
from collections.abc import Iterable, Sequence

_LONGEST_ELLIPSIS = 16
_OPENING = r"^(?:じゃあ?|では|なら|それなら|で|あと|ほな|んじゃ)?[、,\s]*"
_ELLIPSIS = re.compile(
    _OPENING
    + r"(.{1,12}?)(?:のほう|の方|の場合)?(?:は|だと|なら|のは|についても?|って|どうですか|はどう(?:ですか)?)?[?。]?$"
)
_THE_SAME = re.compile(
    _OPENING + r"(.{1,12}?)(?:のほう|の方)?(?:も|は|だと|の場合は)、?[^、。]{0,8}(?:同じ|いっしょ|一緒|おなじ)"
)
_THE_OTHER = re.compile(_OPENING + r"(.{1,8}?)(?:番目?|つ目)?(?:のほう|の方|番|つ目)(?:は|って|の)")


def complete(text: str, befores: Sequence[str], contrasts: Sequence[Sequence[str]]) -> str | None:
    """A question that sets one thing against another, made whole by what was said before (latest first).

    「今年は?」 after 「去年は何地域?」 gives 「今年は何地域?」; 「2番のほうは何の話?」 after 「事例の1番は…」 gives
    「事例の2番のほうは何の話?」. None where nothing stands against anything.
    """
    swaps = _THE_SAME.match(text) or (len(text) <= _LONGEST_ELLIPSIS and _ELLIPSIS.match(text))
    if swaps:
        pairs = _opposites(swaps[1], befores, contrasts)
        return next((_word(old).sub(new, before) for before, old, new in pairs if _is_all(swaps[1], new)), None)
    other = _THE_OTHER.match(text)
    if other:
        pairs = _opposites(other[1], befores, contrasts)
        return next((_until(old, before) + text[other.start(1) :] for before, old, _ in pairs), None)
    return None


def _opposites(said: str, befores: Sequence[str], contrasts: Sequence[Sequence[str]]) -> Iterable[tuple[str, str, str]]:
    """What was said before, the word in it that is set against one now said, and that one."""
    for before in befores:
        for group in contrasts:
            new = next((word for word in group if _word(word).search(said)), None)
            old = next((word for word in group if word != new and _word(word).search(before)), None)
            if new and old:
                yield before, old, new


def _word(word: str) -> re.Pattern[str]:
    """The word; a number only where it is no part of a date or a longer number."""
    return re.compile(rf"(?<!\d){word}(?![\d月日時:/])" if word.isdigit() else re.escape(word))


def _is_all(said: str, word: str) -> bool:
    """The word is all that is named: 「今年」, 「3番目」, not 「今年の定員」."""
    return bool(re.fullmatch(rf"[^はがをにの]{{0,4}}{re.escape(word)}(?:つ目|番目?|個目|度)?", said))


def _until(word: str, text: str) -> str:
    match = _word(word).search(text)
    return text[: match.start()] if match else ""
