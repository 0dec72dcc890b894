"""How a ticket looks in the rooms of Slack and Telegram: what the desk would post there, drawn."""

from collections.abc import Mapping
from dataclasses import replace

from handlers.card import answer_post, card_of, post_of
from handlers.effects import Reply
from handlers.history import framed
from handlers.rules import Member, Rules
from handlers.ticket import Action, Event, Ticket
from handlers.ticket import reply as replied
from knowledge.book import Book
from tests.guide.drawing import Arrow, Box, Drawn, life_svg, posts_svg
from tests.handlers.asking import opened
from tests.moments import at

DESK, SATO, SUZUKI = "応援デスク", "佐藤", "鈴木"
QUESTION = "会場に駐車場はありますか"
WORDS = "会場はオンラインです。"
BUTTONS_A_ROW = 5
RULES = Rules(team=(Member(SATO), Member(SUZUKI)))
NOW = at("2022-07-04 09:08")


def pictures(book: Book) -> Mapping[str, str]:
    """Each drawing by the name of its file."""
    return {"life.svg": _life(book), "slack.svg": _slack(book), "telegram.svg": _telegram(book)}


def _ticket() -> Ticket:
    new = replace(opened(12, QUESTION), opened_at=at("2022-07-04 09:00"), asked_at=at("2022-07-04 09:00"))
    return replied(replace(new, reason="known gap"), SATO)


def _event(action: Action, text: str, actor: str = SATO) -> Event:
    return Event(1, 12, NOW, action, actor, text, 34)


def _said(book: Book) -> Reply:
    said = post_of(_event(Action.SAID, "大型の車なのですが", ""), _ticket(), book)
    assert said is not None
    return said


def _card(book: Book) -> Reply:
    return card_of(_ticket(), (), NOW, book, RULES)


def _answer(book: Book) -> Reply:
    return answer_post(_event(Action.REPLIED, framed(WORDS, book)), "sent", None, book)


def _in_rows(reply: Reply, a_row: int) -> tuple[tuple[str, ...], ...]:
    labels = [choice.label for choice in reply.choices]
    return tuple(tuple(labels[at_ : at_ + a_row]) for at_ in range(0, len(labels), a_row))


def _posted(reply: Reply, a_row: int, in_thread: bool = True) -> Drawn:
    return Drawn(DESK, reply.text, _in_rows(reply, a_row), in_thread)


def _slack(book: Book) -> str:
    return posts_svg(
        "図(画面の見え方の略図): Slackの担当者のチャンネル。下の4つはスレッドの中",
        [
            _posted(_card(book), BUTTONS_A_ROW, in_thread=False),
            _posted(_said(book), BUTTONS_A_ROW),
            Drawn(SUZUKI, "センターに電話で確かめます", in_thread=True),
            Drawn(SATO, f"返信: {WORDS}", in_thread=True),
            _posted(_answer(book), BUTTONS_A_ROW),
        ],
    )


def _telegram(book: Book) -> str:
    marks = _card(book).marks
    assert marks is not None
    return posts_svg(
        f"図(画面の見え方の略図): Telegramのトピック「{marks.heading}」",
        [
            _posted(_card(book), 1, in_thread=False),
            _posted(_said(book), 1, in_thread=False),
            Drawn(SUZUKI, "センターに電話で確かめます"),
            Drawn(f"{SATO} ⟶ 参加者の言葉への、Telegramの返信", WORDS),
            _posted(_answer(book), 1, in_thread=False),
        ],
    )


def _life(book: Book) -> str:
    boxes, arrows = _states(book), [*_by_staff(book), *_by_others()]
    return life_svg("図: 受付の一生", boxes, arrows, 290)


def _says(book: Book, *keys: str) -> tuple[str, ...]:
    return tuple(book.phrase(f"staff_{key}") for key in keys)


def _states(book: Book) -> list[Box]:
    places = ((20, 70), (265, 70), (510, 70), (265, 220))
    labels = _says(book, "state_new", "state_claimed", "state_waiting", "state_closed")
    return [Box(label, x, y) for label, (x, y) in zip(labels, places, strict=True)]


def _by_staff(book: Book) -> list[Arrow]:
    return [
        Arrow((150, 93), (263, 93), (160, 63), _says(book, "button_claim", "button_reply")),
        Arrow((395, 82), (508, 82), (402, 50), _says(book, "button_ask", "button_wait")),
        Arrow((310, 116), (310, 218), (270, 170), _says(book, "button_close")),
        Arrow((350, 220), (350, 118), (358, 170), _says(book, "button_reopen")),
    ]


def _by_others() -> list[Arrow]:
    return [
        Arrow((508, 104), (397, 104), (402, 124), ("参加者の返事",)),
        Arrow((575, 116), (397, 238), (500, 200), (f"{RULES.expire_days:g}日返事がない",)),
        Arrow((263, 238), (85, 118), (20, 190), (f"{RULES.reopen_days:g}日以内に", "参加者が続けた")),
    ]
