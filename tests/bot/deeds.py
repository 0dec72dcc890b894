"""What people do to a busy desk. Numbers choose: who, what, which of all that is there.

What staff write has a token of its own. `sealed` are those that must never reach a participant.
"""

from dataclasses import dataclass, field

from sqlalchemy import select

from bot.store.desk_models import Event, Ticket
from bot.store.notices import ANSWERING
from handlers.message import Act, Command, Content, Edit, Media, Tap, Text
from handlers.staff import ACTS
from handlers.ticket import CHECKLIST
from tests.bot.bustle import PEOPLE, ROOMS, TEAM, TEXTS, Bustle, pick
from tests.bot.weather import Post, choices_in

# Who writes in a staff room and is none of them.
STRANGER = "stranger"
CONSOLE = "staff"
COMMANDS = (("status", ""), ("human", "犬を連れて行けますか"), ("human", ""), ("help", ""))
# What is put before words in a thread, and whether they are to be sent then.
PREFIXES = (
    ("返信:", True),
    ("返信：", True),
    ("聞き返し:", True),
    ("", False),
    ("メモ:", False),
    (" 返信:", False),
    ("【返信】", False),
    ("返信 ", False),
    ("Re: ", False),
)
# Those that mean something.
KNOWN = ("返信:", "返信：", "聞き返し:", "メモ:")
SENDING_ACTS = ("reply", "ask", "edit", "reply_all")


@dataclass
class Written:
    """A message that a member wrote in a room: where, whether it may still be what a participant reads (`meant`), and
    whether it never had a prefix (`bare`)."""

    channel: str
    address: str
    member: str
    ref: str
    meant: bool
    bare: bool


