"""Reads what a shop owner answers to a field of the application: as it was meant, gently."""

import re
from dataclasses import dataclass, field
from unicodedata import normalize

from handlers.intake import CONTACT, FORMS, PLACE, WISHES, WORK

LONGEST = {WORK: 1000, WISHES: 1000}
LONGEST_OTHER = 200

_NAMES = (
    "青森 岩手 宮城 秋田 山形 福島 茨城 栃木 群馬 埼玉 千葉 神奈川 新潟 富山 石川 福井 山梨 長野 岐阜 静岡 愛知 三重 "
    "滋賀 兵庫 奈良 和歌山 鳥取 島根 岡山 広島 山口 徳島 香川 愛媛 高知 福岡 佐賀 長崎 熊本 大分 宮崎 鹿児島 沖縄"
)
PREFECTURES = ("北海道", "東京都", "京都府", "大阪府", *(f"{name}県" for name in _NAMES.split()))
_SHORT = {name[:-1]: name for name in PREFECTURES[1:]}
_FULL = re.compile("|".join(PREFECTURES))
# Without its last character only where it stands alone: 「千葉 船橋」, but not 「福島区」.
_ALONE = re.compile(rf"(?:^|(?<=[\s、,・])){'(' + '|'.join(_SHORT) + ')'}(?=[\s、,・]|$)")
_TOWNS = ("市", "区", "町", "村")

_PHONE = re.compile(r"(?<!\d)(?:\+81[-\s.()]*\d|0\d)(?:[-\s.()]*\d){7,9}(?!\d)")
_MAIL = re.compile(r"[^\s@、,<>()]+@[^\s@、,<>()]+\.[A-Za-z]{2,}")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−ーｰ", "-"))
_NO_NAME = re.compile(
    r"電話番号|電話|携帯|メールアドレス|メール|アドレス|番号|です|は|tel|phone|e?-?mail", re.IGNORECASE
)
# What stands between and after the forms that somebody lists.
_JOINTS = re.compile(r"支援付き|短期|でき(?:ます|る)|です|など|可能|[とやもが]|[\s、,。・/]")

_YES = frozenset(["はい", "同意します", "同意する", "同意", "同意いたします", "ok", "yes", "いいです", "大丈夫です"])
_NO = frozenset(["いいえ", "同意しません", "同意しない", "no", "いや"])
_ASKS = re.compile(r"[?？]\s*$|(?:です|ます|でしょう|ません|でした|ました)か[。.!！]?\s*$")


@dataclass(frozen=True)
class Told:
    """The answer to a field."""

    text: str = field(repr=False)


@dataclass(frozen=True)
class More:
    """Something of the answer; the rest is to be asked for (see `rest_of`)."""

    part: str = field(repr=False)


@dataclass(frozen=True)
class Unfit:
    """Nothing that answers the field; `why` is the phrase that says so."""

    why: str


Reading = Told | More | Unfit


def longest(name: str) -> int:
    """How many characters a field takes."""
    return LONGEST.get(name, LONGEST_OTHER)


def read(name: str, text: str, part: str, forms: tuple[str, ...]) -> Reading:
    """What a text says for a field of which `part` is known. `forms` are the names of what could be offered."""
    told = tidied(name, text)
    if not told:
        return Unfit("onboard_empty")
    if len(told) > longest(name):
        return Unfit("onboard_too_long")
    match name:
        case _ if name == PLACE:
            return _place(told, part)
        case _ if name == FORMS:
            return Told(_forms(told, forms))
        case _ if name == CONTACT:
            return _contact(told, part)
        case _:
            return Told(told)


def tidied(name: str, text: str) -> str:
    """Without spaces that say nothing; where much may be written, its lines stay."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return "\n".join(lines).strip() if name in LONGEST else " ".join(" ".join(lines).split())


def prefecture_of(text: str) -> str | None:
    """The full name of the prefecture that a text names."""
    shown = normalize("NFKC", text)
    full = _FULL.search(shown)
    if full:
        return full.group()
    alone = _ALONE.search(shown)
    return _SHORT[alone.group()] if alone else None


def _place(told: str, part: str) -> Reading:
    """A prefecture and a town, in one or two messages; the second one is taken as it is."""
    prefecture, town = prefecture_of(told), _town_of(told)
    if not part:
        return Told(told) if prefecture and town else More(told)
    if prefecture and town.endswith(_TOWNS):
        return Told(told)
    return Told(f"{part} {told}") if prefecture_of(part) else Told(f"{prefecture or told} {part}")


def _town_of(told: str) -> str:
    """What is left beside the prefecture."""
    shown = _ALONE.sub("", _FULL.sub("", normalize("NFKC", told), count=1), count=1)
    return "".join(char for char in shown if char.isalpha()).removesuffix("です")


def _contact(told: str, part: str) -> Reading:
    """A name and a number or an address, in as many messages as it takes; the name is asked for once."""
    whole = f"{part} {told}".strip()
    if len(whole) > longest(CONTACT):
        return Unfit("onboard_too_long")
    if not is_reachable(whole):
        return More(whole)
    if not part and not _names_somebody(whole):
        return More(whole)
    return Told(whole)


def is_reachable(text: str) -> bool:
    """Whether a text holds a telephone number or a mail address."""
    return bool(_PHONE.search(_plain(text)) or _MAIL.search(_plain(text)))


def _names_somebody(text: str) -> bool:
    rest = _NO_NAME.sub(" ", _MAIL.sub(" ", _PHONE.sub(" ", _plain(text))))
    return any(char.isalpha() for char in rest)


def _plain(text: str) -> str:
    return normalize("NFKC", text).translate(_DASHES)


def rest_of(name: str, part: str) -> str:
    """The phrase that asks for what is missing beside `part`."""
    if name == PLACE:
        return "onboard_town" if prefecture_of(part) else "onboard_prefecture"
    return "onboard_contact_who" if is_reachable(part) else "onboard_contact_how"


def _forms(told: str, forms: tuple[str, ...]) -> str:
    """Those that are named; what else it says stays with the last of them (その他)."""
    *named_ones, other = forms
    named = [form for form in named_ones if _stem(form) in told]
    beside = _JOINTS.sub("", told)
    for form in (*map(_stem, forms), *forms):
        beside = beside.replace(form, "")
    words = [f"{other}({told.replace('、', ' ')})"] if beside else []
    return "、".join([*named, *words]) or other


def _stem(form: str) -> str:
    """「支援付き短期バイト」 is meant by 「バイト」 as well."""
    return "バイト" if form.endswith("バイト") else form


def toggled(part: str, form: str, forms: tuple[str, ...]) -> str:
    """The forms chosen so far with this one too, or without it where it was there."""
    chosen = set(chosen_of(part)) ^ {form}
    others = [one for one in chosen_of(part) if one not in forms]
    return "、".join([*(one for one in forms if one in chosen), *others])


def chosen_of(part: str) -> list[str]:
    """The forms that were chosen so far."""
    return part.split("、") if part else []


def agrees(text: str) -> bool | None:
    """Whether somebody says yes or no; None where they say something else."""
    said = normalize("NFKC", text).strip(" 。.!、").lower()
    if said in _YES:
        return True
    return False if said in _NO else None


def is_question(text: str) -> bool:
    """Whether a text ends as questions do."""
    return bool(_ASKS.search(text))
