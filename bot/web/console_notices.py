"""The pages of notices: the season, one with all that can be done to it, and the form in which members write."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.templating import Jinja2Templates

from bot.announcing import LONGEST_TEXT, LONGEST_TITLE, Announcements, Looked
from bot.clock import JAPAN, Clock
from bot.errors import NoticeRefused, Refusal
from bot.notice_acts import GRAVE, Act
from bot.ports import Words
from bot.web.banner import Banner
from bot.web.console_forms import read_form
from bot.web.console_login import SEE_OTHER
from bot.web.console_notice_forms import ChangeForm, ComposeForm, NoticeForm, SettleForm, TimedForm, WrittenForm
from bot.web.console_notice_pages import (
    SHOWN,
    Show,
    failures_of,
    months_of,
    stamp_of,
    stamp_of_season,
    steps_of,
    total,
    trouble_of,
)
from bot.web.console_notice_preview import previews
from bot.web.staff_sessions import StaffSessions, Visitor
from bot.web.wire import LARGEST_ID
from handlers.rules import Member
from knowledge.announcement import NoticeTopic

T = TypeVar("T", bound=TimedForm)

PATH = "/staff/notices"
UNPROCESSABLE = 422
BLANK = {"topic": NoticeTopic.SEMINAR, "title": "", "text": "", "urgent": "", "day": "", "at": ""}


@dataclass(frozen=True)
class Notices:
    """The endpoints, and what they work with. `draw` gives a new unguessable string for each form."""

    templates: Jinja2Templates
    announcements: Announcements
    sessions: StaffSessions
    words: Words
    clock: Clock
    draw: Callable[[], str]
    banner: Banner

    async def season(self, request: Request) -> Response:
        """All notices in order of time, or those that are asked for by `show`."""
        visitor = await self.sessions.visitor(request)
        show = _show(request)
        found = await self.announcements.season(SHOWN[show])
        shown = {"months": months_of(found), "show": show, "stamp": stamp_of_season(found)}
        return self._page(request, "console_notices.html", visitor, 200, **shown)

    async def notice(self, request: Request) -> Response:
        """One notice: what it says on each channel, whom it reaches, its report and its history."""
        return await self._notice(request, await self.sessions.visitor(request))

    async def blank(self, request: Request) -> Response:
        """The form for a new one."""
        return self._form(request, await self.sessions.visitor(request), None, BLANK)

    async def compose(self, request: Request) -> Response:
        """Keep a new draft; back to the form where it cannot be."""
        form = await read_form(request, ComposeForm)
        visitor = await self.sessions.sender(request, form.token)
        try:
            number = await self.announcements.write(self._timed(form).written(), form.key, visitor.member)
        except NoticeRefused as refused:
            return self._form(request, visitor, None, _fields(form), str(refused))
        return _to(number)

    async def rewrite(self, request: Request) -> Response:
        """The form for other words."""
        visitor = await self.sessions.visitor(request)
        looked = await self._looked(request, visitor.member)
        if Act.CHANGE not in looked.acts:
            raise Refusal(404, "not_found")
        return self._form(request, visitor, looked, _fields_of(looked))

    async def change(self, request: Request) -> Response:
        """Keep other words; back to the form where it cannot be."""
        form = await read_form(request, ChangeForm)
        visitor = await self.sessions.sender(request, form.token)
        number = _number(request)
        try:
            await self.announcements.change(number, form.version, self._timed(form).written(), visitor.member)
        except NoticeRefused as refused:
            looked = await self._looked(request, visitor.member)
            return self._form(request, visitor, looked, _fields(form), str(refused))
        return _to(number)

    async def act(self, request: Request) -> Response:
        """Do something to a notice; what cannot be undone is asked once more."""
        form = await read_form(request, NoticeForm)
        visitor = await self.sessions.sender(request, form.token)
        if form.act in GRAVE and not form.confirmed:
            return await self._ask(request, visitor, form)
        try:
            return _to(await self._do(_number(request), self._timed(form), visitor.member))
        except NoticeRefused as refused:
            return await self._notice(request, visitor, str(refused))

    async def settle(self, request: Request) -> Response:
        """Say what became of a delivery of which nobody knew."""
        form = await read_form(request, SettleForm)
        visitor = await self.sessions.sender(request, form.token)
        try:
            await self.announcements.settle(_number(request), form.delivery, form.verdict, visitor.member)
        except NoticeRefused as refused:
            return await self._notice(request, visitor, str(refused))
        return _to(_number(request))

    async def _do(self, number: int, form: NoticeForm, member: Member) -> int:
        """The notice to look at next."""
        match form.act:
            case Act.COPY:
                return await self.announcements.copy(number, form.key, member)
            case Act.TRY:
                await self.announcements.try_out(number, member)
            case Act.RESEND:
                await self.announcements.resend(number, form.version, member)
            case _:
                await self.announcements.do(number, form.order(), member)
        return number

    async def _ask(self, request: Request, visitor: Visitor, form: NoticeForm) -> Response:
        """Whether it is meant, with the number of people that it reaches."""
        try:
            await self.announcements.ensure(_number(request), self._timed(form).order(), visitor.member)
        except NoticeRefused as refused:
            return await self._notice(request, visitor, str(refused))
        looked = await self._looked(request, visitor.member)
        shown = {"looked": looked, "form": form, "people": total(looked.reach)}
        return self._page(request, "console_notice_confirm.html", visitor, 200, **shown)

    async def _looked(self, request: Request, member: Member) -> Looked:
        try:
            return await self.announcements.look(_number(request), member)
        except NoticeRefused:
            raise Refusal(404, "not_found") from None

    async def _notice(self, request: Request, visitor: Visitor, trouble: str = "") -> Response:
        looked = await self._looked(request, visitor.member)
        shown = {
            "looked": looked,
            "previews": previews(looked.reply, self.words) if looked.reply else (),
            "steps": steps_of(looked.dossier.history, self.words),
            "failures": failures_of(looked.dossier.tally, self.words),
            "trials": [(one, trouble_of(one, self.words)) for one in looked.dossier.trials],
            "people": total(looked.reach),
            "stamp": stamp_of(looked),
            "trouble": trouble,
        }
        return self._page(request, "console_notice.html", visitor, UNPROCESSABLE if trouble else 200, **shown)

    def _form(
        self, request: Request, visitor: Visitor, looked: Looked | None, fields: dict[str, str], trouble: str = ""
    ) -> Response:
        shown = {"looked": looked, "fields": fields, "topics": tuple(NoticeTopic), "trouble": trouble}
        longest = {"longest_title": LONGEST_TITLE, "longest_text": LONGEST_TEXT}
        status = UNPROCESSABLE if trouble else 200
        return self._page(request, "console_notice_form.html", visitor, status, **shown, **longest)

    def _timed(self, form: T) -> T:
        """The form, where its day and time are whole. Raises NoticeRefused."""
        if form.is_half_timed:
            raise NoticeRefused(self.words.phrase("notice_refused_half_time"))
        return form

    def _page(self, request: Request, template: str, visitor: Visitor, status: int, **shown: object) -> Response:
        common = {"banner": self.banner.at(self.clock.now()), "visitor": visitor, "draw": self.draw}
        return self.templates.TemplateResponse(request, template, {**common, **shown}, status)


def _to(number: int) -> Response:
    return RedirectResponse(f"{PATH}/{number}", SEE_OTHER)


def _number(request: Request) -> int:
    number: int = request.path_params["number"]
    if number > LARGEST_ID:
        raise Refusal(404, "not_found")
    return number


def _show(request: Request) -> Show:
    try:
        return Show(request.query_params.get("show", Show.AHEAD))
    except ValueError:
        raise Refusal(404, "not_found") from None


def _fields(form: WrittenForm) -> dict[str, str]:
    """What was written, so that nobody has to write it again."""
    return form.model_dump(include={"topic", "title", "text", "urgent", "day", "at"})


def _fields_of(looked: Looked) -> dict[str, str]:
    notice = looked.notice
    due = notice.due.astimezone(JAPAN) if notice.due else None
    return {
        "topic": notice.topic,
        "title": notice.title,
        "text": looked.dossier.text,
        "urgent": "yes" if notice.urgent else "",
        "day": f"{due:%Y-%m-%d}" if due else "",
        "at": f"{due:%H:%M}" if due else "",
    }
