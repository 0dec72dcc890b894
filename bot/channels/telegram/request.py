"""How requests reach the Bot API: over connections that are kept, with failures told apart by what they leave open."""

import json
from typing import Any

import aiohttp
from telegram.error import BadRequest, NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

CONNECTIONS = 20
# A server that closes idle connections sooner would leave open whether it took what came last.
IDLE_SECONDS = 5.0
CONNECT_SECONDS = 5.0
WRITE_SECONDS = 5.0
READ_SECONDS = 15.0
WAIT_WITHOUT_NUMBER_SECONDS = 5.0
LONGEST_WAIT_SECONDS = 10**7
TOLD_APART_BY_THE_LIBRARY = frozenset({400, 401, 403, 404, 409})

# What raised before anything was sent.
NEVER_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)


class Flooded(TelegramError):
    """Telegram asks to wait so many `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__("flooded")
        self.seconds = seconds


class Requests(BaseRequest):
    """A client for the library that never logs what a server answered. It uploads no files.

    Source: https://docs.python-telegram-bot.org/en/stable/telegram.request.baserequest.html
    """

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds until an answer must have begun, where a call says nothing else."""
        return READ_SECONDS

    async def initialize(self) -> None:
        """Hold connections, in the loop that runs."""
        self._opened()

    async def shutdown(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = None,
        *_others: object,
        **_timeouts: object,
    ) -> tuple[int, bytes]:
        """Status and answer. Raises Flooded where asked to wait, BadRequest for refusals that the library takes
        for outages, and TimedOut or NetworkError with its cause where there is no answer. Of the times that a call
        may name, only `read_timeout` (seconds) is heeded."""
        reading = read_timeout if isinstance(read_timeout, int | float) else READ_SECONDS
        timeout = aiohttp.ClientTimeout(
            total=CONNECT_SECONDS + WRITE_SECONDS + reading, connect=CONNECT_SECONDS, sock_read=reading
        )
        said = None if request_data is None else request_data.json_parameters
        try:
            # Nothing is followed elsewhere: what is sent is for the server that was named.
            async with self._opened().request(
                method, url, data=said, timeout=timeout, allow_redirects=False
            ) as response:
                payload = await response.read()
        except TimeoutError as error:
            raise TimedOut from error
        except aiohttp.ClientError as error:
            # Only its kind: its words may hold the address, and with it the token.
            raise NetworkError(type(error).__qualname__) from error
        if response.status == 429:
            raise Flooded(_asked_wait(payload, response.headers.get("Retry-After")))
        if 400 <= response.status < 500 and response.status not in TOLD_APART_BY_THE_LIBRARY:
            raise BadRequest(f"status {response.status}")
        return response.status, payload

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=IDLE_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
                trust_env=True,
            )
        return self._session

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer as JSON. The library's own puts the whole answer into the log where it cannot read it."""
        try:
            answer = json.loads(payload)
        except (ValueError, RecursionError):
            raise TelegramError("unreadable") from None
        if not isinstance(answer, dict):
            raise TelegramError("unreadable")
        return answer


def _asked_wait(payload: bytes, header: str | None) -> float:
    """Seconds, as the body says, or else the header."""
    try:
        said = json.loads(payload)["parameters"]["retry_after"]
    except (ValueError, KeyError, TypeError, RecursionError):
        said = header
    try:
        seconds = float(said)
    except (ValueError, TypeError, OverflowError):
        return WAIT_WITHOUT_NUMBER_SECONDS
    return seconds if 0 <= seconds <= LONGEST_WAIT_SECONDS else WAIT_WITHOUT_NUMBER_SECONDS
