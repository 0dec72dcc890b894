"""What people wish for in so many words: a person, the bot, to comment, to cancel, to know how far it is, to thank."""

import re
from unicodedata import normalize

_STAFF = (
    r"(?:(?<!の)(?:担当(?:者|の方|の人)?|職員|スタッフ|相談員|係の(?:方|人)|オペレーター?)(?:の方|の人|さん)?"
    r"|(?<![\w])(?:生身の)?(?:人間|人|ヒト))"
)
_REACH = (
    r"(?:お?話(?:が|を)?(?:し?たい|し?させて)|お?話し?できますか|お?話せますか|話がしたい|(?:つな|繋)(?:い|げ)(?:で|て)"
    r"|(?:代|替|換|変)わって|相談したい|取り次いで|出して|呼んで)"
)
_NOT_ABOUT = r"(?!とき|時|場合|人|方|の|場)"
_MACHINE = r"(?:ボット|機械|AI|ロボット|自動応答|自動返信)"
_WANTS_PERSON = re.compile(
    rf"{_STAFF}(?:と|に|へ|を)?(?:直接|少し|一度|お?電話で)?{_REACH}{_NOT_ABOUT}"
    rf"|{_MACHINE}(?:じゃ|では|で)(?:な(?:い|く)て?|なしに)[、\s]*(?:人間?|担当者?|職員|スタッフ)(?:が|に|と|で|の)"
    r"|\b(?:talk|speak|chat) (?:to|with) (?:an? |the |some |your )?"
    r"(?:real |live |actual )?(?:human|person|operator|staff|agent|representative|(?:someone|somebody)(?=\W*$))\b",
    re.IGNORECASE,
)
_WANTS_BOT = re.compile(
    rf"{_MACHINE}(?:さん)?(?:の(?:回答|返事|答え))?(?:に|へ|と|を|で)?[、\s]*"
    r"(?:戻|もど|聞きたい|聞く|きく|ききたい|質問したい|答えて(?!ほしくな|欲しくな|い)|話したい|お願い|代わって|切り替え|いい(?:です)?$|再開)"
    r"|\b(?:back to|talk to|ask|use) the (?:ro)?bot\b",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"(?:(?:ご|お)?(?:返信|返事|回答|連絡|対応|説明|案内|教示)(?:を|(?:して)?(?:いただき|頂き|くださり|下さり))?[、\s]*|(?:どうも|本当に|早速の?)[、\s]*)*"
    r"(?:ありがとう|有難う|有り難う)(?:ございま(?:す|した))?(?:[、。!\s]*(?:助かりました|またよろしくお願いします|感謝します))?[。!\s]*"
)
_COMMENT = re.compile(r"\s*(?:コメント|ご?意見)\s*[:：]\s*(.*)", re.DOTALL)
_PROGRESS = re.compile(
    r"(?:(?:いま|今|現在)の?)?(?:進み具合|進捗|進行状況|対応状況|受付状況|状況)(?:は|を|について)?"
    r"(?:どう(?:です|なっています|なってます)か?|教えてください|教えて|知りたい(?:です)?|いかがですか)?[?。\s]*"
    r"|(?:いま|今|現在)?(?:どこまで|どのくらい)進んで(?:い?ますか|る|いる)[?。\s]*"
    r"|(?:いま|今|現在)(?:は)?どうなって(?:い?ますか|る|いる)[?。\s]*"
)

_CANCEL = re.compile(
    r"(?:やっぱり|やはり|すみません(?:が)?|申し訳ありません(?:が)?)?[、。\s]*"
    r"(?:(?:この|その|さっきの|先ほどの|今の)?(?:ご?質問|問い?合わせ|受付|件)(?:を|は))?"
    r"(?:取り?消(?:します|したい(?:です)?|して(?:ください|下さい)?|しで|す)|取り?消し"
    r"|キャンセル(?:します|したい(?:です)?|して(?:ください|下さい)?|で)?)(?:を?お願い(?:いた)?します)?[。!\s]*"
)


def wants_person(text: str) -> bool:
    """Whether somebody asks to be put through to a person; questions about persons are none such."""
    return _WANTS_PERSON.search(_plain(text)) is not None


def wants_bot(text: str) -> bool:
    """Whether somebody whom a person answers would rather have the bot again."""
    plain = _plain(text)
    return _WANTS_BOT.search(plain) is not None and not wants_person(plain)


def is_thanks(text: str) -> bool:
    """Whether it says thanks and nothing else."""
    return _THANKS.fullmatch(_plain(text)) is not None


def asks_progress(text: str) -> bool:
    """Whether it asks how far one's own ticket is, and nothing else."""
    return _PROGRESS.fullmatch(_plain(text)) is not None


def wants_to_cancel(text: str) -> bool:
    """Whether it takes a question back, and says nothing else."""
    return _CANCEL.fullmatch(_plain(text)) is not None


def comment_of(text: str) -> str | None:
    """What follows 「コメント:」; None where it begins otherwise."""
    found = _COMMENT.match(text)
    return None if found is None else found[1].strip()


def _plain(text: str) -> str:
    return normalize("NFKC", text).strip()
