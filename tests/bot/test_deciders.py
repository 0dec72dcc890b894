"""Processes that decide beside ours: the same decisions by the newest edition, whatever becomes of such a process."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

import pytest

from bot.decider import LARGEST_GROUP
from bot.deciders import Deciders, forked
from bot.desk import Decisions
from bot.ports import Decide
from handlers.effects import Effect, Reply
from handlers.message import Act, Command, Content, Message, Tap, Text
from handlers.situation import Situation
from knowledge.schema import Change, Programme
from tests.bot.curating import new_entry
from tests.bot.fakes import message
from tests.bot.processes import ROOT, until
from tests.knowledge.folder import programme, session
from tests.moments import at

SITUATION = Situation(at("2022-07-04T09:00"), (), 1)
THINKING_SECONDS = 0.4
SOME = [f"{number}番目の質問です" for number in range(40)]
HERE = str(os.getpid())
PATIENCE_SECONDS = 1.2
FOR_GOOD_SECONDS = 1000.0


def published(*names: str) -> Change:
    """Entries of these names."""
    return tuple(new_entry(name) for name in names)


def amended(name: str) -> Change:
    """A programme whose only session is called so."""
    seminars = {"starts": "13:30", "ends": "16:00", "sessions": [session(1, "2022-07-13") | {"title": name}]}
    return Programme.model_validate(programme(seminars=seminars))


def names_of(change: Change) -> tuple[str, ...]:
    if isinstance(change, Programme):
        return tuple(one.title for one in change.seminars.sessions)
    return tuple(entry.id for entry in change)


class Clinging(str):
    """Cannot be handed to another process."""

    def __reduce__(self) -> str:
        raise TypeError("clinging")


@dataclass(frozen=True)
class Saying:
    """Says the words again, and who says so by which changes; cannot say everything, nor take up every change."""

    entries: tuple[str, ...] = ()

    def decide(self, message: Message, _situation: Situation) -> list[Effect]:
        text = message.content.text if isinstance(message.content, Text) else ""
        if "ゆっくり" in text:
            time.sleep(THINKING_SECONDS)
        if "無理" in text:
            raise LookupError("no words")
        if "動かなく" in text and str(os.getpid()) != HERE:
            time.sleep(FOR_GOOD_SECONDS)
        who = Clinging(os.getpid()) if "渡せない" in text else str(os.getpid())
        return [Reply(text, entries=self.entries, question=who)]

    def foresee(self, _asked: Sequence[tuple[Message, Situation]]) -> Decide:
        return self.decide

    def follow(self, change: Change) -> "Saying":
        names = names_of(change)
        if "slow" in names:
            time.sleep(THINKING_SECONDS)
        if "broken" in names:
            raise LookupError("cannot be taken up")
        if "deadly" in names:
            os.kill(os.getpid(), signal.SIGKILL)
        if "endless" in names:
            time.sleep(FOR_GOOD_SECONDS)
        return Saying(self.entries + names)


@dataclass(frozen=True)
class Foreseeing(Saying):
    """Says how many it foresaw together."""

    def foresee(self, asked: Sequence[tuple[Message, Situation]]) -> Decide:
        return lambda _message, _situation: [Reply("foreseen", question=str(len(asked)))]


class Blind(Saying):
    """Foresees nothing."""

    def foresee(self, _asked: Sequence[tuple[Message, Situation]]) -> Decide:
        raise RuntimeError


class Talk:
    """What is asked of the desk's decisions, with deciders beside this process, whose edition is the newest."""

    def __init__(self, deciders: Deciders) -> None:
        self.deciders = deciders
        self.here = Saying()

    async def ask(self, *texts: str) -> list[Reply]:
        return await self.say(*map(Text, texts))

    async def say(self, *contents: Content) -> list[Reply]:
        decisions = Decisions(self.here.decide, self.here.decide, self.deciders.decide)
        messages = [replace(message("x"), content=content) for content in contents]
        effects = await asyncio.gather(*(decisions.of(one, SITUATION) for one in messages))
        return [reply for some in effects for reply in some if isinstance(reply, Reply)]

    def change(self, change: Change) -> None:
        """As the shelf does: first the edition of this process, at once all others."""
        self.here = Saying(self.here.entries + names_of(change))
        self.deciders.follow(change)

    async def until_decided_beside(self) -> Reply:
        """The first reply that another process decided."""
        while True:
            [reply] = await self.ask("今の質問です")
            assert reply.entries == self.here.entries
            if reply.question != HERE:
                return reply
            await asyncio.sleep(0.01)


def talking(
    count: int,
    work: Callable[[Talk], Awaitable[list[Reply]]],
    first: Saying = Saying(),
    patience_seconds: float = 30.0,
) -> list[Reply]:
    async def opened(deciders: Deciders) -> list[Reply]:
        await deciders.open()
        async with asyncio.timeout(30):
            return await work(Talk(deciders))

    with forked(first, count, patience_seconds) as deciders:
        return asyncio.run(opened(deciders))


def has_ended(process: str) -> bool:
    """Whether it does nothing any more, though its parent may not have asked yet how it ended."""
    try:
        return status(process)[0] == "Z"
    except OSError:
        return True


