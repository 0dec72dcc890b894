"""Members who are logged in to the console: a random token in a cookie, of which only the hash is stored."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from hmac import compare_digest, new

from starlette.requests import Request
from starlette.responses import Response

from bot.clock import Clock
from bot.errors import Refusal
from bot.house import CONSOLE, House
from bot.store import logins
from bot.store.transactions import Store
from bot.web.guard import is_same_origin
from handlers.rules import Member

COOKIE = "desk_staff"
PATH = "/staff"
SESSION = timedelta(hours=12)


class LoginNeeded(Exception):
    """Nobody is logged in in this browser, or not any more."""


@dataclass(frozen=True)
class Visitor:
    """The member at a browser, the login they came by, and the token that every form of theirs must have."""

    login: str
    member: Member
    form_token: str = field(repr=False)


class StaffSessions:
    """Knows browsers by their cookie. `draw` gives a new unguessable string; `machine` is the real clock."""

    def __init__(self, store: Store, house: House, machine: Clock, draw: Callable[[], str]) -> None:
        self._store = store
        self._house = house
        self._machine = machine
        self._draw = draw

    async def visitor(self, request: Request) -> Visitor:
        """Who is at the browser, as the settings know them now. Raises LoginNeeded."""
        token = request.cookies.get(COOKIE, "")
        login = await self._store.read(logins.session_login, _hash(token), self._machine.now())
        member = None if login is None else self._house.member(CONSOLE, login)
        if login is None or member is None:
            raise LoginNeeded
        return Visitor(login, member, _form_token(token))

    async def sender(self, request: Request, form_token: str) -> Visitor:
        """Who sent a form. Raises LoginNeeded, and Refusal where it was not a form of their own page."""
        visitor = await self.visitor(request)
        if not is_same_origin(request.headers) or not compare_digest(form_token.encode(), visitor.form_token.encode()):
            raise Refusal(403, "forbidden")
        return visitor

    async def begin(self, request: Request, response: Response, login: str) -> None:
        """Log a browser in, for `SESSION` from now."""
        token, now = self._draw(), self._machine.now()
        await self._store.write(logins.open_session, _hash(token), login, now, now + SESSION)
        response.set_cookie(
            COOKIE,
            token,
            max_age=int(SESSION.total_seconds()),
            path=PATH,
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )

    async def end(self, request: Request, response: Response) -> None:
        """Log a browser out."""
        await self._store.write(logins.close_session, _hash(request.cookies.get(COOKIE, "")))
        response.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="strict")


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _form_token(token: str) -> str:
    """A form's proof that it is from a page of this session; the cookie cannot be found from it."""
    return new(token.encode(), b"form", sha256).hexdigest()
