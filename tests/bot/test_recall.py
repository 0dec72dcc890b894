"""What a decision knows of the one person who wrote, in a place where others write too."""

import asyncio
from itertools import count

import pytest
from sqlalchemy import Engine, event

from bot.ports import TURNS_RECALLED
from bot.store.models import InboundState
from bot.store.transactions import Store
from handlers.effects import Choice, Effect, OpenTicket, Remember, Reply
from handlers.message import Command, Content, Edit, Media, Message, Tap, Text
from handlers.situation import Offered, Situation
from knowledge.finding import Outcome, Turn
from tests.bot.alone import recall, settle
from tests.bot.fakes import MONDAY, message
from tests.bot.kept import Kept

OFFER = Reply("もしかして", Outcome.SUGGEST, choices=(Choice("A", "entry:a"),), question="なに")
X = Text("x")


class Group:
    """One place, `g`, in which several people write; Hanako where nobody is named."""

    def __init__(self, kept: Kept) -> None:
        self.kept = kept
        self._keys = count(1)

    def keep(self, content: Content, person: str = "hanako", ref: str | None = None, address: str = "g") -> int:
        """Something that somebody does now; its id."""
        return self.kept.keep(Message("fake", address, person, f"k{next(self._keys)}", MONDAY, content, ref))

    def settle(self, inbound: int, *effects: Effect) -> int:
        assert self.kept.do(settle, inbound, InboundState.DONE, effects, MONDAY)
        return inbound

    def open(self, person: str = "hanako", address: str = "g") -> int:
        """A question that waits for staff; its number."""
        inbound = self.keep(X, person, address=address)
        return self.settle(inbound, OpenTicket(inbound, "x", urgent=False, reason="gap"))

    def situation(self, inbound: int) -> Situation:
        return self.kept.do(recall, inbound, MONDAY)[1]


@pytest.fixture
def group(store: Store) -> Group:
    return Group(Kept(store))


@pytest.mark.parametrize(
    "content",
    [
        Text("初回は"),
        Edit("初回は"),
        Tap("entry:a", 3),
        Command("ask", "初回は"),
        Command("help"),
        Media("photo", "これ"),
    ],
)
def test_every_kind_of_message_comes_back_as_it_was(group: Group, content: Content) -> None:
    message = Message("fake", "g", "hanako", "k", MONDAY, content, "41")
    assert group.kept.do(recall, group.kept.keep(message), MONDAY)[0] == message


def test_what_somebody_new_says_is_recalled_by_one_question(engine: Engine, store: Store, group: Group) -> None:
    inbound = group.keep(X)
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda _1, _2, said, *_: asked.append(said))
    asyncio.run(store.read(recall, inbound, MONDAY))
    assert sum(said.startswith("SELECT") for said in asked) == 1


def test_turns_are_those_of_the_person(group: Group) -> None:
    for number in range(TURNS_RECALLED):
        group.settle(group.keep(X), Remember(Turn(f"hanako {number}", ("e",))))
        group.settle(group.keep(X, "taro"), Remember(Turn(f"taro {number}")))
    assert group.situation(group.keep(X)).turns == tuple(
        Turn(f"hanako {number}", ("e",)) for number in range(TURNS_RECALLED)
    )


def test_only_the_person_that_was_answered_can_tap_for_more_than_a_topic(group: Group) -> None:
    group.settle(group.keep(X), OFFER)
    reply = group.kept.delivery().id
    pressed = group.keep(Tap("none", reply), "taro")
    assert group.situation(pressed).offered is None
    group.settle(pressed)
    own = group.situation(group.keep(Tap("none", reply)))
    assert own.offered == Offered(reply, "なに", Outcome.SUGGEST, (), ("entry:a",))


@pytest.mark.parametrize(
    ("original", "before"),
    [
        (Text("初回は"), "初回は"),
        (Media("photo", "初回は"), "初回は"),
        (Media("photo"), ""),
        (Command("ask", "初回は"), "/ask 初回は"),
        (Tap("entry:a", None), None),
    ],
)
def test_an_edit_knows_what_the_message_said_before(group: Group, original: Content, before: str | None) -> None:
    group.settle(group.keep(original, ref="41"))
    assert group.situation(group.keep(Edit("次回は"), ref="41")).before == before


def test_an_edit_knows_the_edit_before_it(group: Group) -> None:
    group.settle(group.keep(Text("一"), ref="41"))
    group.settle(group.keep(Edit("二"), ref="41"))
    third = group.keep(Edit("三"), ref="41")
    assert group.situation(third).before == "二"


def test_an_edit_knows_nothing_of_other_messages(group: Group) -> None:
    group.settle(group.keep(Text("ほか"), ref="40"))
    group.settle(group.keep(Text("よそ"), ref="41", address="h"))
    group.settle(group.keep(Text("なし")))
    edited = group.keep(Edit("次回は"), ref="41")
    assert group.situation(edited).before is None
    group.settle(edited)
    assert group.situation(group.keep(Edit("次回は"))).before is None


def test_what_is_not_an_edit_has_nothing_before(group: Group) -> None:
    group.settle(group.keep(Text("一"), ref="41"))
    assert group.situation(group.keep(Text("二"), ref="41")).before is None


def test_the_persons_open_questions_are_known_oldest_first(group: Group) -> None:
    first, _, _, second = group.open(), group.open("taro"), group.open(address="h"), group.open()
    known = group.situation(group.keep(Command("status"))).tickets
    assert [ticket.number for ticket in known] == [first, second]


def test_replies_that_wait_in_the_conversation_are_counted(store: Store) -> None:
    kept = Kept(store)
    kept.settle(message("x", "k1"), Reply("一"), Reply("二"), Reply("三"))
    kept.settle(message("x", "k2", "b"), Reply("elsewhere"))
    kept.claim()
    assert kept.do(recall, kept.keep(message("y", "k3")), MONDAY)[1].backlog == 2
