"""Dates in Japanese and English words, to spans of days: 「来週の水曜」「9/21」「今月」「October 5」."""

import datetime as dt
import re

from knowledge.calendar import WEEKDAYS, Span, day_text

_KANA_WORD = r"(?<![ぁ-んァ-ン])"
_DAY_WORDS = (
    (rf"明後日|{_KANA_WORD}(?:あさって|アサッテ)", 2, "明後日"),
    (rf"一昨日|{_KANA_WORD}(?:おととい|おとつい|オトトイ)", -2, "一昨日"),
    (rf"明日|{_KANA_WORD}(?:あした|アシタ|あす)(?!か)|\btomorrow", 1, "明日"),
    (rf"昨日|{_KANA_WORD}(?:きのう|キノウ)(?!きょうか|キョウカ|せいび)|\byesterday", -1, "昨日"),
    (rf"今日|本日|{_KANA_WORD}(?:きょう|キョウ)(?!しつ|りょく|いく|シツ|リョク|イク)|今夜|今晩|\btoday|\btonight",
     0, "今日"),
)  # fmt: skip
_WEEK_WORDS = ((r"再来週|さらいしゅう", 2, "再来週"), (r"来週|らいしゅう|next week", 1, "来週"),
               (r"先々週|せんせんしゅう", -2, "先々週"), (r"先週|せんしゅう|last week", -1, "先週"),
               (r"今週|こんしゅう|this week", 0, "今週"))  # fmt: skip
_MONTH_WORDS = ((r"再来月|さらいげつ", 2, "再来月"), (r"来月|らいげつ|next month", 1, "来月"),
                (r"先月|せんげつ|last month", -1, "先月"), (r"今月|こんげつ|this month", 0, "今月"))  # fmt: skip
_KANA_WEEKDAYS = ("げつ", "か", "すい", "もく", "きん", "ど", "にち")
_KANJI_NUMBERS = {"一": 1, "二": 2, "三": 3}
_WEEKDAY = rf"(?:の)?\s*\(?(?:([{WEEKDAYS}])曜|({'|'.join(_KANA_WEEKDAYS)})よう)"
_ENGLISH_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_EN_WEEKDAY = rf"\b(this|next|coming) ({'|'.join(_ENGLISH_WEEKDAYS)})(?:[a-z]*day)?(?![a-z])"
_ENGLISH_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_EN_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_NOT_A_DATE = re.compile(r"\d{1,2}月\s*(?:生まれ|号)")
_KANJI_DIGITS = "〇一二三四五六七八九"
_KANJI_NUMBER = re.compile(r"[一二三四五六七八九十]{1,3}(?=\s*(?:月|日|がつ|にち))")


def find_span(text: str, today: dt.date, season: Span) -> Span | None:
    """The first span of days a normalised text names, seen from `today` (Japan), or None.

    A date without a year is the one nearest to `today` within `season`.
    """
    text = _NOT_A_DATE.sub("", _KANJI_NUMBER.sub(_in_digits, text.lower()))
    for finder in (
        _numbered_day,
        _english_day,
        _week,
        _coming_weekday,
        _day_word,
        _day_of_month_word,
        _month_word,
        _month,
    ):
        span = finder(text, today, season)
        if span:
            return span
    return None


def _in_digits(match: re.Match[str]) -> str:
    """二十一 as 21."""
    tens, ten, ones = match[0].rpartition("十")
    return str(10 * (_digit(tens) or 1) + _digit(ones)) if ten else "".join(str(_digit(d)) for d in ones)


def _digit(kanji: str) -> int:
    return _KANJI_DIGITS.index(kanji[0]) if kanji else 0


def _single(day: dt.date, word: str = "") -> Span:
    return Span(day, day, f"{word}({day_text(day)})" if word else day_text(day))


def _numbered_day(text: str, today: dt.date, season: Span) -> Span | None:
    match = re.search(r"(?<!\d)(\d{1,2})\s*(?:月|/|がつ)\s*(\d{1,2})\s*(?:日|にち)?(?![\d/])", text)
    return _day(int(match[1]), int(match[2]), today, season) if match else None


def _english_day(text: str, today: dt.date, season: Span) -> Span | None:
    match = re.search(rf"\b{_EN_MONTH}\s*(\d{{1,2}})(?:st|nd|rd|th)?\b", text)
    if match:
        return _day(_ENGLISH_MONTHS.index(match[1]) + 1, int(match[2]), today, season)
    match = re.search(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_EN_MONTH}(?![a-z])", text)
    return _day(_ENGLISH_MONTHS.index(match[2]) + 1, int(match[1]), today, season) if match else None