def parent(process: str) -> str:
    return status(process)[1]


def status(process: str) -> list[str]:
    """Its state, its parent, and more, as Linux tells it (proc_pid_stat(5))."""
    with open(f"/proc/{process}/stat", encoding="utf-8", errors="replace") as file:
        return file.read().rpartition(")")[2].split()


def test_many_are_decided_at_once_by_processes_of_their_own() -> None:
    replies = talking(2, lambda talk: talk.ask(*SOME))
    assert [reply.text for reply in replies] == SOME
    deciding = {reply.question for reply in replies}
    assert len(deciding) == 2
    assert HERE not in deciding


def test_with_none_of_them_this_process_decides() -> None:
    assert talking(0, lambda talk: talk.ask("質問です")) == [Reply("質問です", question=HERE)]


@pytest.mark.parametrize("content", [Tap("menu"), Act("claim", 1), Command("next"), Text("/next")])
def test_what_has_no_words_to_look_up_is_decided_here(content: Content) -> None:
    [reply] = talking(1, lambda talk: talk.say(content))
    assert reply.question == HERE


def test_what_cannot_be_decided_raises_here_and_harms_nothing_else() -> None:
    async def work(talk: Talk) -> list[Reply]:
        asked = [talk.ask(text) for text in ("一つ目", "無理です", "三つ目")]
        first, second, third = await asyncio.gather(*asked, return_exceptions=True)
        assert isinstance(second, LookupError)
        assert isinstance(first, list)
        assert isinstance(third, list)
        return [*first, *third, *await talk.ask("四つ目")]

    replies = talking(1, work)
    assert [reply.text for reply in replies] == ["一つ目", "三つ目", "四つ目"]
    assert len({reply.question for reply in replies}) == 1


def test_what_cannot_be_handed_over_is_decided_here_and_nothing_gets_out_of_order() -> None:
    replies = talking(1, lambda talk: talk.ask("一つ目", Clinging("二つ目"), "渡せない答え", "四つ目"))
    assert [reply.text for reply in replies] == ["一つ目", "二つ目", "渡せない答え", "四つ目"]
    assert [reply.question == HERE for reply in replies] == [False, True, True, False]


def test_messages_that_wait_together_are_foreseen_together() -> None:
    async def work(talk: Talk) -> list[Reply]:
        slow = asyncio.create_task(talk.ask("ゆっくり考える質問です"))
        await asyncio.sleep(THINKING_SECONDS / 2)
        replies = await talk.ask(*SOME)
        return [*await slow, *replies]

    slow, *others = talking(1, work, Foreseeing())
    assert slow.text == "ゆっくり考える質問です"
    groups = [SOME[first : first + LARGEST_GROUP] for first in range(0, len(SOME), LARGEST_GROUP)]
    assert others == [Reply("foreseen", question=str(len(group))) for group in groups for _ in group]


def test_foresight_that_fails_is_done_without() -> None:
    replies = talking(1, lambda talk: talk.ask(*SOME), Blind())
    assert [reply.text for reply in replies] == SOME
    assert HERE not in {reply.question for reply in replies}


@pytest.mark.parametrize("moment", ["before it is asked", "while it owes answers"])
def test_what_a_killed_process_owes_is_decided_here(moment: str) -> None:
    async def work(talk: Talk) -> list[Reply]:
        [first] = await talk.ask("一つ目")
        asked = asyncio.create_task(talk.ask(*SOME))
        if moment == "while it owes answers":
            await asyncio.sleep(0)
        os.kill(int(first.question), signal.SIGKILL)
        return [first, *await asked, *await talk.ask("もう一つ")]

    replies = talking(1, work)
    assert [reply.text for reply in replies] == ["一つ目", *SOME, "もう一つ"]


def test_a_killed_process_is_replaced() -> None:
    async def work(talk: Talk) -> list[Reply]:
        before = await talk.ask(*SOME)
        for process in {reply.question for reply in before}:
            os.kill(int(process), signal.SIGKILL)
        await talk.until_decided_beside()
        await asyncio.sleep(PATIENCE_SECONDS)
        return [*before, *await talk.ask(*SOME)]

    replies = talking(2, work)
    assert HERE not in {reply.question for reply in replies}
    assert len({reply.question for reply in replies}) == 4


def test_what_a_process_owes_that_hangs_is_decided_here_and_it_is_replaced() -> None:
    async def work(talk: Talk) -> list[Reply]:
        [first] = await talk.ask("一つ目")
        hanging = await talk.ask("動かなくなる質問です", "二つ目")
        assert hanging == [Reply(reply.text, question=HERE) for reply in hanging]
        await talk.until_decided_beside()
        assert has_ended(first.question)
        return [first, *hanging, *await talk.ask("三つ目")]

    replies = talking(1, work, patience_seconds=PATIENCE_SECONDS)
    assert [reply.text for reply in replies] == ["一つ目", "動かなくなる質問です", "二つ目", "三つ目"]
    assert replies[-1].question not in (HERE, replies[0].question)


