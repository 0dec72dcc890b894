"""The season in words: a table for people, and the same for machines."""

from collections.abc import Iterator
from datetime import datetime

from bot.clock import JAPAN
from bot.rehearsal.season import Season, Told, gone_out, left_out
from handlers.notice import Tally
from knowledge.book import Book

WEEKDAYS = "月火水木金土日"


def as_text(season: Season, book: Book, is_brief: bool) -> Iterator[str]:
    """The calendar of all that went out, line by line; in brief: the first line of each text."""
    for told in gone_out(season):
        yield _heading(told, book)
        lines = told.text.splitlines()
        yield from (f"    {line}".rstrip() for line in (lines[:1] if is_brief else lines))
        yield ""
    for told in left_out(season):
        yield f"{moment_text(told.notice.due)}  {topic_of(told, book)}  {told.notice.title}"
        yield f"    {_state(told, book)}"
        yield ""
    yield from _totals(season)


def _heading(told: Told, book: Book) -> str:
    return f"{moment_text(told.at)}  {topic_of(told, book)}  {told.notice.title}  [{audience_text(told.tally)}]"


def topic_of(told: Told, book: Book) -> str:
    """The topic, as subscribers know it."""
    return book.phrase(f"topic_{told.notice.topic}")


def moment_text(at: datetime | None) -> str:
    """「2022-07-01(金) 10:00」, in Japan time."""
    if at is None:
        return ""
    local = at.astimezone(JAPAN)
    return f"{local:%Y-%m-%d}({WEEKDAYS[local.weekday()]}) {local:%H:%M}"


def audience_text(tally: Tally) -> str:
    """What became of it; what did not happen is left out."""
    counts = (
        ("届かなかった", tally.failed),
        ("停止していた", tally.opted_out),
        ("取り消し", tally.cancelled - tally.opted_out),
        ("不明", tally.unknown),
        ("未送信", tally.queued + tally.sending),
    )
    others = "".join(f"、{name} {count}" for name, count in counts if count)
    return f"対象 {tally.audience}、届いた {tally.sent}{others}"


def _state(told: Told, book: Book) -> str:
    state = book.phrase(f"notice_state_{told.notice.state}")
    return f"{state} ({told.notice.reason})" if told.notice.reason else state


def _totals(season: Season) -> Iterator[str]:
    questions = sum(sum(day.questions.values()) for day in season.days)
    yield f"期間          {season.span.first} から {season.span.last} まで"
    yield f"条件          seed {season.seed}、登録者 {season.subscribers}、途中で止めた回数 {season.kills}"
    yield f"お知らせ      {len(gone_out(season))}件、届いた数 {sum(told.tally.sent for told in season.told)}"
    yield f"質問          {questions}件、担当者へ {season.tickets}件"
    yield f"届いた投稿    {len(season.posts)}件"
    yield f"お知らせのhash {season.notices}"
    yield f"全体のhash    {season.transcript}"


def as_data(season: Season, book: Book) -> dict[str, object]:
    """The same, to be written as JSON."""
    return {
        "from": season.span.first.isoformat(),
        "to": season.span.last.isoformat(),
        "seed": season.seed,
        "subscribers": season.subscribers,
        "kills": season.kills,
        "transcript": season.transcript,
        "notices_digest": season.notices,
        "posts": len(season.posts),
        "tickets": season.tickets,
        "notices": [_notice(told, book) for told in gone_out(season)],
        "left_out": [_notice(told, book) for told in left_out(season)],
        "days": [
            {
                "day": day.day.isoformat(),
                "questions": day.questions,
                "open_tickets": day.open_tickets,
                "subscribers": day.subscribers,
            }
            for day in season.days
        ],
    }


def _notice(told: Told, book: Book) -> dict[str, object]:
    notice, tally = told.notice, told.tally
    at = told.at or notice.due
    return {
        "notice": notice.notice,
        "key": notice.key,
        "session": notice.session,
        "at": at.astimezone(JAPAN).isoformat() if at else None,
        "topic": topic_of(told, book),
        "title": notice.title,
        "state": notice.state,
        "reason": notice.reason,
        "text": told.text,
        "audience": {
            "all": tally.audience,
            "sent": tally.sent,
            "failed": tally.failed,
            "opted_out": tally.opted_out,
            "cancelled": tally.cancelled,
            "unknown": tally.unknown,
        },
    }
