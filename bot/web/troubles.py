"""Every error as a civil answer in Japanese: JSON for the API, a page for people. Never a traceback."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.templating import Jinja2Templates

from bot.errors import Refusal
from bot.ports import Words
from bot.web.wire import Failure, Trouble

CODES = {404: "not_found", 405: "not_allowed", 413: "too_long"}

Handler = Callable[[Request, Exception], Awaitable[Response]]


@dataclass(frozen=True)
class Troubles:
    """Turns exceptions into responses. `longest_message` is told to those who wrote too much."""

    templates: Jinja2Templates
    words: Words
    longest_message: int

    def handlers(self) -> dict[type[Exception], Handler]:
        """For the `exception_handlers` of the application."""
        return {Refusal: self._respond, HTTPException: self._respond, Exception: self._respond}

    async def _respond(self, request: Request, error: Exception) -> Response:
        refusal = _as_refusal(error)
        seconds = refusal.retry_after or 0
        message = self.words.phrase(f"error_{refusal.code}", limit=self.longest_message, seconds=seconds)
        response = self._shown(request, refusal, message)
        if refusal.retry_after is not None:
            response.headers["retry-after"] = str(refusal.retry_after)
        if refusal.status == 500:
            # The server drops the connection after an error of ours: browsers must not use it again.
            response.headers["connection"] = "close"
        return response

    def _shown(self, request: Request, refusal: Refusal, message: str) -> Response:
        if request.url.path.startswith("/api/"):
            failure = Failure(error=Trouble(code=refusal.code, message=message))
            return Response(failure.model_dump_json(), refusal.status, media_type="application/json")
        return self.templates.TemplateResponse(
            request, "error.html", {"status": refusal.status, "message": message}, refusal.status
        )


def _as_refusal(error: Exception) -> Refusal:
    if isinstance(error, Refusal):
        return error
    if isinstance(error, HTTPException) and error.status_code < 500:
        return Refusal(error.status_code, CODES.get(error.status_code, "bad_request"))
    return Refusal(500, "internal")
