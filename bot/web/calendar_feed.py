"""The feed that calendars subscribe to: /calendar.ics, by topic."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from bot.errors import Refusal
from bot.ports import Words
from bot.store import timetable
from bot.store.notice_models import Timetable
from bot.store.transactions import Store
from bot.web.calendar_file import Revision, calendar_file
from bot.web.calendar_known import known_season
from bot.web.season import ALL_TOPICS
from knowledge.announcement import NoticeTopic
from knowledge.plan import desk_period
from knowledge.schema import Programme

MEDIA_TYPE = "text/calendar; charset=utf-8"
CACHED = "public, max-age=300"
NOT_MODIFIED = 304


@dataclass(frozen=True)
class CalendarFeed:
    """The endpoint, and what it works with."""

    store: Store
    words: Words

    async def show(self, request: Request) -> Response:
        """The calendar of those topics that `topics` names, or of all. Raises Refusal for one that there is not."""
        topics = topics_of(request)
        known = await self.store.read(timetable.known)
        body = await asyncio.to_thread(feed_of, topics, self.words.programme, known, self.words)
        headers = {"etag": f'"{sha256(body).hexdigest()[:32]}"', "cache-control": CACHED}
        if _has(request, headers["etag"]):
            return Response(status_code=NOT_MODIFIED, headers=headers)
        named = {"content-disposition": 'inline; filename="chiiki-desk.ics"'}
        return Response(body, headers={**headers, **named}, media_type=MEDIA_TYPE)


def topics_of(request: Request) -> frozenset[NoticeTopic]:
    """The topics that a request names, separated by commas or as further parameters; all where it names none."""
    given = [part.strip() for value in request.query_params.getlist("topics") for part in value.split(",")]
    try:
        return frozenset(NoticeTopic(part) for part in given if part) or ALL_TOPICS
    except ValueError:
        raise Refusal(400, "unknown_topic") from None


def feed_of(topics: frozenset[NoticeTopic], programme: Programme, known: Iterable[Timetable], words: Words) -> bytes:
    """The feed of some topics; `known` are the sessions as they are written down."""
    first = Revision(0, desk_period(programme)[0].astimezone(UTC))
    rows = tuple(known)
    revisions = {row.session: _revision(row, first.at) for row in rows}
    events = [event for event in known_season(programme, rows, words) if event.topics & topics]
    return calendar_file(name_of(topics, words), events, revisions, first, words)


def name_of(topics: frozenset[NoticeTopic], words: Words) -> str:
    """What a calendar of these topics is called."""
    if topics == ALL_TOPICS:
        return words.phrase("calendar_name")
    return words.phrase("calendar_only", topics="・".join(topic_names(topics, words)))


def topic_names(topics: frozenset[NoticeTopic], words: Words) -> Sequence[str]:
    """The topics as people read them, in their usual order."""
    return [words.phrase(f"topic_{topic}") for topic in NoticeTopic if topic in topics]


def _revision(row: Timetable, first_at: datetime) -> Revision:
    return Revision(row.sequence, row.changed_at if row.sequence else first_at, row.dropped)


def _has(request: Request, etag: str) -> bool:
    """Whether the calendar is at the other side already."""
    given = request.headers.get("if-none-match", "")
    return any(one.strip().removeprefix("W/") in (etag, "*") for one in given.split(","))
