"""What curators do: drafts become entries, entries are published, and those who got an old answer are told."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.errors import CurationRefused, NotPublished
from bot.house import CONSOLE, House
from bot.moved_answers import find_misled
from bot.shelf import Shelf
from bot.store import corrections, drafts, published
from bot.store.corrections import Proposed, Received, Rescheduled
from bot.store.desk_models import Draft, DraftState
from bot.store.transactions import Store
from handlers.rules import Member, Role
from knowledge.book import Book, Similar
from knowledge.calendar import Asked
from knowledge.finding import Finding
from knowledge.lint import find_entry_faults
from knowledge.load import load_content, with_entries
from knowledge.merging import changed_topics, merged_text, published_text
from knowledge.personal import with_marks
from knowledge.schema import Entry, Kind
from knowledge.sheet import Sheet, answered_anew, begun, personal_faults, read_sheet, sheet_text

REACH_BACK = timedelta(days=30)
MOST_SIMILAR = 5
NO_SUCH_DRAFT = "その番号の下書きはないか、すでに決着がついています"
NO_SUCH_ENTRY = "その id の項目はありません"
NOT_TO_BE_ANSWERED = "その項目は、質問に答えるためのものではありません"
NO_SUCH_CORRECTION = "その番号の訂正はないか、すでに決着がついています"


@dataclass(frozen=True)
class Drafted:
    """A draft with what helps to work on it: the sheet as it stands, and entries that say something near.

    `gap` is the nearest entry, where it is a known gap that the question is handed over for; `into` is the entry that
    the sheet corrects, as it reads now.
    """

    draft: Draft = field(repr=False)
    sheet: str = field(repr=False)
    similar: tuple[Similar, ...]
    gap: Entry | None = None
    into: Entry | None = None


@dataclass(frozen=True)
class Outdated:
    """A correction that is proposed: what would be told, to whom, and who cannot be told any more."""

    proposed: Proposed
    text: str = field(repr=False)
    recipients: Sequence[Received]
    gone: Sequence[Received]


@dataclass(frozen=True)
class Publication:
    """A sheet that is fit, those of its entries that change something, and the corrections that follow, by entry."""

    sheet: Sheet
    entries: tuple[Entry, ...]
    corrections: dict[str, str] = field(repr=False)


class Curation:
    """The curators' side of a desk, for the command line, pages and chats alike."""

    def __init__(self, store: Store, shelf: Shelf, house: House, clock: Clock) -> None:
        self._store = store
        self._shelf = shelf
        self._house = house
        self._clock = clock

    def curator(self, login: str) -> Member:
        """The member with this login. Raises CurationRefused where they are no curator."""
        member = self._house.member(CONSOLE, login)
        if member is None or Role.CURATOR not in member.roles:
            raise CurationRefused(f"{login} には、項目を公開する役割(curator)がありません")
        return member

    async def drafts(self) -> list[Drafted]:
        """All that wait for a curator, oldest first."""
        return [await self._with_help(draft) for draft in await self._store.read(drafts.open_drafts)]

    async def draft(self, draft_id: int) -> Drafted:
        """One of them. Raises CurationRefused where there is none."""
        return await self._with_help(await self._open(draft_id))

    async def draft_into(self, draft_id: int, entry_id: str) -> Drafted:
        """One of them with a sheet that corrects an entry by it. Raises CurationRefused."""
        draft = await self._open(draft_id)
        entry = self._shelf.book.entry(entry_id)
        if entry is None:
            raise CurationRefused(NO_SUCH_ENTRY)
        if entry.kind not in (Kind.ANSWER, Kind.GAP):
            raise CurationRefused(NOT_TO_BE_ANSWERED)
        answered = answered_anew(entry, await self._questions(draft), with_marks(draft.answer))
        return replace(await self._with_help(draft), sheet=_sheet_text(draft, answered), into=entry)

    async def keep(self, draft_id: int, sheet: str) -> None:
        """Keep a curator's work on a draft as it is. Raises CurationRefused."""
        if not await self._store.write(drafts.keep_work, draft_id, sheet):
            raise CurationRefused(NO_SUCH_DRAFT)

    async def drop(self, draft_id: int, by: Member) -> None:
        """Make no entry of a draft. Raises CurationRefused."""
        now = self._clock.now()
        if not await self._store.write(drafts.decide, draft_id, DraftState.DROPPED, by.name, "", now):
            raise CurationRefused(NO_SUCH_DRAFT)

    async def check(self, text: str, name: str = "sheet") -> Publication:
        """A sheet that is fit to be published. Raises NotPublished with all its faults."""
        await self._shelf.look()
        faults: list[str] = []
        sheet = read_sheet(name, text, faults)
        if sheet is None:
            raise NotPublished(faults)
        edition = self._shelf.edition
        content = with_entries(edition.content, sheet.entries)
        faults = _twice(sheet) + personal_faults(sheet, edition.content.entries)
        names = {entry.id for entry in sheet.entries}
        faults += await asyncio.to_thread(find_entry_faults, content, names, edition.tools.templates)
        if faults:
            raise NotPublished([f"{name}: {fault}" for fault in faults])
        return self._publication(sheet)

    async def publish(self, publication: Publication, by: Member) -> None:
        """Publish what was checked; every running desk has it within a second. Raises CurationRefused."""
        if not publication.entries:
            raise CurationRefused("いま公開されている内容と同じなので、公開するものがありません")
        if not await self._store.write(_publish, publication, by.name, self._clock.now()):
            raise CurationRefused(NO_SUCH_DRAFT)

    async def corrections(self) -> list[Outdated]:
        """What was published anew, or moved, since answers about it were given, and whom it concerns."""
        await self._shelf.look()
        return [await self._outdated(proposed) for proposed in await self._store.read(corrections.proposals)]

    async def approve(self, correction_id: int, by: Member) -> Outdated:
        """Tell each of those concerned, once; what is told to whom. Raises CurationRefused."""
        outdated = next((one for one in await self.corrections() if one.proposed.id == correction_id), None)
        if outdated is None:
            raise CurationRefused(NO_SUCH_CORRECTION)
        what = correction_id, outdated.text, outdated.recipients, by.name, self._clock.now()
        if not await self._store.write(corrections.approve, *what):
            raise CurationRefused(NO_SUCH_CORRECTION)
        return outdated

    async def drop_correction(self, correction_id: int, by: Member) -> None:
        """Tell nobody. Raises CurationRefused."""
        if not await self._store.write(corrections.drop, correction_id, by.name, self._clock.now()):
            raise CurationRefused(NO_SUCH_CORRECTION)

    async def send_corrections(self) -> None:
        """Put all corrections that are approved into the outbox, where they are not in it yet."""
        await send_corrections(self._store, self._clock, _nobody)

    async def export(self, faq: Path, folder: Path) -> list[Path]:
        """Write the files of `faq` that published entries belong in, with them, into a folder; which files."""
        await self._shelf.look()
        written = []
        folder.mkdir(parents=True, exist_ok=True)
        for topic, entries in changed_topics(load_content(faq.parent), self._shelf.edition.content):
            source, target = faq / f"{topic}.yaml", folder / f"{topic}.yaml"
            text = merged_text(source.read_text("utf-8"), entries) if source.exists() else published_text(entries)
            target.write_text(text, "utf-8")
            written.append(target)
        return written

    async def _with_help(self, draft: Draft) -> Drafted:
        now, book = self._clock.now(), self._shelf.book
        similar = await asyncio.to_thread(book.similar, draft.question, now)
        finding = await asyncio.to_thread(book.consider, draft.question, (), now)
        sheet = draft.entry or await self._first_sheet(draft)
        return Drafted(draft, sheet, similar[:MOST_SIMILAR], _gap(similar, finding))

    async def _open(self, draft_id: int) -> Draft:
        found = await self._store.read(drafts.draft, draft_id)
        if found is None or found.state is not DraftState.OPEN:
            raise CurationRefused(NO_SUCH_DRAFT)
        return found

    async def _first_sheet(self, draft: Draft) -> str:
        """What a curator begins with; what may be personal is marked."""
        entry = begun(f"answered-{draft.ticket}", await self._questions(draft), with_marks(draft.answer))
        return _sheet_text(draft, entry)

    async def _questions(self, draft: Draft) -> list[str]:
        """How it was asked, by others too; what may be personal is marked."""
        alike = await self._store.read(drafts.asked_alike, draft.ticket)
        return [with_marks(question) for question in (draft.question, *alike)]

    def _publication(self, sheet: Sheet) -> Publication:
        known = {entry.id: entry for entry in self._shelf.edition.content.entries}
        changed = tuple(entry for entry in sheet.entries if known.get(entry.id) != entry)
        outdated = [entry for entry in changed if entry.id in known and _says_else(entry, known[entry.id])]
        return Publication(sheet, changed, {entry.id: self._correction(entry) for entry in outdated})

    def _correction(self, entry: Entry) -> str:
        book = self._shelf.book
        answer = book.answer(entry, self._clock.now(), Asked(), english=False)
        return book.phrase("correction", title=entry.title, answer=answer)

    async def _outdated(self, proposed: Proposed) -> Outdated:
        subject = proposed.subject
        entry = self._shelf.book.entry(subject) if isinstance(subject, str) else None
        found = await (self._told_of(subject, proposed.since) if isinstance(subject, str) else self._misled(subject))
        concerned = [one for one in found if not self._house.is_room(one.channel, one.address)]
        return Outdated(
            proposed,
            proposed.text if entry is None else self._correction(entry),
            [one for one in concerned if not one.gone],
            [one for one in concerned if one.gone],
        )

    async def _told_of(self, entry_id: str, published: datetime) -> list[Received]:
        """Who got an answer of an entry that does not read so any more."""
        found = await self._store.read(corrections.received, entry_id, published - REACH_BACK)
        return await asyncio.to_thread(_outdated_answers, found, entry_id, self._shelf.book)

    async def _misled(self, moved: Rescheduled) -> list[Received]:
        found = await self._store.read(find_misled, moved, self._shelf.book, self._clock.now())
        return [one.received for one in found]


