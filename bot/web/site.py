"""The web application: which path leads where."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates
from starlette.types import ASGIApp

from bot.channels.base import Receive
from bot.clock import Clock
from bot.config import LimitSettings
from bot.pace import Pace
from bot.ports import Words
from bot.store.transactions import Store
from bot.web.api import Api
from bot.web.banner import Banner
from bot.web.bell import Bell
from bot.web.calendar_feed import CalendarFeed
from bot.web.calendar_page import CalendarPage
from bot.web.guard import HEADERS, ProtectiveHeaders
from bot.web.pages import Pages
from bot.web.sessions import Sessions
from bot.web.troubles import Troubles

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class SiteParts:
    """What the site works with. `draw` gives new unguessable strings; `machine` is the real clock."""

    store: Store
    words: Words
    bell: Bell
    clock: Clock
    machine: Clock
    draw: Callable[[], str]
    limits: LimitSettings
    clock_is_set: bool


def build_site(parts: SiteParts, receive: Receive) -> ASGIApp:
    """The application; messages go to `receive`."""
    templates = open_templates()
    pages, api, calendar = _pages(parts, templates), _api(parts, receive), _calendar(parts, templates)
    return ProtectiveHeaders(
        Starlette(
            routes=[
                Route("/", pages.chat),
                Route("/calendar", calendar.show),
                Route("/calendar.ics", CalendarFeed(parts.store, parts.words).show),
                Route("/healthz", pages.health),
                Route("/api/messages", api.post_message, methods=["POST"]),
                Route("/api/conversation", api.get_conversation),
                Route("/api/state", api.get_state),
                Mount("/static", StaticFiles(directory=FOLDER / "static")),
            ],
            exception_handlers=Troubles(templates, parts.words, parts.limits.longest_message).handlers(),
        ),
        HEADERS,
    )


def open_templates() -> Jinja2Templates:
    """The pages, in which whatever is filled in is escaped."""
    loader = FileSystemLoader(FOLDER / "templates")
    return Jinja2Templates(env=Environment(loader=loader, autoescape=True, undefined=StrictUndefined))


def _sessions(parts: SiteParts) -> Sessions:
    return Sessions(parts.store, parts.clock, parts.draw)


def _pages(parts: SiteParts, templates: Jinja2Templates) -> Pages:
    return Pages(
        templates=templates,
        sessions=_sessions(parts),
        words=parts.words,
        pace=Pace(parts.limits.conversations_per_minute),
        clock=parts.clock,
        machine=parts.machine,
        longest_message=parts.limits.longest_message,
        banner=Banner(parts.words, parts.clock_is_set),
    )


def _calendar(parts: SiteParts, templates: Jinja2Templates) -> CalendarPage:
    banner = Banner(parts.words, parts.clock_is_set)
    return CalendarPage(templates, parts.store, parts.words, parts.clock, banner)


def _api(parts: SiteParts, receive: Receive) -> Api:
    return Api(
        store=parts.store,
        receive=receive,
        sessions=_sessions(parts),
        words=parts.words,
        bell=parts.bell,
        pace=Pace(parts.limits.messages_per_minute),
        clock=parts.clock,
        machine=parts.machine,
        longest_message=parts.limits.longest_message,
        banner=Banner(parts.words, parts.clock_is_set),
    )
