"""The console: the queue, a ticket, and what members do to it, as pages that need no script."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.templating import Jinja2Templates

from bot.channels.base import Receive, parcel_of
from bot.clock import Clock
from bot.errors import Refusal
from bot.house import House
from bot.ports import Wording, Words
from bot.store import console, notice_lists, tickets
from bot.store.console import Deed, Dossier
from bot.store.models import InboundState
from bot.store.transactions import Store
from bot.web.banner import Banner
from bot.web.console_forms import ActForm, PreviewForm, TapForm, message_of, plain, read_form
from bot.web.console_history import history_of
from bot.web.console_login import SEE_OTHER
from bot.web.console_pages import Show, past_of, row_of, rows_of, stamp_of, told_of
from bot.web.staff_sessions import StaffSessions, Visitor
from bot.web.wire import LARGEST_ID
from handlers.media import KINDS, OTHER_KIND
from handlers.message import Content, Message
from handlers.ticket import CHECKLIST, Ticket, TicketState

# A member is told at once what became of what they did, unless the desk is slow.
PATIENCE_SECONDS = 2.0
LOOK_AGAIN_SECONDS = 0.03


@dataclass(frozen=True)
class Console:
    """The endpoints, and what they work with. `draw` gives a new unguessable string for each form."""

    templates: Jinja2Templates
    store: Store
    receive: Receive
    house: House
    sessions: StaffSessions
    words: Words
    wording: Wording
    clock: Clock
    draw: Callable[[], str]
    banner: Banner

    async def queue(self, request: Request) -> Response:
        """Open tickets, the most urgent first; or those that are asked for by `show`."""
        visitor = await self.sessions.visitor(request)
        show = _show(request)
        rows = rows_of(await self._tickets(show, visitor), self.clock.now(), self.house.rules)
        notices = await self.store.read(notice_lists.waiting_for_members)
        tickets_stamp = (f"{row.ticket.number}:{row.ticket.version}:{row.waited}" for row in rows)
        stamp = ".".join([*tickets_stamp, f"notices:{notices}"])
        return self._page(request, "console_queue.html", visitor, rows=rows, show=show, stamp=stamp, notices=notices)

    async def _tickets(self, show: Show, visitor: Visitor) -> Sequence[Ticket]:
        if show is Show.CLOSED:
            since = self.clock.now() - timedelta(days=self.house.rules.reopen_days)
            return await self.store.read(console.closed, since)
        found = await self.store.read(tickets.queue)
        if show is Show.MINE:
            return [ticket for ticket in found if ticket.owner == visitor.member.name]
        if show is Show.WAITING:
            return [ticket for ticket in found if ticket.state is TicketState.WAITING]
        return found

    async def ticket(self, request: Request) -> Response:
        """One ticket with its history and all that can be done to it."""
        visitor = await self.sessions.visitor(request)
        dossier = await self._dossier(request)
        deed = await self.store.read(console.deed, visitor.login, _number(request.query_params.get("told", "0")))
        ticket = dossier.ticket
        return self._page(
            request,
            "console_ticket.html",
            visitor,
            ticket=ticket,
            row=row_of(ticket, self.clock.now(), self.house.rules),
            before=past_of(dossier.before, self._kinds()),
            history=history_of(dossier, self.words, self.wording),
            twins=dossier.twins,
            told=told_of(deed),
            team=[member.name for member in self.house.rules.team],
            canned=self.wording.canned(),
            checklist=CHECKLIST,
            stamp=stamp_of(dossier),
        )

    async def _dossier(self, request: Request) -> Dossier:
        dossier = await self.store.read(console.dossier, _ticket(request))
        if dossier is None:
            raise Refusal(404, "not_found")
        return dossier

    def _kinds(self) -> dict[str, str]:
        kinds = {kind: self.words.phrase(key) for kind, key in KINDS.items()}
        return {**kinds, "": self.words.phrase(OTHER_KIND)}

    async def preview(self, request: Request) -> Response:
        """What would reach the participant, to be looked at once more."""
        form = await read_form(request, PreviewForm)
        visitor = await self.sessions.sender(request, form.token)
        dossier = await self._dossier(request)
        words = self._canned(form.target) if form.act == "canned" else plain(form.words)
        return self._page(
            request,
            "console_preview.html",
            visitor,
            ticket=dossier.ticket,
            twins=dossier.twins,
            form=form,
            words=words,
            text=self.wording.framed(words),
        )

    def _canned(self, chosen: str) -> str:
        """The words of a canned answer; none where it is gone."""
        return next((one.text for one in self.wording.canned() if one.id == chosen), "")

    async def act(self, request: Request) -> Response:
        """Do something to a ticket."""
        form = await read_form(request, ActForm)
        return await self._do(request, form.token, form.key, form.content(_ticket(request)))

    async def tap(self, request: Request) -> Response:
        """Choose one of what the desk offered."""
        form = await read_form(request, TapForm)
        return await self._do(request, form.token, form.key, form.content())

    async def _do(self, request: Request, token: str, key: str, content: Content) -> Response:
        """Hand it to the desk; back to the ticket as soon as that has decided."""
        visitor = await self.sessions.sender(request, token)
        message = message_of(visitor.login, key, content, self.clock.now())
        await self.receive([parcel_of(message)])
        deed = await self._settled(message)
        told = f"?told={deed.id}" if deed else ""
        return RedirectResponse(f"/staff/tickets/{_ticket(request)}{told}", SEE_OTHER)

    async def _settled(self, message: Message) -> Deed | None:
        """What was done, as far as it is when patience ends."""
        tries = int(PATIENCE_SECONDS / LOOK_AGAIN_SECONDS)
        for _ in range(tries):
            deed = await self.store.read(console.deed_by_key, message.key)
            if deed is not None and deed.state is not InboundState.NEW:
                return deed
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
        return deed

    def _page(self, request: Request, template: str, visitor: Visitor, **shown: object) -> Response:
        common = {"banner": self.banner.at(self.clock.now()), "visitor": visitor, "draw": self.draw}
        return self.templates.TemplateResponse(request, template, {**common, **shown})


def _show(request: Request) -> Show:
    try:
        return Show(request.query_params.get("show", Show.OPEN))
    except ValueError:
        raise Refusal(404, "not_found") from None


def _ticket(request: Request) -> int:
    number: int = request.path_params["number"]
    if number > LARGEST_ID:
        raise Refusal(404, "not_found")
    return number


def _number(value: str) -> int:
    """A number in a query; 0 for anything else."""
    return int(value) if value.isascii() and value.isdecimal() and len(value) <= 9 else 0