async def send_corrections(store: Store, clock: Clock, sent: Callable[[], None]) -> None:
    """Put all corrections that are approved into the outbox, where they are not in it yet; `sent` is called for each.

    To be done again and again: it goes on after a crash, and any number of processes may do it at a time.
    """
    while await store.write(corrections.send_next, clock.now()):
        sent()


def _nobody() -> None:
    """A desk that runs looks by itself."""


def _publish(session: Session, publication: Publication, actor: str, now: datetime) -> bool:
    """Everything at once, or nothing where the draft was decided on meanwhile."""
    names = ", ".join(entry.id for entry in publication.entries)
    draft = publication.sheet.draft
    if draft is not None and not drafts.decide(session, draft, DraftState.PUBLISHED, actor, names, now):
        return False
    for entry in publication.entries:
        number = published.publish(session, entry, actor, now)
        if entry.id in publication.corrections:
            corrections.propose(session, number, publication.corrections[entry.id], actor, now)
    return True


def _sheet_text(draft: Draft, entry: Entry) -> str:
    return sheet_text(Sheet.model_construct(draft=draft.id, entries=(entry,)))


def _gap(similar: Sequence[Similar], finding: Finding) -> Entry | None:
    """The nearest entry, where it is a known gap that the question is handed over for."""
    nearest = similar[0].entry if similar else None
    is_judged_by = nearest is not None and nearest.kind is Kind.GAP and nearest.id in finding.entries
    return nearest if is_judged_by else None


def _twice(sheet: Sheet) -> list[str]:
    names = [entry.id for entry in sheet.entries]
    return [f"[{name}]: この id が二度使われています。" for name in dict.fromkeys(names) if names.count(name) > 1]


def _says_else(entry: Entry, before: Entry) -> bool:
    return (entry.answer, entry.note, entry.english) != (before.answer, before.note, before.english)


def _outdated_answers(found: Sequence[Received], entry_id: str, book: Book) -> list[Received]:
    entry = book.entry(entry_id)
    return [one for one in found if not _reads_so(one, entry, book)]


def _reads_so(one: Received, entry: Entry | None, book: Book) -> bool:
    """Whether an answer that was given reads just as the entry would have it today."""
    if entry is None:
        return False
    shown = book.show(entry.id, one.reply.question, one.at) if entry.kind is Kind.ANSWER else None
    text = shown.text if shown else book.answer(entry, one.at, Asked(), english=False)
    return f"\n\n{text}\n\n" in f"\n\n{one.reply.text}\n\n"
