"""Session numbers in any form: 第3回, 3回目, 三回目, 初回, 最終回, session 3, その次, 次の次."""

import re

_KANJI_DIGITS = {digit: number for number, digit in enumerate("一二三四五六七八", start=1)}
_ENGLISH_ORDINALS = {
    word: n
    for n, word in enumerate(["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"], start=1)
}
_KANA_DIGITS = {
    "いっ": 1,
    "いち": 1,
    "に": 2,
    "さん": 3,
    "よん": 4,
    "ご": 5,
    "ろっ": 6,
    "ろく": 6,
    "なな": 7,
    "はち": 8,
    "はっ": 8,
}
_NUMBER = r"([1-8]|[一二三四五六七八])"
_NUMBERED = (
    rf"(?:第|弟|大|だい|ダイ)\s*{_NUMBER}\s*(?:回|会|階|かい|カイ)",
    rf"{_NUMBER}\s*(?:回|会|かい|カイ)\s*(?:目|め|メ)",
    rf"(?:セミナー|講座|研修)(?:の)?{_NUMBER}(?:回|番)",
    rf"#\s*{_NUMBER}(?!\d)",
    r"\b(?:session|seminar|no\.?|class|lecture)\s*(?:no\.?|#|number)?\s*([1-8])\b",
    r"\b([1-8])(?:st|nd|rd|th)\s+(?:session|seminar|class|one|lecture|meeting)",
)
_FIRST = (
    r"初回|初日|しょかい|(?:一番|いちばん|いっちゃん)(?:最初|はじめ|初め|さいしょ)(?:の回)?|トップバッター|"
    r"(?:最初|さいしょ)の(?:回|講座|セミナー|日|は|やつ)|\b(?:very )?first (?:session|seminar|class|one)"
)
_LAST = (
    r"最終回|最終日|最終の|さいしゅうかい|ラストの|\b(?:last|final) (?:session|seminar|class|one|day|lecture)|"
    r"(?:一番|いちばん)?(?:最後|さいご|終わり|おしまい)の(?:回|講座|セミナー|日|べんきょうかい|勉強会|会|は|やつ)"
)
_RELATIVE = (
    (r"次の次|つぎのつぎ|two after", 2),
    (r"(?:その|この|じゃあ?|では)?(?:次|つぎ)の?(?:回|は|って|の会)|次回|\bnext one|after that", 1),
    (r"(?:その|この)?(?:前|まえ)の?(?:回|は)|前回|\bprevious one|before that", -1),
)


def find_numbers(text: str, last: int) -> tuple[int, ...]:
    """Session numbers a normalised text names outright, in order, each once; `last` is the final session's."""
    text = text.lower()
    found: list[tuple[int, int]] = []
    for pattern in _NUMBERED:
        found += [(m.start(), _number(m[1])) for m in re.finditer(pattern, text)]
    found += [
        (m.start(), _KANA_DIGITS[m[1]]) for m in re.finditer(rf"(?:だい)({'|'.join(_KANA_DIGITS)})(?:かい|回)", text)
    ]
    found += [
        (m.start(), _KANA_DIGITS[m[1]]) for m in re.finditer(rf"(?<![ぁ-ん])({'|'.join(_KANA_DIGITS)})かいめ", text)
    ]
    found += [
        (m.start(), _ENGLISH_ORDINALS[m[1]])
        for m in re.finditer(rf"\b({'|'.join(_ENGLISH_ORDINALS)}) (?:session|seminar|class|lecture|one)\b", text)
    ]
    found += [(m.start(), 1) for m in re.finditer(_FIRST, text)]
    found += [(m.start(), last) for m in re.finditer(_LAST, text)]
    return tuple(dict.fromkeys(number for _, number in sorted(found) if number <= last))


def find_shift(text: str) -> int | None:
    """How far from the session spoken of before a text moves on: その次は -> 1, 次の次 -> 2, 前の回 -> -1."""
    for pattern, shift in _RELATIVE:
        if re.search(pattern, text.lower()):
            return shift
    return None


def _number(digit: str) -> int:
    return _KANJI_DIGITS.get(digit) or int(digit)
