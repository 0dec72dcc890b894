"""Surface normalisation: one spelling for one text, whatever keyboard it came from."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import jaconv

_CONTROL = re.compile(
    r"[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\ufe0f\ud800-\udfff]"
)
_PICTURES = re.compile(r"[\U0001F000-\U0001FAFF\u2600-\u27BF\u2B00-\u2BFF\u2190-\u21FF]+")
_KEPT_PICTURES = str.maketrans("①②③④⑤⑥⑦⑧", "12345678")
_COMBINING_MARKS = str.maketrans("゛゜", "\u3099\u309a")
_LAUGHTER = re.compile(r"[wW]{2,}(?![a-zA-Z])|(?<=[^\x00-\x7f])w+(?![a-zA-Z])|\((笑|汗|泣)\)")
_REPEATED = re.compile(r"([!?、。…・ー~っッ])\1+")
_JAPANESE = r"[\u3040-\u30ff\u4e00-\u9fff々]"
_SPACE_INSIDE = re.compile(rf"(?<={_JAPANESE})[ \u3000]+(?={_JAPANESE})")
_KANA_ONLY = re.compile(r"[\u3040-\u30ff\s、。?!,.・~0-9:/-]+")
_KANJI = re.compile(r"[\u4e00-\u9fff]")

_ROMAJI_WORD = re.compile(
    r"(?:(?:[kgsztdnhbpmyrwfj]|ky|gy|sh|sy|ch|ty|ts|ny|hy|by|py|my|ry|jy|kk|pp|tt|ss|ssh|tch|cch|tts)?[aiueo]+|n'?|-)+"
)
_ENGLISH_WORDS = frozenset(
    ["the", "a", "an", "is", "are", "am", "do", "does", "did", "can", "could", "will", "would", "what", "when",
     "where", "who", "whom", "which", "how", "why", "of", "for", "in", "on", "at", "to", "from", "and", "or",
     "not", "with", "my", "your", "our", "their", "his", "her", "you", "we", "they", "it", "i", "this", "that",
     "there", "have", "has", "be", "any", "some", "please", "if", "me", "us", "hi", "hello", "much", "many",
     "about", "one", "he", "she"]
)  # fmt: skip


@dataclass(frozen=True)
class Rewrite:
    """One step from what was said to what is searched: the rule's name and the text after it."""

    rule: str
    text: str


def normalise(text: str) -> tuple[Rewrite, ...]:
    """The chain of rewrites of a raw text; the last one's text is the normalised form (maybe empty).

    The rules go round until none changes anything, so that a normalised text stays as it is.
    """
    steps = [Rewrite("raw", text)]
    before = None
    while steps[-1].text != before:
        before = steps[-1].text
        for rule, rewrite in _RULES:
            after = rewrite(steps[-1].text)
            if after != steps[-1].text:
                steps.append(Rewrite(rule, after))
    return tuple(steps)


def _fold_width(text: str) -> str:
    text = unicodedata.normalize("NFKC", text.translate(_KEPT_PICTURES).translate(_COMBINING_MARKS))
    text = _CONTROL.sub(" ", text).replace("〜", "~").replace("〜", "~").replace("’", "'")
    return _REPEATED.sub(r"\1", text).strip()


def _drop_pictures(text: str) -> str:
    text = _LAUGHTER.sub(" ", _PICTURES.sub("。", text))
    text = re.sub(r"([?!。])。+", r"\1", text)
    return re.sub(r"[ \t]+", " ", text).strip(" 。")


def join_spaced_kana(text: str) -> str:
    """「もうしこみは いつ」 without its spaces: やさしい日本語 separates words."""
    return _SPACE_INSIDE.sub("", text)


def is_kana_only(text: str) -> bool:
    """True for a text without a single kanji or Latin word, so that it must be read by sound."""
    return bool(_KANA_ONLY.fullmatch(text)) and not _KANJI.search(text)


def is_english(text: str) -> bool:
    """True where most letters are Latin and the text is not romaji."""
    latin = len(re.findall(r"[A-Za-z]", text))
    japanese = len(re.findall(_JAPANESE, text))
    return latin >= 4 and latin > 3 * japanese


def romaji_to_kana(text: str) -> str:
    """Japanese typed in Latin letters, as hiragana; anything else as it is."""
    words = re.findall(r"[a-z'-]+", text.lower())
    if len(words) < 2 or re.search(_JAPANESE, text):
        return text
    spelt = [word for word in words if _ROMAJI_WORD.fullmatch(word)]
    english = sum(word in _ENGLISH_WORDS for word in words)
    particles = sum(
        word in {"no", "wa", "wo", "ga", "ni", "desu", "ka", "masu", "de", "o", "mo", "desuka"} for word in words
    )
    if len(spelt) < 0.7 * len(words) or english > particles:
        return text
    return join_spaced_kana(re.sub(r"[A-Za-z'-]+", _kana_word, text))


def _kana_word(match: re.Match[str]) -> str:
    word = match.group().lower()
    if not _ROMAJI_WORD.fullmatch(word):
        return match.group()
    return str(jaconv.alphabet2kana(re.sub(r"n'?n(?=[aiueo])", "nnn", word.replace("-", "ー"))))


_RULES: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("nfkc", _fold_width),
    ("pictures", _drop_pictures),
    ("romaji", romaji_to_kana),
    ("spaces", join_spaced_kana),
)
