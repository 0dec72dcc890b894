"""Bolt, with one funnel before all else that it does: whatever comes in goes through it."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_sdk.web.async_client import AsyncWebClient

# The libraries log tokens, tickets and what people wrote. What went wrong we say ourselves.
SILENT = logging.Logger("slack", logging.CRITICAL + 1)

Take = Callable[[dict[str, Any]], Awaitable[BoltResponse]]


class Funnel(AsyncMiddleware):
    """Answers every request itself.

    Bolt's listeners would acknowledge by a poll each 10 ms, its authorisation asks Slack first, and its ways
    of handing over arguments trip over odd bodies.
    """

    def __init__(self, take: Take) -> None:
        self._take = take

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,  # noqa: ARG002
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002, ARG002
    ) -> BoltResponse:
        """The answer to one request."""
        return await self._take(req.body)


def front_door(client: AsyncWebClient, take: Take) -> AsyncApp:
    """The app that gives everything to `take`. Who asks is checked before (see `http`)."""
    return AsyncApp(
        logger=SILENT,
        client=client,
        before_authorize=Funnel(take),
        request_verification_enabled=False,
        ssl_check_enabled=False,
    )


async def answer_to(app: AsyncApp, body: dict[str, Any]) -> BoltResponse:
    """What is answered to a body whose origin is known. The context that bolt would read from it is not used."""
    request = AsyncBoltRequest(mode="socket_mode", body={})
    request.body = body
    return await app.async_dispatch(request)