def _day(month: int, day: int, today: dt.date, season: Span) -> Span | None:
    date = _nearest(month, day, today, season)
    return _single(date) if date else None


def _nearest(month: int, day: int, today: dt.date, season: Span) -> dt.date | None:
    found = []
    for year in range(season.begins.year, season.ends.year + 1):
        try:
            found.append(dt.date(year, month, day))
        except ValueError:
            continue
    within = [date for date in found if season.holds(date)] or found
    return min(within, key=lambda date: abs(date - today), default=None)


def _day_word(text: str, today: dt.date, _: Span) -> Span | None:
    for pattern, shift, word in _DAY_WORDS:
        if re.search(pattern, text):
            return _single(today + dt.timedelta(days=shift), word)
    return None


def _days_away(text: str, today: dt.date, _: Span) -> Span | None:
    match = re.search(r"(\d{1,3}|一|二|三)\s*(日|週間)\s*(前|まえ|後|あと|ご)(?!半)", text)
    match_english = re.search(r"\b(\d{1,3}) (day|week)s? (ago|from now|later)\b", text)
    if not match and not match_english:
        return None
    number, unit, side = (match or match_english).groups()  # type: ignore[union-attr]
    days = _KANJI_NUMBERS.get(number) or int(number)
    days *= 7 if unit in ("週間", "week") else 1
    return _single(today + dt.timedelta(days=-days if side in ("前", "まえ", "ago") else days))


def _week(text: str, today: dt.date, _: Span) -> Span | None:
    for pattern, shift, word in _WEEK_WORDS:
        match = re.search(rf"(?:{pattern})(?:{_WEEKDAY})?", text)
        if match:
            monday = today + dt.timedelta(days=7 * shift - today.weekday())
            weekday = _weekday(match)
            if weekday is None:
                return Span(monday, monday + dt.timedelta(days=6), word)
            return _single(monday + dt.timedelta(days=weekday), f"{word}の{WEEKDAYS[weekday]}曜日")
    return None


def _weekday(match: re.Match[str]) -> int | None:
    """Monday is 0; None where the match names no weekday."""
    if match[1]:
        return WEEKDAYS.index(match[1])
    return _KANA_WEEKDAYS.index(match[2]) if match[2] else None


def _coming_weekday(text: str, today: dt.date, _: Span) -> Span | None:
    match = re.search(rf"(?:今度|次|こんど|つぎ){_WEEKDAY}", text)
    english = re.search(_EN_WEEKDAY, text)
    weekday = _weekday(match) if match else _ENGLISH_WEEKDAYS.index(english[2]) if english else None
    if weekday is None:
        return None
    ahead = (weekday - today.weekday() - 1) % 7 + 1
    return _single(today + dt.timedelta(days=ahead), f"次の{WEEKDAYS[weekday]}曜日")


def _day_of_month_word(text: str, today: dt.date, season: Span) -> Span | None:
    """来月の5日."""
    match = re.search(r"(\d{1,2})(?:日|にち)(?!間)", text)
    month = _month_word(text, today, season)
    day = int(match[1]) if match else 0
    return _single(month.begins.replace(day=day)) if month and 1 <= day <= month.ends.day else None


def _month_word(text: str, today: dt.date, _: Span) -> Span | None:
    for pattern, shift, word in _MONTH_WORDS:
        if re.search(pattern, text):
            month0 = today.year * 12 + today.month - 1 + shift
            return _whole_month(month0 // 12, month0 % 12 + 1, word)
    return None


def _month(text: str, today: dt.date, season: Span) -> Span | None:
    match = re.search(r"(?<![\d/])(\d{1,2})\s*(?:月|がつ)(?!\s*\d)", text)
    english = re.search(
        r"\b(?:in|for|during) (january|february|march|april|may|june|july|"
        r"august|september|october|november|december)\b",
        text,
    )
    if not match and not english:
        return None
    month = int(match[1]) if match else _ENGLISH_MONTHS.index(english[1][:3]) + 1  # type: ignore[index]
    first = _nearest(month, 1, today, season)
    return _whole_month(first.year, month, f"{month}月") if first else None


def _whole_month(year: int, month: int, word: str) -> Span:
    begins = dt.date(year, month, 1)
    ends = (begins + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
    label = word if word.endswith("月") and word[0].isdigit() else f"{word}({month}月)"
    return Span(begins, ends, label)
