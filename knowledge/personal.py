"""What in a text may tell who somebody is: found by its form, to be taken out before the text is published."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class PersonalKind(StrEnum):
    """What somebody may be known by, as curators read it."""

    MAIL = "メールアドレス"
    LINK = "個別のURL"
    BIRTH = "生年月日"
    PHONE = "電話番号"
    POSTCODE = "郵便番号"
    ADDRESS = "住所"
    TICKET = "受付番号"
    DIGITS = "番号"
    NAME = "名前"


@dataclass(frozen=True)
class Personal:
    """A stretch of a text, from `begins` to before `ends`, that may be personal."""

    begins: int
    ends: int
    kind: PersonalKind


_PREFECTURE = (
    "(?:北海道|東京都|京都府|大阪府|(?:青森|岩手|宮城|秋田|山形|福島|茨城|栃木|群馬|埼玉|千葉|神奈川|新潟|富山|石川|福井|山梨|長野"
    "|岐阜|静岡|愛知|三重|滋賀|兵庫|奈良|和歌山|鳥取|島根|岡山|広島|山口|徳島|香川|愛媛|高知|福岡|佐賀|長崎|熊本|大分|宮崎|鹿児島|沖縄)県)"
)
_TOWN = r"[一-龥々ヶケノァ-ヶー]{1,7}?[市区郡町村]"
_NOT_SPACED = r"[^\s、。,.「」()"
_HOUSE = (
    rf"{_NOT_SPACED}]{{0,20}}?\d{{1,4}}(?:丁目|番地?|号|-\d{{1,4}})"
    rf"(?:{_NOT_SPACED}はがをにでと]{{0,20}}(?:\d{{1,4}}(?:番地?|号室?)?))?"
)
_DATE = r"(?:\d{1,2}|元)年\s?\d{1,2}月\s?\d{1,2}日"
_DAY = r"\d{1,2}月\s?\d{1,2}日"
_OLD = r"19\d\d(?:年\s?\d{1,2}月\s?\d{1,2}日|[/.-]\d{1,2}[/.-]\d{1,2})"
_WESTERN = r"(?:19|20)\d\d(?:年\s?\d{1,2}月\s?\d{1,2}日|[/.-]\d{1,2}[/.-]\d{1,2})"
_ANY_DATE = rf"(?:(?:平成|令和)\s?{_DATE}|{_WESTERN}|{_DAY})"

# Who is called so is nobody in particular.
_ANYBODY = (
    "皆|みな|みんな|客|お客|お子|子|息子|娘|奥|嫁|旦那|お母|お父|お兄|お姉|お爺|お婆|おじい|おばあ|母|父|兄|姉|彼|赤|隣|何|誰|どこ"
    "|利用者|参加者|担当者|相談者|受講者|申込者|応募者|対象者|当事者|支援者|保護者|助言者|患者|講師|職員|専門家|学生|生徒|先方|相手"
    "|館長|副館長|室長|部長|課長|係長|店長|社長|議員|大家|各位|事業者|事業所|団体|企業|会社|社協|法人|協議会|センター|役所|役場"
    "|本人|ご本人|家族|ご家族|神|仏|同|多|有|異|一|左|仕|模|王|殿|お疲れ|ご苦労|スタッフ|ボランティア|メンバー|ママ|パパ|ユーザー"
    "|アドバイザー|コンサルタント|オーナー|リーダー"
)
_CALLED = r"(?:さん|様|さま|氏(?!名)|くん|ちゃん|君)(?![々一-龥ぁ-んァ-ヶー]*式)"
_KANJI_NAME = r"[一-龥々]{1,4}(?:[ \u3000]?[一-龥々]{1,3})?"
_KANA_NAME = r"[ァ-ヶー]{2,10}(?:[ \u3000・][ァ-ヶー]{2,10})?"
_PERSON = rf"(?:{_KANJI_NAME}|{_KANA_NAME}|[A-Z][a-z]{{1,15}})"
_SOFT_NAME = r"(?<![ぁ-ん])[ぁ-ん]{2,5}(?:[ \u3000][ぁ-ん]{2,5})?"
_SOFT_ANYBODY = r"た?く|みな|みんな|お?(?:かあ|とう|にい|ねえ|じい|ばあ|きゃく|こ|く|まわり|ま)|むすこ|むすめ|だれ|なに"

# In the order in which they are believed, where several find the same.
_FORMS: tuple[tuple[PersonalKind, str], ...] = (
    (PersonalKind.MAIL, r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    (PersonalKind.LINK, r"https?://[^\s、。」)]*(?:[?&#=]|[\w-]{20,})[^\s、。」)]*"),
    (PersonalKind.BIRTH, rf"(?:明治|大正|昭和)\s?{_DATE}(?:生まれ|生)?|[MTSH]\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{1,2}}"),
    (PersonalKind.BIRTH, rf"{_ANY_DATE}\s?(?:生まれ|うまれ|生)"),
    (PersonalKind.BIRTH, rf"(?:生年月日|誕生日)[はが:\s]{{0,3}}{_ANY_DATE}"),
    (PersonalKind.BIRTH, _OLD),
    (PersonalKind.POSTCODE, r"(?:〒\s?\d{3}-?\d{4}|(?<![\d-])\d{3}-\d{4}(?![\d-]))"),
    (PersonalKind.PHONE, r"(?:\+81[- ]?|(?<![\d-])0)\d{1,4}[-( ]\d{1,4}[-) ]\d{3,4}(?![\d-])"),
    (PersonalKind.PHONE, r"(?:\+81|(?<!\d)0)\d{9,10}(?!\d)"),
    (PersonalKind.ADDRESS, rf"{_PREFECTURE}\s?{_TOWN}(?:{_TOWN})?(?:{_HOUSE})?"),
    (PersonalKind.ADDRESS, rf"{_TOWN}{_HOUSE}"),
    (PersonalKind.TICKET, r"(?:受付番号|受付No\.?|問い?合わ?せ番号)\s?[はが:#]?\s?\d+|#\d+"),
    (PersonalKind.DIGITS, r"(?<![\d-])\d(?:[ -]?\d){6,}(?![\d-])"),
    (PersonalKind.NAME, rf"(?<![一-龥々ァ-ヶー])(?!(?:{_ANYBODY}){_CALLED}){_PERSON}[ \u3000]?{_CALLED}"),
    (PersonalKind.NAME, rf"(?<![ぁ-んー])(?!(?:{_SOFT_ANYBODY})(?:さん|さま))[ぁ-ん]{{2,4}}(?:さん|さま)"),
    (PersonalKind.NAME, rf"(?:{_PERSON}|{_SOFT_NAME})(?=と申します|と申す|ともうします)"),
    (PersonalKind.NAME, rf"(?:(?<=名前は)|(?<=氏名は))(?!何){_PERSON}(?=です|と|」|、|。)"),
)
_PATTERNS = tuple((kind, re.compile(form)) for kind, form in _FORMS)

# Width does not matter, and no character moves.
_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | dict.fromkeys(
    map(ord, "\u2010\u2011\u2013\u2014\u2015\u2212"), "-"
)
_LONG_DASH = re.compile(r"(?<=\d)ー(?=\d)")
_MARK = re.compile(rf"【(?:{'|'.join(PersonalKind)}):([^【】]*)】")


def mark_personal(text: str) -> tuple[Personal, ...]:
    """What may be personal in a text, in order, none overlapping another."""
    narrow = _LONG_DASH.sub("-", text.translate(_NARROW))
    found: list[Personal] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(narrow):
            if not any(match.start() < other.ends and other.begins < match.end() for other in found):
                found.append(Personal(match.start(), match.end(), kind))
    return tuple(sorted(found, key=lambda personal: personal.begins))


def with_marks(text: str) -> str:
    """The text with what may be personal shown: 「【名前:佐藤さん】から」. What is marked already stays so."""
    pieces, end = [], 0
    for mark in _MARK.finditer(text):
        pieces += [_marked(text[end : mark.start()]), mark[0]]
        end = mark.end()
    return "".join([*pieces, _marked(text[end:])])


def marks_left(text: str) -> tuple[str, ...]:
    """The marks that nobody has decided on yet, as they stand."""
    return tuple(mark[0] for mark in _MARK.finditer(text))


def unconfirmed(text: str, confirmed: Iterable[str]) -> Sequence[str]:
    """What may be personal in a text without marks, but for what somebody looked at and found to be none."""
    fine = set(confirmed)
    found = (text[personal.begins : personal.ends] for personal in mark_personal(text))
    return [said for said in dict.fromkeys(found) if said not in fine]


def _marked(text: str) -> str:
    pieces, end = [], 0
    for personal in mark_personal(text):
        pieces += [text[end : personal.begins], f"【{personal.kind}:{text[personal.begins : personal.ends]}】"]
        end = personal.ends
    return "".join([*pieces, text[end:]])
