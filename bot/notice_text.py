"""What a notice says: as it was frozen, as a member wrote it, or an announcement as it will be at its time."""

import asyncio
from collections.abc import Callable, Sequence

from jinja2 import TemplateError

from bot.store.asked import most_asked
from bot.store.notice_lists import Dossier
from bot.store.transactions import Store
from handlers.announce import TOLD_AT_MOST, TOLD_FROM, Asked, write_notice
from handlers.effects import Reply
from handlers.notice import Notice, notice_of
from knowledge.book import Book
from knowledge.hours import BusinessHours
from knowledge.plan import Planned, asked_between


class NoticeText:
    """Writes notices for those who look at them; what is sent is written when it goes."""

    def __init__(self, store: Store, book: Callable[[], Book], hours: BusinessHours) -> None:
        self._store = store
        self._book = book
        self._hours = hours

    async def reply(self, dossier: Dossier) -> Reply | None:
        """What it says; None where it is no longer announced, or its template is at fault."""
        if dossier.payload is not None:
            return dossier.payload
        if dossier.text:
            return notice_of(dossier.text, dossier.notice.topic, self._book())
        planned = self._planned(dossier.notice)
        return None if planned is None else await self._announced(planned)

    def body(self, reply: Reply, notice: Notice) -> str:
        """The words of a notice without what stands under every one."""
        return reply.text.removesuffix(notice_of("", notice.topic, self._book()).text)

    def _planned(self, notice: Notice) -> Planned | None:
        known = (one for one in self._book().plan(self._hours) if one.announcement.id == notice.notice)
        return next((one for one in known if one.key == notice.key), None)

    async def _announced(self, planned: Planned) -> Reply | None:
        asked = await self._asked(planned)
        try:
            return await asyncio.to_thread(write_notice, planned, planned.due, asked, self._book())
        except (TemplateError, KeyError):
            return None

    async def _asked(self, planned: Planned) -> Sequence[Asked]:
        between = asked_between(planned)
        if between is None:
            return ()
        return await self._store.read(most_asked, *between, TOLD_FROM, TOLD_AT_MOST)
