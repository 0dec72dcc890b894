"""The page of the season's calendar: /calendar, by topic, with the ways to have it in one's own calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.templating import Jinja2Templates

from bot.clock import Clock
from bot.ports import Words
from bot.store.announced import Announced, announced
from bot.store.transactions import Store
from bot.web.banner import Banner
from bot.web.calendar_feed import topics_of
from bot.web.season import ALL_TOPICS, Kind, season
from bot.web.season_months import concerned, months_of, weekdays
from knowledge.announcement import NoticeTopic
from knowledge.calendar import Calendar, SessionView

FEED = "/calendar.ics"


@dataclass(frozen=True)
class TopicChoice:
    """A topic that can be chosen."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class CalendarPage:
    """The endpoint, and what it works with."""

    templates: Jinja2Templates
    store: Store
    words: Words
    clock: Clock
    banner: Banner

    async def show(self, request: Request) -> Response:
        """The season as it stands at the desk's time. Raises Refusal for a topic that there is not."""
        topics, with_notices = topics_of(request), _wants_notices(request)
        notices = await self.store.read(announced) if with_notices else []
        context = {**self._season(topics, notices), **self._sessions(), **_ways_in(request, topics)}
        choices = [TopicChoice(one, self.words.phrase(f"topic_{one}"), one in topics) for one in NoticeTopic]
        context |= {"choices": choices, "with_notices": with_notices, "banner": self.banner.at(self.clock.now())}
        return self.templates.TemplateResponse(request, "season_calendar.html", context)

    def _season(self, topics: frozenset[NoticeTopic], notices: Sequence[Announced]) -> dict[str, object]:
        programme = self.words.programme
        today = Calendar(programme, self.clock.now()).local.date()
        events = season(programme, self.words)
        first = min(event.day for event in events if event.kind is not Kind.DEADLINE)
        last = programme.periods["desk"].ends - timedelta(days=1)
        shown = [event for event in events if event.topics & topics]
        months = months_of(shown, concerned(notices, topics), today, first, last)
        return {"months": [month for month in months if not month.is_empty], "weekdays": weekdays()}

    def _sessions(self) -> dict[str, object]:
        calendar = Calendar(self.words.programme, self.clock.now())
        return {
            "sessions": [_shown(session) for session in calendar.sessions],
            "briefing": calendar.briefing,
            "desk": calendar.period("desk"),
        }


def _wants_notices(request: Request) -> bool:
    """Where nothing was chosen yet, they are shown."""
    return "chosen" not in request.query_params or "notices" in request.query_params


def _ways_in(request: Request, topics: frozenset[NoticeTopic]) -> dict[str, object]:
    """The addresses under which calendars get the feed of the chosen topics."""
    chosen = "" if topics == ALL_TOPICS else "?topics=" + ",".join(one for one in NoticeTopic if one in topics)
    host = request.url.netloc
    return {
        "path": f"{FEED}{chosen}",
        "address": f"{request.url.scheme}://{host}{FEED}{chosen}",
        "webcal": f"webcal://{host}{FEED}{chosen}",
    }


def _shown(session: SessionView) -> dict[str, object]:
    return {
        "number": session.number,
        "day": session.day,
        "hours": f"{session.starts}~{session.ends}",
        "title": session.title,
        "parts": session.parts,
        "state": session.state,
    }
