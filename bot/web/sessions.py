"""Anonymous browsers: a random token in a cookie, of which only the hash is stored."""

from collections.abc import Callable
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from bot.clock import Clock
from bot.errors import Refusal
from bot.store import queries
from bot.store.transactions import Store

COOKIE = "desk"
COOKIE_SECONDS = 180 * 24 * 60 * 60


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


class Sessions:
    """Knows browsers by their cookie. `draw` gives a new unguessable string of 256 bits."""

    def __init__(self, store: Store, clock: Clock, draw: Callable[[], str]) -> None:
        self._store = store
        self._clock = clock
        self._draw = draw

    async def address(self, request: Request) -> str:
        """Where the browser writes from. Raises Refusal where it has no session of ours."""
        token = request.cookies.get(COOKIE, "")
        address = await self._store.read(queries.address_of, _hash(token))
        if address is None:
            raise Refusal(404, "no_session")
        return address

    async def is_known(self, request: Request) -> bool:
        """Whether the browser has been here before; if so, it is noted."""
        token = request.cookies.get(COOKIE)
        if token is None:
            return False
        return await self._store.write(queries.see_session, _hash(token), self._clock.now())

    async def begin(self, request: Request, response: Response) -> None:
        """Give the browser a session of its own."""
        token = self._draw()
        await self._store.write(queries.open_session, _hash(token), self._draw(), self._clock.now())
        response.set_cookie(
            COOKIE,
            token,
            max_age=COOKIE_SECONDS,
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