@dataclass
class Deeds:
    """Everybody around one desk. `refs` are what participants wrote, `notes` what staff wrote."""

    desk: Bustle
    refs: dict[str, list[str]] = field(default_factory=dict)
    notes: list[Written] = field(default_factory=list)
    sealed: set[str] = field(default_factory=set)

    async def say(self, who: int, text: int) -> None:
        """A participant writes."""
        await self._write(who, Text(pick(TEXTS, text)))

    async def send_media(self, who: int, text: int) -> None:
        """A participant sends a photo, with words or without."""
        await self._write(who, Media("photo", pick(("", *TEXTS), text)))

    async def command(self, who: int, which: int) -> None:
        """A participant uses a command."""
        await self._write(who, Command(*pick(COMMANDS, which)))

    async def edit(self, who: int, which: int, text: int) -> None:
        """A participant changes what they wrote."""
        channel, person = pick(PEOPLE, who)
        if refs := self.refs.get(person):
            await self.desk.do(channel, person, person, Edit(pick(TEXTS, text)), pick(refs[::-1], which))

    async def tap(self, who: int, which: int) -> None:
        """A participant taps anything that they see, however old."""
        channel, person = pick(PEOPLE, who)
        if offered := list(choices_in(self.desk.platforms.at(person))):
            post, choice = pick(offered, which)
            await self.desk.do(channel, person, person, Tap(choice.value, post.delivery))

    async def forge(self, who: int, act: int, ticket: int) -> None:
        """A button of staff's, or of somebody else's ticket."""
        channel, person = pick(PEOPLE, who)
        if numbers := await self._numbers():
            value = pick([f"staff:{name}" for name in ACTS] + ["cancel", "bot", "reopen", "csat:good"], act)
            await self.desk.do(channel, person, person, Tap(f"{value}:{pick(numbers, ticket)}"))

    def block(self, who: int) -> None:
        """A participant blocks the desk, or no longer."""
        self.desk.platforms.blocked ^= {pick(PEOPLE, who)[1]}

    async def press(self, member: int, room: int, which: int) -> None:
        """Any button that stands in a room, the newest first."""
        place = pick(ROOMS, room)
        if offered := list(choices_in(self.desk.platforms.at(place.place))):
            post, choice = pick(offered[::-1], which)
            await self.desk.do(place.channel, post.address, pick_member(member), Tap(choice.value, post.delivery))

    async def act(self, member: int, act: int, ticket: int, target: int, confirmed: bool) -> None:
        """A form of the console, with whatever is in it."""
        numbers, name = await self._numbers(), pick_member(member)
        if numbers:
            kind, number = pick(tuple(ACTS), act), pick(numbers, ticket)
            words = self._words(kind in SENDING_ACTS and name != STRANGER)
            content = Act(kind, number, words, pick(await self._targets(number), target), confirmed)
            await self.desk.do(CONSOLE, name, name, content)

    async def write_in_thread(self, member: int, room: int, ticket: int, prefix: int) -> None:
        """Somebody writes in the thread of a card."""
        place, name = pick(ROOMS, room), pick_member(member)
        before, is_meant = pick(PREFIXES, prefix)
        if threads := [post.thread for post in self.desk.platforms.at(place.place) if post.thread]:
            text = before + self._words(is_meant and name != STRANGER)
            address = f"{place.place}:{pick(threads, ticket)}"
            written = Written(place.channel, address, name, self.desk.key(), is_meant, before not in KNOWN)
            await self._write_in_room(written, text)

    async def answer_post(self, member: int, which: int, prefix: int) -> None:
        """As a reply to a post, where that is known as such."""
        place, name = ROOMS[0], pick_member(member)
        before, is_meant = pick(PREFIXES, prefix)
        if posts := self.desk.platforms.at(place.place)[::-1]:
            post = pick(posts, which)
            # Behind "メモ" nothing is sent, whatever it answers.
            is_meant = is_meant or (_invites(post) and "メモ" not in before)
            text = before + self._words(is_meant and name != STRANGER)
            written = Written(place.channel, post.address, name, self.desk.key(), is_meant, before not in KNOWN)
            await self._write_in_room(written, text, post.ref)

    async def edit_note(self, which: int, prefix: int) -> None:
        """Write anew what was written in a room: it is sent only if it was clearly meant to be from the first on."""
        if not self.notes:
            return
        note, (before, is_meant) = pick(self.notes[::-1], which), pick(PREFIXES, prefix)
        is_bare = before not in KNOWN
        note.meant = note.meant and (is_meant or (note.bare and is_bare))
        note.bare = note.bare and is_bare
        text = before + self._words(note.meant and note.member != STRANGER)
        await self.desk.do(note.channel, note.address, note.member, Edit(text), note.ref)

    async def _write_in_room(self, written: Written, text: str, answers: str | None = None) -> None:
        self.notes.append(written)
        where = written.channel, written.address, written.member
        await self.desk.do(*where, Text(text), written.ref, answers)

    def _words(self, may_leave: bool) -> str:
        token = f"〔{next(self.desk.keys)}〕"
        if not may_leave:
            self.sealed.add(token)
        return token

    async def _write(self, who: int, content: Content) -> None:
        channel, person = pick(PEOPLE, who)
        ref = self.desk.key()
        if not isinstance(content, Command):
            self.refs.setdefault(person, []).append(ref)
        await self.desk.do(channel, person, person, content, ref)

    async def _numbers(self) -> list[int]:
        numbers = await self.desk.store.read(lambda session: session.scalars(select(Ticket.number)).all())
        return sorted(numbers, reverse=True)

    async def _targets(self, ticket: int) -> list[str]:
        """All that an act may be done to or with."""
        answers = select(Event.line).where(Event.ticket == ticket, Event.action.in_(ANSWERING))
        lines = await self.desk.store.read(lambda session: session.scalars(answers.order_by(Event.id)).all())
        canned = [one.id for one in self.desk.book.content.canned][:1]
        return ["", *canned, *(member.name for member in TEAM), CHECKLIST[0], *map(str, lines)]


def _invites(post: Post) -> bool:
    return post.reply is not None and post.reply.marks is not None and post.reply.marks.invites != ""


def pick_member(number: int) -> str:
    """Mostly one of the team."""
    return pick([*(member.name for member in TEAM * 3), STRANGER], number)
