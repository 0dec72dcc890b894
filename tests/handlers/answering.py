"""What a member's answer to a participant looks like as an effect."""

from handlers.effects import Answer, Choice, Effect, Record, Reply, Revise
from handlers.ticket import Action
from knowledge.book import Book
from knowledge.schema import Canned, CannedKind
from tests.handlers.staffing import SATO

OVER = (
    "この確認は、取りやめたか、時間がたっています。必要なときは、もう一度やり直してください。"
    "参加者には何も送っていません。"
)
JUST_NOW = "2022-07-04 09:29:30"


def answer(words: str, number: int = 12, action: Action = Action.REPLIED) -> Answer:
    """What 佐藤 sends to somebody who talks to a person already."""
    return Answer(number, Reply(f"担当者より\n{words}", ticket=number, by="staff"), action, SATO)


def first_answer(words: str, number: int = 12, action: Action = Action.REPLIED) -> Answer:
    """What 佐藤 sends to somebody who hears from a person for the first time."""
    text = f"担当者より\n{words}\n\nこのあとお書きになることは、そのまま担当者に届きます。"
    back = Choice("自動応答に戻す", f"bot:{number}")
    return Answer(number, Reply(text, choices=(back,), ticket=number, by="staff"), action, SATO)


def over(act: str, words: str) -> list[Effect]:
    """What is said where a yes comes too late."""
    quoted = f"{OVER}\n\nお書きになった文:\n{words}"
    return [Reply(quoted, ticket=12), Record(12, Action.REFUSED, SATO, act)]


def kept(book: Book, kind: CannedKind) -> list[Canned]:
    """The answers of a kind that were written beforehand."""
    return [one for one in book.content.canned if one.kind is kind]


def sent(effects: list[Effect]) -> list[Effect]:
    """What goes to participants."""
    return [effect for effect in effects if isinstance(effect, Answer | Revise)]
