"""The console's web application: which path leads where."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates
from starlette.types import ASGIApp

from bot.announcing import Announcements
from bot.channels.base import Receive
from bot.clock import Clock
from bot.config import LimitSettings
from bot.curation import Curation
from bot.house import House
from bot.notice_words import why
from bot.pace import Pace
from bot.ports import Wording, Words
from bot.rescheduling import Rescheduling, may_move
from bot.store.transactions import Store
from bot.web.banner import Banner
from bot.web.console import Console
from bot.web.console_drafts import Drafts, is_curator
from bot.web.console_login import TRIES_OF_ADDRESS, TRIES_OF_LOGIN, Door, to_login
from bot.web.console_notice_pages import month_text
from bot.web.console_notices import Notices
from bot.web.console_programme import SessionsHeld
from bot.web.guard import HEADERS, ProtectiveHeaders
from bot.web.site import open_templates
from bot.web.staff_sessions import LoginNeeded, StaffSessions
from bot.web.troubles import Troubles
from handlers.presence import moment_text
from handlers.rules import Member
from knowledge.personal import with_marks

# With "no-referrer" browsers do not say where a form comes from.
CONSOLE_HEADERS = {**HEADERS, "referrer-policy": "same-origin"}


@dataclass(frozen=True)
class ConsoleParts:
    """What the console works with. `draw` gives new unguessable strings; `machine` is the real clock.

    Without `curation` there are no pages for curators, without `rescheduling` none to move sessions.
    """

    store: Store
    words: Words
    wording: Wording
    house: House
    clock: Clock
    machine: Clock
    draw: Callable[[], str]
    limits: LimitSettings
    clock_is_set: bool
    announcements: Announcements
    curation: Curation | None = None
    rescheduling: Rescheduling | None = None


def build_console(parts: ConsoleParts, receive: Receive) -> ASGIApp:
    """The application; what members do goes to `receive`."""
    templates = open_templates()
    templates.env.filters["moment"] = moment_text
    templates.env.filters["month"] = month_text
    templates.env.filters["marked"] = with_marks
    templates.env.filters["why"] = partial(why, words=parts.words)
    templates.env.globals["phrase"] = parts.words.phrase
    templates.env.globals["curates"] = is_curator if parts.curation else _nobody
    templates.env.globals["reschedules"] = may_move if parts.rescheduling else _nobody
    sessions = StaffSessions(parts.store, parts.house, parts.machine, parts.draw)
    door, console = _door(parts, templates, sessions), _console(parts, templates, sessions, receive)
    troubles = Troubles(templates, parts.words, parts.limits.longest_message).handlers()
    app = Starlette(
        routes=[
            Route("/staff", console.queue),
            Route("/staff/login", door.show),
            Route("/staff/login", door.log_in, methods=["POST"]),
            Route("/staff/logout", door.log_out, methods=["POST"]),
            Route("/staff/tickets/{number:int}", console.ticket),
            Route("/staff/tickets/{number:int}/act", console.act, methods=["POST"]),
            Route("/staff/tickets/{number:int}/preview", console.preview, methods=["POST"]),
            Route("/staff/tickets/{number:int}/tap", console.tap, methods=["POST"]),
            *_of_notices(parts, templates, sessions),
            *_of_curators(parts, templates, sessions),
            *_of_movers(parts, templates, sessions),
        ],
        exception_handlers={**troubles, LoginNeeded: _ask_to_log_in},
    )
    return ProtectiveHeaders(app, CONSOLE_HEADERS)


def _nobody(_member: Member) -> bool:
    return False


def _of_curators(parts: ConsoleParts, templates: Jinja2Templates, sessions: StaffSessions) -> list[Route]:
    if parts.curation is None:
        return []
    drafts = Drafts(templates, parts.curation, sessions, parts.clock, Banner(parts.words, parts.clock_is_set))
    return [
        Route("/staff/drafts", drafts.overview),
        Route("/staff/drafts/{number:int}", drafts.draft),
        Route("/staff/drafts/{number:int}", drafts.decide, methods=["POST"]),
        Route("/staff/corrections/{number:int}", drafts.correct, methods=["POST"]),
    ]


def _of_notices(parts: ConsoleParts, templates: Jinja2Templates, sessions: StaffSessions) -> list[Route]:
    notices = Notices(
        templates=templates,
        announcements=parts.announcements,
        sessions=sessions,
        words=parts.words,
        clock=parts.clock,
        draw=parts.draw,
        banner=Banner(parts.words, parts.clock_is_set),
    )
    return [
        Route("/staff/notices", notices.season),
        Route("/staff/notices/new", notices.blank),
        Route("/staff/notices/new", notices.compose, methods=["POST"]),
        Route("/staff/notices/{number:int}", notices.notice),
        Route("/staff/notices/{number:int}/change", notices.rewrite),
        Route("/staff/notices/{number:int}/change", notices.change, methods=["POST"]),
        Route("/staff/notices/{number:int}/act", notices.act, methods=["POST"]),
        Route("/staff/notices/{number:int}/settle", notices.settle, methods=["POST"]),
    ]


def _of_movers(parts: ConsoleParts, templates: Jinja2Templates, sessions: StaffSessions) -> list[Route]:
    if parts.rescheduling is None:
        return []
    banner = Banner(parts.words, parts.clock_is_set)
    sessions_held = SessionsHeld(templates, parts.rescheduling, sessions, parts.clock, banner)
    return [
        Route("/staff/programme", sessions_held.overview),
        Route("/staff/programme/{number:int}", sessions_held.preview),
        Route("/staff/programme/{number:int}", sessions_held.move, methods=["POST"]),
    ]


async def _ask_to_log_in(_request: Request, _error: Exception) -> Response:
    return to_login()


def _door(parts: ConsoleParts, templates: Jinja2Templates, sessions: StaffSessions) -> Door:
    return Door(
        templates=templates,
        store=parts.store,
        house=parts.house,
        sessions=sessions,
        machine=parts.machine,
        checking=asyncio.Semaphore(1),
        of_login=Pace(TRIES_OF_LOGIN),
        of_address=Pace(TRIES_OF_ADDRESS),
    )


def _console(parts: ConsoleParts, templates: Jinja2Templates, sessions: StaffSessions, receive: Receive) -> Console:
    return Console(
        templates=templates,
        store=parts.store,
        receive=receive,
        house=parts.house,
        sessions=sessions,
        words=parts.words,
        wording=parts.wording,
        clock=parts.clock,
        draw=parts.draw,
        banner=Banner(parts.words, parts.clock_is_set),
    )
