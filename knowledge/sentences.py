"""The sentences of a message, and those of them that ask for something."""

import re

_SENTENCE_END = re.compile(r"(?<=[。?!\n])\s*|(?<=[a-z)])\.\s+")
_JOINT = re.compile(
    r"(?:か|かと|のか|のかと|て|で|ます|です|し|たい|の)(?:、|,|\s)*(?=(?:それと|それから|あと|ついでに|また|および|並びに|加えて|もう一つ|もうひとつ)(?:、|は|も|に)?)"
    r"|(?<=か)と、|(?<=か)、(?=[^、]{4,}か$)|\b(?:and|also),? (?=(?:how|what|when|where|who|can|do|is|are)\b)"
)
_ASKS = re.compile(
    r"[?]|(?:か|かな|かね|のか|かしら|かい|かのう|だべ|べ|け|っけ|と|の|かのお|さ|よか)[。!]?$|か(?:、|,|も?教|を|が知)|教え|おしえ|知りた|しりた|聞きた|ききた|うかが|伺い|"
    r"いつ|何(?:時|日|月|回|人|名|を|が|です|処)|なに|どこ|どの|どう(?:す|や|し)|どん|だれ|誰|いくら|なんぼ|ほしい|欲しい|ください|下さい|くだせ|ちょうだい|"
    r"\b(?:what|when|where|who|how|which|can|could|do|does|is|are|will|tell)\b.*\?",
    re.IGNORECASE,
)
_WISHES = re.compile(r"たい|お願い|\bplease\b|want to|would like", re.IGNORECASE)


def split_sentences(text: str) -> list[str]:
    """Sentences of a message, and the questions joined within one by それと, あと and the like."""
    pieces: list[str] = []
    for sentence in _SENTENCE_END.split(text):
        start = 0
        for joint in _JOINT.finditer(sentence or ""):
            pieces.append(sentence[start : joint.end()])
            start = joint.end()
        pieces.append((sentence or "")[start:])
    stripped = (re.sub(r"(?<=か)と[、,]?$|[、,]$", "", piece.strip()) for piece in pieces)
    return [piece for piece in stripped if piece]


def asking_sentences(sentences: list[str]) -> list[str]:
    """Those that ask; where none does, those that wish for something; where none does either, the last."""
    return _matching(_ASKS, sentences) or _matching(_WISHES, sentences) or sentences[-1:]


def _matching(pattern: re.Pattern[str], sentences: list[str]) -> list[str]:
    return [s for s in sentences if pattern.search(s)]
