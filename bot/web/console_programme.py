"""The console's pages of the programme: the sessions, what follows where one moves, and moving it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated

from pydantic import Field
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.templating import Jinja2Templates

from bot.clock import Clock
from bot.errors import Refusal, SessionNotMoved
from bot.rescheduling import Preview, Rescheduling, may_move
from bot.web.banner import Banner
from bot.web.console_forms import OwnForm, read_form
from bot.web.console_login import SEE_OTHER
from bot.web.staff_sessions import StaffSessions, Visitor
from bot.web.wire import LARGEST_ID
from knowledge.calendar import day_text

PATH = "/staff/programme"
UNPROCESSABLE = 422


class MoveForm(OwnForm):
    """The day to which a session moves, and the newest amendment that its sender saw."""

    day: date
    known: Annotated[int, Field(ge=0, le=LARGEST_ID)]


@dataclass(frozen=True)
class SessionsHeld:
    """The endpoints, for those alone who may move sessions, and what they work with."""

    templates: Jinja2Templates
    rescheduling: Rescheduling
    sessions: StaffSessions
    clock: Clock
    banner: Banner

    async def overview(self, request: Request) -> Response:
        """All sessions, each with a field for another day."""
        return await self._overview(request, _mover(await self.sessions.visitor(request)))

    async def preview(self, request: Request) -> Response:
        """What follows where a session moves to `day`."""
        visitor = _mover(await self.sessions.visitor(request))
        try:
            preview = await self._previewed(request, _day(request))
        except SessionNotMoved as refused:
            return await self._overview(request, visitor, str(refused))
        return self._page(request, "console_move.html", visitor, preview=preview)

    async def move(self, request: Request) -> Response:
        """Move it, having seen what follows."""
        form = await read_form(request, MoveForm)
        visitor = _mover(await self.sessions.sender(request, form.token))
        try:
            preview = await self._previewed(request, form.day)
            await self.rescheduling.move(replace(preview, known=form.known), visitor.member)
        except SessionNotMoved as refused:
            return await self._overview(request, visitor, str(refused))
        return RedirectResponse(PATH, SEE_OTHER)

    async def _previewed(self, request: Request, day: date) -> Preview:
        return await self.rescheduling.preview(request.path_params["number"], day)

    async def _overview(self, request: Request, visitor: Visitor, trouble: str = "") -> Response:
        standing = await self.rescheduling.standing()
        status = UNPROCESSABLE if trouble else 200
        return self._page(request, "console_programme.html", visitor, status, standing=standing, trouble=trouble)

    def _page(self, request: Request, template: str, visitor: Visitor, status: int = 200, **shown: object) -> Response:
        common = {"banner": self.banner.at(self.clock.now()), "visitor": visitor, "day_text": day_text}
        return self.templates.TemplateResponse(request, template, {**common, **shown}, status)


def _mover(visitor: Visitor) -> Visitor:
    if not may_move(visitor.member):
        raise Refusal(403, "not_allowed")
    return visitor


def _day(request: Request) -> date:
    try:
        return date.fromisoformat(request.query_params.get("day", ""))
    except ValueError:
        raise SessionNotMoved("新しい日を選んでください") from None
