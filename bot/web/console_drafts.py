"""The curators' pages of the console: drafts become entries, and those who got an old answer are told."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.templating import Jinja2Templates

from bot.clock import Clock
from bot.curation import Curation, Drafted, Outdated
from bot.errors import CurationRefused, NotPublished, Refusal
from bot.store.corrections import Received
from bot.web.banner import Banner
from bot.web.console_forms import CorrectionForm, DraftForm, plain, read_form
from bot.web.console_login import SEE_OTHER
from bot.web.staff_sessions import StaffSessions, Visitor
from bot.web.wire import LARGEST_ID
from handlers.rules import Member, Role
from knowledge.personal import marks_left

PATH = "/staff/drafts"
# A sheet holds an answer, and questions as long as people write them, percent-encoded.
LARGEST_SHEET = 512 * 1024
UNPROCESSABLE = 422
ANOTHER_DRAFT = "draft の番号は変えられません。"


@dataclass(frozen=True)
class Reach:
    """How many conversations of a channel are concerned."""

    channel: str
    count: int


@dataclass(frozen=True)
class Correcting:
    """A correction that is proposed, with whom it would reach, and whom it cannot reach any more."""

    outdated: Outdated
    reached: Sequence[Reach]
    gone: Sequence[Reach]


@dataclass(frozen=True)
class Drafts:
    """The endpoints, for curators alone, and what they work with."""

    templates: Jinja2Templates
    curation: Curation
    sessions: StaffSessions
    clock: Clock
    banner: Banner

    async def overview(self, request: Request) -> Response:
        """All drafts, and all corrections that are proposed."""
        return await self._overview(request, _curator(await self.sessions.visitor(request)))

    async def draft(self, request: Request) -> Response:
        """One draft with its sheet; with `into`, the sheet that corrects this entry."""
        visitor = _curator(await self.sessions.visitor(request))
        return self._sheet(request, visitor, await self._drafted(request))

    async def decide(self, request: Request) -> Response:
        """Publish, keep or drop a draft; back to its sheet where that cannot be."""
        form = await read_form(request, DraftForm, LARGEST_SHEET)
        visitor = _curator(await self.sessions.sender(request, form.token))
        drafted = await self._drafted(request)
        try:
            await self._decide(form, drafted.draft.id, visitor.member)
        except NotPublished as refused:
            return self._sheet(request, visitor, _worked_on(drafted, form), refused.faults)
        except CurationRefused as refused:
            return self._sheet(request, visitor, _worked_on(drafted, form), [str(refused)])
        return RedirectResponse(PATH, SEE_OTHER)

    async def correct(self, request: Request) -> Response:
        """Send a correction, or decide not to."""
        form = await read_form(request, CorrectionForm)
        visitor = _curator(await self.sessions.sender(request, form.token))
        decided = self.curation.approve if form.act == "approve" else self.curation.drop_correction
        try:
            await decided(_number(request), visitor.member)
        except CurationRefused as refused:
            return await self._overview(request, visitor, str(refused))
        return RedirectResponse(PATH, SEE_OTHER)

    async def _decide(self, form: DraftForm, number: int, member: Member) -> None:
        sheet = _text(form)
        if form.act == "drop":
            return await self.curation.drop(number, member)
        if form.act == "keep":
            return await self.curation.keep(number, sheet)
        publication = await self.curation.check(sheet)
        if publication.sheet.draft != number:
            raise NotPublished([ANOTHER_DRAFT])
        return await self.curation.publish(publication, member)

    async def _drafted(self, request: Request) -> Drafted:
        number, into = _number(request), request.query_params.get("into")
        try:
            return await (self.curation.draft_into(number, into) if into else self.curation.draft(number))
        except CurationRefused:
            raise Refusal(404, "not_found") from None

    async def _overview(self, request: Request, visitor: Visitor, trouble: str = "") -> Response:
        drafts = await self.curation.drafts()
        corrections = [_correcting(outdated) for outdated in await self.curation.corrections()]
        shown = {"drafts": drafts, "corrections": corrections, "trouble": trouble}
        return self._page(request, "console_drafts.html", visitor, UNPROCESSABLE if trouble else 200, **shown)

    def _sheet(self, request: Request, visitor: Visitor, drafted: Drafted, faults: Sequence[str] = ()) -> Response:
        marks = tuple(dict.fromkeys(marks_left(drafted.sheet)))
        shown = {"drafted": drafted, "marks": marks, "faults": faults}
        return self._page(request, "console_draft.html", visitor, UNPROCESSABLE if faults else 200, **shown)

    def _page(self, request: Request, template: str, visitor: Visitor, status: int, **shown: object) -> Response:
        common = {"banner": self.banner.at(self.clock.now()), "visitor": visitor}
        return self.templates.TemplateResponse(request, template, {**common, **shown}, status)


def is_curator(member: Member) -> bool:
    """Whether a member may publish."""
    return Role.CURATOR in member.roles


def _curator(visitor: Visitor) -> Visitor:
    if not is_curator(visitor.member):
        raise Refusal(403, "not_allowed")
    return visitor


def _number(request: Request) -> int:
    number: int = request.path_params["number"]
    if number > LARGEST_ID:
        raise Refusal(404, "not_found")
    return number


def _text(form: DraftForm) -> str:
    return f"{plain(form.sheet)}\n"


def _worked_on(drafted: Drafted, form: DraftForm) -> Drafted:
    """The draft with the sheet as it was sent, so that nobody has to write it again."""
    return replace(drafted, sheet=_text(form))


def _correcting(outdated: Outdated) -> Correcting:
    return Correcting(outdated, _reach(outdated.recipients), _reach(outdated.gone))


def _reach(found: Iterable[Received]) -> list[Reach]:
    counts = Counter(one.channel for one in found)
    return [Reach(channel, count) for channel, count in sorted(counts.items())]
