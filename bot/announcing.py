"""What members do about notices: they write, approve, send, stop and settle them, and see how far they have come."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.clock import Clock
from bot.errors import NoticeRefused
from bot.house import CONSOLE, House
from bot.notice_acts import OF_SECOND, UNDECIDED, Act, Timing, allowed, possible, timing, verdicts
from bot.notice_steps import Order, step_of, unapproved
from bot.notice_text import NoticeText
from bot.store import notice_desk, notice_lists
from bot.store.notice_desk import Settling, Written
from bot.store.notice_lists import Dossier, Listed, Mailbox, Reach
from bot.store.stuck import Verdict
from bot.store.transactions import Store
from handlers.effects import Reply
from handlers.notice import Notice, OccurrenceState
from handlers.rules import Member
from knowledge.book import Book
from knowledge.plan import desk_period
from knowledge.quiet import Quiet

LONGEST_TITLE = 40
LONGEST_TEXT = 1500
# What stops or goes on does so whatever was changed meanwhile.
AT_ANY_VERSION = (Act.PAUSE, Act.RESUME, Act.CANCEL)


@dataclass(frozen=True)
class Looked:
    """A notice as a member sees it: all about it, what it says, whom it reaches now, and what they may do to it.

    `reply` is None where it cannot be written now; `trial_on` are the channels on which it can be tried out.
    """

    dossier: Dossier
    reply: Reply | None = field(repr=False)
    reach: Sequence[Reach]
    acts: frozenset[Act]
    timing: Timing
    trial_on: tuple[str, ...]
    resendable: int = 0

    @property
    def notice(self) -> Notice:
        return self.dossier.notice

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """What can be said of its deliveries of which nobody knows."""
        return verdicts(self.notice)


class Announcements:
    """The members' side of notices, for pages and the command line alike. All it refuses, it says why.

    `needs_second`: what a member wrote goes only once somebody else has approved it.
    """

    def __init__(
        self,
        store: Store,
        book: Callable[[], Book],
        house: House,
        quiet: Quiet,
        needs_second: bool,
        clock: Clock,
    ) -> None:
        self._store = store
        self._book = book
        self._house = house
        self._quiet = quiet
        self._needs_second = needs_second
        self._clock = clock
        self._text = NoticeText(store, book, house.rules.hours)

    def member(self, login: str) -> Member:
        """The member with this login. Raises NoticeRefused."""
        member = self._house.member(CONSOLE, login)
        if member is None:
            raise self._refused("stranger", login=login)
        return member

    async def season(self, states: Collection[OccurrenceState]) -> list[Listed]:
        """All notices in these states, in order of time."""
        return await self._store.read(notice_lists.season, states)

    async def dossier(self, number: int) -> Dossier:
        """All about one of them. Raises NoticeRefused where there is none."""
        found = await self._store.read(notice_lists.dossier, number)
        if found is None:
            raise self._refused("missing")
        return found

    async def look(self, number: int, by: Member) -> Looked:
        """One of them as a member sees it. Raises NoticeRefused where there is none."""
        dossier = await self.dossier(number)
        notice = dossier.notice
        return Looked(
            dossier=dossier,
            reply=await self._text.reply(dossier),
            reach=await self._store.read(notice_lists.reach, notice),
            acts=await self._acts(notice, by),
            timing=self.timing(notice.due, notice.urgent),
            trial_on=tuple(one.channel for one in await self._mailboxes(by)),
            resendable=await self._store.read(notice_desk.resendable, notice, self._clock.now()),
        )

    def timing(self, due: datetime | None, urgent: bool) -> Timing:
        """How a notice fares that is to go then; None: now."""
        now = self._clock.now()
        return timing(due or now, urgent, now, self._book().programme, self._quiet)

    async def write(self, written: Written, key: str, by: Member) -> int:
        """A new draft; its number. The same key makes one draft. Raises NoticeRefused."""
        self._check_words(written)
        return await self._store.write(notice_desk.write, key, written, by.name, self._clock.now())

    async def change(self, number: int, version: int, written: Written, by: Member) -> None:
        """Other words, where nobody changed it since `version`. Raises NoticeRefused."""
        notice = await self._open(number, Order(Act.CHANGE, version), by)
        self._check_words(written)
        kept = replace(written, topic=notice.topic) if notice.session is not None else written
        if not await self._store.write(notice_desk.change, notice, kept, by.name, self._clock.now()):
            raise self._refused("changed")

    async def ensure(self, number: int, order: Order, by: Member) -> Notice:
        """The notice that an order could be carried out on by this member now. Raises NoticeRefused."""
        notice = await self._open(number, order, by)
        if order.act in OF_SECOND and not await self._is_second(notice, by):
            raise self._refused("own")
        self._check(notice, order)
        return notice

    async def do(self, number: int, order: Order, by: Member) -> None:
        """Carry out an order that changes how far a notice has come. Raises NoticeRefused."""
        notice, now = await self.ensure(number, order, by), self._clock.now()
        step = step_of(notice, order, by.name, now)
        taken = step if await self._stays_approved(notice, order, by) else unapproved(step)
        if not await self._store.write(notice_desk.take, notice, taken, now):
            raise self._refused("changed")

    async def _stays_approved(self, notice: Notice, order: Order, by: Member) -> bool:
        """Whether what was approved still is: not where those who wrote it give it another time."""
        is_another_time = order.act is Act.SCHEDULE and notice.state not in UNDECIDED
        return not is_another_time or await self._is_second(notice, by)

    async def resend(self, number: int, version: int | None, by: Member) -> int:
        """Send it once more to those it failed to reach and who still want it; how many. Raises NoticeRefused."""
        notice = await self._open(number, Order(Act.RESEND, version), by)
        self._check_open()
        if not await self._store.read(notice_desk.resendable, notice, self._clock.now()):
            raise self._refused("nobody")
        queued = await self._store.write(notice_desk.resend, notice, by.name, self._clock.now())
        if queued is None:
            raise self._refused("changed")
        return queued

    async def settle(self, number: int, delivery: int, verdict: Verdict, by: Member) -> None:
        """Say what became of a delivery of which nobody knew. Raises NoticeRefused."""
        notice = await self._open(number, Order(Act.SETTLE), by)
        if verdict not in verdicts(notice):
            raise self._refused("state", state=self._book().phrase(f"notice_state_{notice.state}"))
        note = f"{delivery} {self._book().phrase(f'notice_verdict_{verdict}')}"
        settling = Settling(delivery, verdict, by.name, note)
        if not await self._store.write(notice_desk.settle, notice, settling, self._clock.now()):
            raise self._refused("settled")

    async def copy(self, number: int, key: str, by: Member) -> int:
        """A new draft with the same words; its number. Raises NoticeRefused."""
        notice = await self._open(number, Order(Act.COPY), by)
        reply = await self._text.reply(await self.dossier(number))
        if reply is None:
            raise self._refused("no_words")
        written = Written(notice.topic, notice.title, self._text.body(reply, notice), notice.urgent)
        return await self._store.write(notice_desk.write, key, written, by.name, self._clock.now())

    async def try_out(self, number: int, by: Member) -> int:
        """Send it to the member alone, wherever they can be reached; to how many places. Raises NoticeRefused."""
        await self._open(number, Order(Act.TRY), by)
        reply, mailboxes = await self._text.reply(await self.dossier(number)), await self._mailboxes(by)
        if reply is None:
            raise self._refused("no_words")
        if not mailboxes:
            raise self._refused("no_mailbox")
        marked = replace(reply, text=self._book().phrase("notice_trial", text=reply.text))
        now = self._clock.now()
        for mailbox in mailboxes:
            await self._store.write(notice_desk.try_out, number, mailbox.conversation, marked, by.name, now)
        return len(mailboxes)

    async def _mailboxes(self, by: Member) -> list[Mailbox]:
        known = self._house.members.items()
        people = [(channel, person) for (channel, person), one in known if one == by and channel != CONSOLE]
        return await self._store.read(notice_lists.mailboxes, people)

    async def _open(self, number: int, order: Order, by: Member) -> Notice:
        """The notice, where the member may do this to it as it stands."""
        notice = await self._store.read(notice_lists.notice, number)
        if notice is None:
            raise self._refused("missing")
        if order.version not in (None, notice.version) and order.act not in AT_ANY_VERSION:
            raise self._refused("changed")
        if order.act not in possible(notice):
            raise self._refused("state", state=self._book().phrase(f"notice_state_{notice.state}"))
        if order.act not in allowed(notice, by, self._needs_second):
            raise self._refused("not_allowed")
        return notice

    async def _acts(self, notice: Notice, by: Member) -> frozenset[Act]:
        acts = allowed(notice, by, self._needs_second)
        return acts if await self._is_second(notice, by) else acts - OF_SECOND

    async def _is_second(self, notice: Notice, by: Member) -> bool:
        """Whether a member did not write it themselves, where that counts. The version guards what they approve."""
        return not self._needs_second or by.name not in await self._store.read(notice_desk.writers, notice.id)

    def _check(self, notice: Notice, order: Order) -> None:
        """Raises NoticeRefused where the order lacks something, or its time cannot be."""
        match order.act:
            case Act.PROPOSE | Act.APPROVE | Act.RESTORE:
                self._check_time(notice.due, notice.urgent)
            case Act.NOW:
                self._check_time(None, notice.urgent)
            case Act.SCHEDULE:
                if order.due is None and notice.state not in UNDECIDED:
                    raise self._refused("no_time")
                self._check_time(order.due, notice.urgent)
            case Act.RESUME:
                self._check_open()
            case Act.RETURN if not order.word:
                raise self._refused("no_word")

    def _check_time(self, due: datetime | None, urgent: bool) -> None:
        if fault := self.timing(due, urgent).fault:
            raise self._refused(fault)

    def _check_open(self) -> None:
        opens, closes = desk_period(self._book().programme)
        if not opens <= self._clock.now() < closes:
            raise self._refused("outside")

    def _check_words(self, written: Written) -> None:
        """What the form holds back is refused here for everybody else."""
        if not (written.title and written.text):
            raise self._refused("empty")
        if len(written.title) > LONGEST_TITLE or len(written.text) > LONGEST_TEXT:
            raise self._refused("too_long", title=LONGEST_TITLE, text=LONGEST_TEXT)
        if written.due is not None:
            self._check_time(written.due, written.urgent)

    def _refused(self, why: str, **values: object) -> NoticeRefused:
        return NoticeRefused(self._book().phrase(f"notice_refused_{why}", **values))