def test_who_thinks_for_long_but_answers_is_not_replaced() -> None:
    async def work(talk: Talk) -> list[Reply]:
        at_work = await talk.ask(*["ゆっくり考える質問です"] * 4)
        await asyncio.sleep(PATIENCE_SECONDS * 1.2)
        return [*at_work, *await talk.ask("次の質問です")]

    replies = talking(1, work, patience_seconds=PATIENCE_SECONDS)
    assert len({reply.question for reply in replies} - {HERE}) == 1


def test_without_a_fork_server_those_that_are_there_go_on_until_something_changes() -> None:
    async def work(talk: Talk) -> list[Reply]:
        [first] = await talk.ask("一つ目")
        os.kill(int(parent(first.question)), signal.SIGKILL)
        before = await talk.ask(*SOME)
        talk.change(published("park"))
        await asyncio.to_thread(until, lambda: has_ended(first.question), "it ends")
        return [first, *before, *await talk.ask("二つ目")]

    first, *before, last = talking(1, work)
    assert {reply.question for reply in before} == {first.question}
    assert last == Reply("二つ目", entries=("park",), question=HERE)


@pytest.mark.parametrize("hanging", ["decider", "fork server"])
def test_one_that_hangs_neither_keeps_us_nor_outlives_us(hanging: str) -> None:
    asked: list[asyncio.Task[list[Reply]]] = []

    async def work(talk: Talk) -> list[Reply]:
        [first] = await talk.ask("一つ目")
        if hanging == "fork server":
            talk.change(published("endless"))
        else:
            asked.append(asyncio.create_task(talk.ask("動かなくなる質問です")))
            await asyncio.sleep(THINKING_SECONDS)
        return [first, Reply(parent(first.question))]

    begun = time.monotonic()
    decider, server = talking(1, work)
    assert time.monotonic() - begun < 10
    assert has_ended(server.text)
    until(lambda: has_ended(decider.question), "it ends")


def hang_for_good() -> None:
    """Say who decides beside us, and in which way all of us stopped answering."""

    async def work(talk: Talk) -> list[Reply]:
        [first] = await talk.ask("一つ目")
        asked = asyncio.create_task(talk.ask("動かなくなる質問です"))
        await asyncio.sleep(THINKING_SECONDS)
        print(first.question, parent(first.question), flush=True)
        return await asked

    talking(1, work)


def test_one_that_hangs_does_not_outlive_us_when_we_are_killed() -> None:
    command = [sys.executable, "-c", "from tests.bot.test_deciders import hang_for_good; hang_for_good()"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        beside = running.stdout.readline().split()
        assert [has_ended(process) for process in beside] == [False, False]
        running.kill()
    until(lambda: all(map(has_ended, beside)), "they end")


def test_they_go_on_when_told_to_end_and_end_with_us() -> None:
    """A terminal or a supervisor may tell all processes to end, while ours still finishes what it has."""

    async def work(talk: Talk) -> list[Reply]:
        [first] = await talk.ask("一つ目")
        for number in (signal.SIGINT, signal.SIGTERM):
            os.kill(int(first.question), number)
        return [first, *await talk.ask("二つ目")]

    first, second = talking(1, work)
    assert first.question == second.question != HERE
    with pytest.raises(ProcessLookupError):
        os.kill(int(first.question), 0)


def test_what_changes_counts_at_once_and_is_decided_here_until_they_follow() -> None:
    async def work(talk: Talk) -> list[Reply]:
        talk.change(published("park", "slow"))
        [at_once] = await talk.ask("一つ目")
        first = await talk.until_decided_beside()
        talk.change(amended("moved"))
        talk.change(published("lake"))
        return [at_once, first, await talk.until_decided_beside()]

    at_once, first, second = talking(1, work)
    assert at_once == Reply("一つ目", entries=("park", "slow"), question=HERE)
    assert first.entries == ("park", "slow")
    assert second.entries == ("park", "slow", "moved", "lake")


@pytest.mark.parametrize("change", [published("park"), amended("park")], ids=["published", "amended"])
def test_what_was_asked_before_a_change_is_not_answered_without_it(change: Change) -> None:
    async def work(talk: Talk) -> list[Reply]:
        asked = asyncio.create_task(talk.deciders.decide(message("ゆっくり考える質問です"), SITUATION))
        await asyncio.sleep(THINKING_SECONDS / 2)
        talk.change(change)
        assert await asked is None
        return [await talk.until_decided_beside()]

    [reply] = talking(1, work)
    assert reply.entries == ("park",)


@pytest.mark.parametrize("change", [published, amended])
@pytest.mark.parametrize("name", ["broken", "deadly"])
def test_who_cannot_follow_decides_no_more(name: str, change: Callable[[str], Change]) -> None:
    async def work(talk: Talk) -> list[Reply]:
        [first] = await talk.ask("一つ目")
        talk.change(change(name))
        [second] = await talk.ask("二つ目")
        await asyncio.to_thread(until, lambda: has_ended(first.question), "it ends")
        talk.change(published("park"))
        return [second, *await talk.ask(*SOME)]

    replies = talking(1, work)
    assert {(reply.question, reply.entries) for reply in replies} == {(HERE, (name,)), (HERE, (name, "park"))}
