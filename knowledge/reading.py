"""Words and sounds of a text, by Sudachi: normalised forms, readings, and what is a content word."""

import re
from dataclasses import dataclass
from functools import lru_cache
from threading import local

import jaconv
from sudachipy import Dictionary, SplitMode, Tokenizer

_CONTENT = {"名詞", "動詞", "形容詞", "形状詞", "代名詞", "副詞", "接頭辞", "接尾辞"}
_SOUND_FOLDS = str.maketrans(
    {"ヂ": "ジ", "ヅ": "ズ", "ヲ": "オ", "ハ": "ワ", "ヘ": "エ", "ー": None, "ッ": "ツ", "ァ": "ア", "ィ": "イ",
     "ゥ": "ウ", "ェ": "エ", "ォ": "オ", "ャ": "ヤ", "ュ": "ユ", "ョ": "ヨ", "ヴ": "ブ"}
)  # fmt: skip
_LONG_VOWEL = re.compile(
    "(?<=[アカサタナワマヤラガザダバパ])ア|(?<=[イキシチニヒミリギジビピ])イ|(?<=[ウクスツヌフムユルグズブプ])ウ"
    "|(?<=[エケセテネメレゲゼデベペ])[イエ]|(?<=[オコソトノホモヨロゴゾドボポ])[ウオ]"
)
_NOT_SOUND = re.compile(r"[^ァ-ヶa-z0-9]")


@dataclass(frozen=True)
class Word:
    """One morpheme: as written, its normalised form, how it sounds (katakana), and its part of speech."""

    surface: str
    form: str
    reading: str
    part: str
    detail: str

    @property
    def is_content(self) -> bool:
        return (self.part in _CONTENT and self.detail not in {"非自立可能", "助数詞"}) or self.form.isdigit()


class Reader:
    """Splits Japanese into words. Holds the dictionary; reading changes nothing in it."""

    def __init__(self) -> None:
        self._dictionary = Dictionary(dict="small")
        self._own = local()
        self.read = lru_cache(maxsize=2_000)(self._read)
        self.sound = lru_cache(maxsize=2_000)(self._sound)

    def _read(self, text: str) -> tuple[Word, ...]:
        """The words of a normalised text, in order."""
        return tuple(
            Word(m.surface(), _form(m.surface(), m.normalized_form()), _reading(m.surface(), m.reading_form()),
                 m.part_of_speech()[0], m.part_of_speech()[1])
            for m in self._tokenizer().tokenize(text)
            if m.surface().strip()
        )  # fmt: skip

    def _tokenizer(self) -> Tokenizer:
        """This thread's own: one refuses to be used by two at once."""
        if not hasattr(self._own, "tokenizer"):
            self._own.tokenizer = self._dictionary.tokenizer(mode=SplitMode.A)
        tokenizer: Tokenizer = self._own.tokenizer
        return tokenizer

    def _sound(self, text: str) -> str:
        """How a text sounds, folded: 「応縁デスクわ」 and 「応援デスクは」 are the same string."""
        return "".join(fold_sound(word.reading) for word in self.read(text))


def _form(surface: str, form: str) -> str:
    """The normalised form; Latin words keep their letters, without a plural s."""
    if not surface.isascii():
        return form.lower()
    lower = surface.lower()
    return lower[:-1] if len(lower) > 3 and lower.endswith("s") and not lower.endswith("ss") else lower


def _reading(surface: str, reading: str) -> str:
    if reading == "キゴウ" or not reading:
        return surface
    return reading


def fold_sound(reading: str) -> str:
    """A reading with the differences folded that typing and hearing confuse (は/わ, を/お, づ/ず, ー)."""
    katakana = jaconv.hira2kata(reading).lower().translate(_SOUND_FOLDS)
    return _LONG_VOWEL.sub("", _NOT_SOUND.sub("", katakana))
