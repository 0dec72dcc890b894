"""The page of the chat."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.templating import Jinja2Templates

from bot.clock import Clock
from bot.errors import Refusal
from bot.pace import Pace
from bot.ports import Words
from bot.web.banner import Banner
from bot.web.sessions import Sessions


@dataclass(frozen=True)
class Pages:
    """The endpoints, and what they work with. `pace` bounds new sessions of one network address."""

    templates: Jinja2Templates
    sessions: Sessions
    words: Words
    pace: Pace
    clock: Clock
    machine: Clock
    longest_message: int
    banner: Banner

    async def chat(self, request: Request) -> Response:
        """The chat; a browser that is new here gets its session."""
        response = self.templates.TemplateResponse(
            request,
            "chat.html",
            {
                "banner": self.banner.at(self.clock.now()),
                "welcome": self.words.phrase("welcome"),
                "menu": self.words.menu(),
                "settings": self.words.phrase("notice_settings"),
                "longest_message": self.longest_message,
            },
        )
        if not await self.sessions.is_known(request):
            self._admit(request)
            await self.sessions.begin(request, response)
        return response

    def _admit(self, request: Request) -> None:
        sender = request.client.host if request.client else ""
        if seconds := self.pace.wait(sender, self.machine.now()):
            raise Refusal(429, "too_many", seconds)

    async def health(self, _request: Request) -> Response:
        """The process answers."""
        return PlainTextResponse("ok")
