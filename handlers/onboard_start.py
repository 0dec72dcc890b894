"""How an application as partner employer (協力事業所) is begun: by a sentence, or by a button below an answer."""

import re
from unicodedata import normalize

from handlers.effects import Choice
from handlers.onboard_fields import is_question
from handlers.onboard_questions import choice
from knowledge.book import Book

# The answers after which somebody may want to apply.
LEADING_ENTRIES = frozenset({"employer-how-to-join-in", "gap-employer-register"})

_WISHES = re.compile(
    r"協力(?:事業所|事業者|企業|会社)(?:[にへとのをで]|として|登録|申請|申し?込み?|応募|参加|相談|名乗り出|手を挙げ)*"
    r"(?:し|なり|始め|申し?込み|名乗り出|手を挙げ)?"
    r"(?:たい|させて(?:ください|ほしい|もらいたい|いただきたい)|希望(?:します|です|しています)|お願い(?:します|したい))"
    r"(?!とき|ばあい|ひと|わけ|ところ)[ぁ-ん思考]{0,12}[。!\s]*$"
)
_ASKS_HOW = re.compile(r"どう|どの|どこ|どん|いつ|何|なに|方法|仕方|やり方|教え|知りたい|聞きたい|について|条件|とは")


def wants_to_apply(text: str) -> bool:
    """Whether somebody says that their business wants to become a partner; whoever asks how is answered instead."""
    said = normalize("NFKC", text).strip()
    return not (is_question(said) or _ASKS_HOW.search(said)) and _WISHES.search(said) is not None


def ways_to_apply(entries: tuple[str, ...], book: Book) -> tuple[Choice, ...]:
    """What can be tapped below an answer that leads to an application."""
    return (choice("onboard_start", "start", book),) if LEADING_ENTRIES.intersection(entries) else ()
