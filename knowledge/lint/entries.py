"""Faults of entries that show without rendering them."""

import re
from collections.abc import Iterable

from knowledge.lint.dates import typed_dates
from knowledge.lint.placed import Placed, placed
from knowledge.load import Content
from knowledge.normalise import normalise
from knowledge.schema import Kind

_NOT_WORDS = re.compile(r"[\W_]+")


def ids_used_twice(content: Content) -> Iterable[str]:
    """An id names one entry."""
    first: dict[str, Placed] = {}
    for here in placed(content):
        there = first.setdefault(here.entry.id, here)
        if there is not here:
            yield here.fault(f"この id は {there.file} ですでに使われています。")


def phrasings_claimed_twice(content: Content) -> Iterable[str]:
    """A phrasing leads to one entry, and stands in it once, however it is typed."""
    first: dict[str, Placed] = {}
    for here in placed(content):
        for phrasing in here.entry.phrasings:
            there = first.setdefault(folded(phrasing), here)
            if there is not here:
                yield here.fault(f"言い方「{phrasing}」は {there.name} にもあります。")
        yield from (here.fault(f"言い方「{p}」が二度書かれています。") for p in _repeated(here.entry.phrasings))


def _repeated(phrasings: Iterable[str]) -> Iterable[str]:
    seen: set[str] = set()
    for phrasing in phrasings:
        if folded(phrasing) in seen:
            yield phrasing
        seen.add(folded(phrasing))


def folded(phrasing: str) -> str:
    """What two phrasings have in common that are one to the search; pictures alone stay as they are."""
    return _NOT_WORDS.sub("", normalise(phrasing)[-1].text.casefold()) or phrasing


def unknown_related(content: Content) -> Iterable[str]:
    """Related entries exist."""
    known = {entry.id for entry in content.entries}
    for here in placed(content):
        for other in here.entry.related:
            if other not in known:
                yield here.fault(f"related の「{other}」という項目はありません。")


def unknown_menu(content: Content) -> Iterable[str]:
    """The menu leads to answers."""
    answers = {entry.id for entry in content.entries if entry.kind is Kind.ANSWER}
    for name in content.menu:
        if name not in answers:
            yield f"phrases.yaml: menu: 「{name}」という回答の項目はありません。"


def unknown_sessions(content: Content) -> Iterable[str]:
    """An entry tied to a session is tied to one there is."""
    numbers = {session.number for session in content.programme.seminars.sessions}
    for here in placed(content):
        if here.entry.session is not None and here.entry.session not in numbers:
            yield here.fault(f"第{here.entry.session}回は programme.yaml にありません。")


def answers_without_source(content: Content) -> Iterable[str]:
    """An answer names its source."""
    for here in placed(content):
        if here.entry.kind is Kind.ANSWER and not here.entry.source:
            yield here.fault("回答に出典(source)がありません。")


def never_shown(content: Content) -> Iterable[str]:
    """An entry is valid on some day since the desk began."""
    desk = content.programme.periods.get("desk")
    for here in placed(content):
        begins, ends = here.entry.valid.from_, here.entry.valid.until
        if begins and ends and begins > ends:
            yield here.fault(f"valid の from({begins})が until({ends})より後です。")
        if desk and ends and ends < desk.begins:
            yield here.fault(f"有効期限({ends})が応援デスクの開設({desk.begins})より前に切れています。")


def hand_typed_dates(content: Content) -> Iterable[str]:
    """Dates in answers come from the calendar."""
    for here in placed(content):
        entry = here.entry
        for date in typed_dates("\n".join([entry.answer, entry.note, entry.english])):
            yield here.fault(f"日付「{date}」が手書きされています。programme.yaml から表示してください。")
