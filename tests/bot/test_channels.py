"""What channels share, and the console."""

import asyncio
import io
import os
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from bot.app import console_channel, service
from bot.channels.base import Aim, Outgoing, Refused, as_numbered_text, cleaned, read_number
from bot.channels.console import ConsoleChannel
from bot.channels.keyboard import Keyboard
from bot.config import Config
from bot.parts import Parts
from bot.store.models import Conversation
from bot.store.transactions import Store
from handlers.effects import Choice, Reply
from handlers.message import Tap, Text
from knowledge.finding import Outcome
from tests.bot.fakes import MONDAY, FakeBook, FixedClock, decide

OFFER = Reply(
    "もしかして",
    Outcome.SUGGEST,
    sources=("チラシ",),
    choices=(Choice("A", "entry:a"), Choice("B", "entry:b")),
    related=(Choice("C", "entry:c"),),
)


def test_choices_become_numbered_text() -> None:
    assert as_numbered_text(OFFER) == "もしかして\n(チラシ)\n  1. A\n  2. B\n  3. C"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1", Tap("entry:a", 7)),
        (" 2 ", Tap("entry:b", 7)),
        ("3", Tap("entry:c", 7)),
        ("0", Text("0")),
        ("4", Text("4")),
        ("第3回は", Text("第3回は")),
        ("²", Text("²")),
        ("", Text("")),
    ],
)
def test_a_typed_number_is_the_choice_it_stands_for(typed: str, meant: Text | Tap) -> None:
    assert read_number(typed, Outgoing(7, "a", OFFER)) == meant


def test_a_number_is_only_a_number_before_anything_was_offered() -> None:
    assert read_number("1", None) == Text("1")


def test_what_cannot_be_stored_is_taken_out_of_a_text() -> None:
    assert cleaned("a\x00b\ud800c😀\n") == "abc😀\n"


def typist(typed: str) -> Callable[[], Awaitable[str | None]]:
    """Somebody who types these lines and leaves."""
    lines = iter(typed.splitlines())

    async def read() -> str | None:
        return next(lines, None)

    return read


def talk(store: Store, typed: str) -> str:
    """What stands on the screen after somebody typed this and left."""
    screen = io.StringIO()

    async def run() -> None:
        parts = Parts(Config(), FakeBook(), decide, store, FixedClock(), FixedClock(MONDAY + timedelta(days=1)))
        stop = asyncio.Event()
        channel = console_channel(parts, typist(typed), screen, stop.set)
        await service(parts, [channel], (channel.name, "courier")).run(stop)

    asyncio.run(run())
    return screen.getvalue()


def test_a_conversation_in_the_terminal_takes_turns(store: Store) -> None:
    assert talk(store, "一\n二\n") == "> 一ですね()\n(チラシ)\n\n> 二ですね(一)\n(チラシ)\n\n> \n"


def test_a_choice_is_picked_by_its_number(store: Store) -> None:
    assert "選ぶの entry:a" in talk(store, "選ぶ\n1\n")


def test_what_stands_on_the_screen_cannot_be_withdrawn_and_is_not_said_again() -> None:
    screen = io.StringIO()
    channel = ConsoleChannel(typist(""), screen, "here", FixedClock(), lambda: None)
    withdrawn = Outgoing(2, "here", Reply("あります。"), aim=Aim.WITHDRAW, of=1)
    assert asyncio.run(channel.send(withdrawn)) == Refused("not deletable")
    assert screen.getvalue() == ""


def test_each_run_is_a_conversation_of_its_own(engine: Engine) -> None:
    talk(Store(engine), "一\n")
    assert "二ですね()" in talk(Store(engine), "二\n")
    rows = asyncio.run(Store(engine).read(lambda session: session.scalars(select(Conversation.channel)).all()))
    assert rows == ["console", "console"]


async def all_lines(descriptor: int) -> list[str]:
    keyboard, lines = Keyboard(descriptor), []
    while (line := await keyboard.line()) is not None:
        lines.append(line)
    return lines


def test_lines_are_read_from_a_pipe_however_they_arrive() -> None:
    async def type_slowly() -> list[str]:
        reading, writing = os.pipe()
        typed = asyncio.create_task(all_lines(reading))
        for part in (b"\xe4\xb8", b"\x80\n", b"two\n\nthr", b"ee"):
            os.write(writing, part)
            await asyncio.sleep(0.01)
        os.close(writing)
        try:
            return await typed
        finally:
            os.close(reading)

    assert asyncio.run(type_slowly()) == ["一", "two", "", "three"]


def test_lines_are_read_from_a_file_and_broken_characters_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "typed"
    path.write_bytes(b"one\n\xff\n")
    with path.open("rb") as file:
        assert asyncio.run(all_lines(file.fileno())) == ["one", "\N{REPLACEMENT CHARACTER}"]


def test_waiting_for_a_line_can_be_given_up() -> None:
    async def give_up() -> None:
        reading, writing = os.pipe()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await Keyboard(reading).line()
        os.close(reading)
        os.close(writing)

    asyncio.run(give_up())
