"""Logging in to the console and out of it."""

import asyncio
import unicodedata
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.templating import Jinja2Templates

from bot.clock import Clock
from bot.errors import Refusal
from bot.house import CONSOLE, House
from bot.pace import Pace
from bot.passwords import NOBODY, is_right
from bot.store import logins
from bot.store.transactions import Store
from bot.web.console_forms import LoginForm, OwnForm, read_form
from bot.web.guard import is_same_origin
from bot.web.staff_sessions import StaffSessions

LOGIN_PATH = "/staff/login"
HOME = "/staff"
TRIES_OF_LOGIN = 5
TRIES_OF_ADDRESS = 20
SEE_OTHER = 303


@dataclass(frozen=True)
class Door:
    """The endpoints, and what they work with. `machine` is the clock that tries are counted by, in any minute.

    `checking` lets one password be checked at a time, which bounds the memory that takes.
    """

    templates: Jinja2Templates
    store: Store
    house: House
    sessions: StaffSessions
    machine: Clock
    checking: asyncio.Semaphore
    of_login: Pace
    of_address: Pace

    async def show(self, request: Request) -> Response:
        """The form to log in by."""
        return self._form(request, is_wrong=False)

    async def log_in(self, request: Request) -> Response:
        """To the queue with a session; back to the form where login and password do not belong together."""
        if not is_same_origin(request.headers):
            raise Refusal(403, "forbidden")
        form = await read_form(request, LoginForm)
        login = unicodedata.normalize("NFKC", form.login).strip().lower()
        self._admit(request, login)
        if not await self._knows(login, form.password):
            return self._form(request, is_wrong=True)
        response = RedirectResponse(HOME, SEE_OTHER)
        await self.sessions.begin(request, response, login)
        return response

    def _admit(self, request: Request, login: str) -> None:
        now, sender = self.machine.now(), request.client.host if request.client else ""
        if seconds := self.of_address.wait(sender, now) or self.of_login.wait(login, now):
            raise Refusal(429, "too_many", seconds)

    async def _knows(self, login: str, password: str) -> bool:
        """Takes as long for a login that is unknown, or no member's any more."""
        kept = await self.store.read(logins.password_hash, login)
        async with self.checking:
            is_theirs = await asyncio.to_thread(is_right, password, kept or NOBODY)
        return is_theirs and kept is not None and self.house.member(CONSOLE, login) is not None

    async def log_out(self, request: Request) -> Response:
        """Back to the form to log in by."""
        form = await read_form(request, OwnForm)
        await self.sessions.sender(request, form.token)
        response = to_login()
        await self.sessions.end(request, response)
        return response

    def _form(self, request: Request, is_wrong: bool) -> Response:
        status = 403 if is_wrong else 200
        return self.templates.TemplateResponse(request, "console_login.html", {"is_wrong": is_wrong}, status)


def to_login() -> Response:
    """For whoever has to log in first."""
    return RedirectResponse(LOGIN_PATH, SEE_OTHER)
