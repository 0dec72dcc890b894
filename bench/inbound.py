"""How many messages a second are answered and durably stored, beside the libraries' own bots that store nothing.

    python -m bench.inbound [ROUNDS [PROCESSES]]

In each round, all are started anew: the desk (`python -m bot run`, its real book, so many `knowledge.processes`, a
new SQLite file with synchronous=FULL, no limits on sending), python-telegram-bot's and Bolt's echoes, and the same
fast platform for all. Then they take turns. A rate is that of messages posted at once over 40 connections, from the
first request to the last answer; the bots' and the desk's count when the platform has it, the desk's also when it is
in the database, as seen from outside. Then messages come at random moments at half of the rate aimed at, for the 99th
percentile of what people wait. All conversations are different, and all questions of a round.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count, cycle, islice
from pathlib import Path

import yaml
from pydantic import SecretStr

from bench.echoes import traffic
from bench.echoes.measuring import PLATFORM, PLATFORM_URL, ensure_decided, measure, post
from bot.batch import Question, read_questions
from bot.channels.telegram.channel import webhook_secret

QUESTIONS = Path("tests/questions")
DESK, PTB, PTB_CONCURRENT, BOLT = 18801, 18802, 18803, 18804
TELEGRAM = (PTB, PTB_CONCURRENT)
AT_ONCE, PACED = 300, 200
PATIENCE_SECONDS = 120.0
# Whole requests for some people and what they write.
Requests = Callable[[Sequence[int], Sequence[str]], list[bytes]]


@dataclass(frozen=True)
class Kind:
    """Messages of one kind on one platform: the share aimed at, how to make them for the desk and for the echoes."""

    name: str
    aim: float
    for_desk: Requests
    for_echo: Requests
    echoes: tuple[int, ...]


@dataclass
class Measured:
    """Of all rounds: rates, and seconds waited at half of the rate aimed at."""

    echo: list[float] = field(default_factory=list)
    stored: list[float] = field(default_factory=list)
    posted: list[float] = field(default_factory=list)
    wait_acknowledged: list[float] = field(default_factory=list)
    wait_stored: list[float] = field(default_factory=list)
    wait_posted: list[float] = field(default_factory=list)


def kinds() -> list[Kind]:
    """All that is measured."""
    secret = webhook_secret(SecretStr(traffic.TOKEN)).get_secret_value()

    def telegram(name: str, aim: float, make: traffic.Form) -> Kind:
        ours = partial(traffic.posted_to_telegram, secret, make)
        return Kind(f"Telegram, {name}", aim, ours, partial(traffic.posted_to_telegram, "secret", make), TELEGRAM)

    def slack(name: str, aim: float, make: traffic.Form) -> Kind:
        requests = partial(traffic.posted_to_slack, make)
        return Kind(f"Slack, {name}", aim, requests, requests, (BOLT,))

    return [
        telegram("question", 1 / 5, traffic.telegram_text),
        slack("question", 1 / 5, traffic.slack_text),
        telegram("tap", 1 / 4, traffic.telegram_tap),
        slack("tap", 1 / 4, traffic.slack_tap),
        telegram("command", 1 / 4, traffic.telegram_command),
        slack("command", 1 / 4, traffic.slack_command),
    ]


@contextmanager
def started(folder: Path, processes: int) -> Iterator[Path]:
    """Everything that runs in a round; the desk's database."""
    database, config = folder / "desk.sqlite3", folder / "config.yaml"
    config.write_text(yaml.safe_dump(settings(database, processes)), encoding="utf-8")
    desk = [sys.executable, "-m", "bot", "--config", str(config)]
    subprocess.run([*desk, "migrate"], check=True, stdout=subprocess.DEVNULL)
    echo = [sys.executable, "-m"]
    commands = [
        [*echo, "bench.echoes.platform", str(PLATFORM)],
        [*desk, "run", "--only", "telegram,slack,courier,jobs"],
        [*echo, "bench.echoes.telegram", str(PTB), PLATFORM_URL],
        [*echo, "bench.echoes.telegram", str(PTB_CONCURRENT), PLATFORM_URL, "concurrent"],
        [*echo, "bench.echoes.slack", str(BOLT), PLATFORM_URL],
    ]
    tokens = {"TELEGRAM_BOT_TOKEN": traffic.TOKEN, "SLACK_BOT_TOKEN": traffic.SLACK_TOKEN}
    environ = {**os.environ, **tokens, "SLACK_SIGNING_SECRET": traffic.SIGNING_SECRET, "OPENBLAS_NUM_THREADS": "1"}
    with (folder / "log").open("w") as log:
        running = []
        for command in commands:
            running.append(subprocess.Popen(command, env=environ, stdout=log, stderr=log))
            time.sleep(0.5)
        try:
            yield database
        finally:
            for process in reversed(running):
                process.terminate()
                process.wait()


def settings(database: Path, processes: int) -> dict[str, object]:
    """The desk's settings: everything as usual, but no limits on sending."""
    telegram = {"mode": "webhook", "api_base": PLATFORM_URL, "public_url": f"http://127.0.0.1:{DESK}"}
    rates = {"per_second": None, "chat_per_second": None, "group_per_minute": None}
    return {
        "clock": {"start": "2022-07-04T09:00:00+09:00"},
        "database": f"sqlite:///{database}",
        "knowledge": {"processes": processes},
        "channels": {
            "web": {"port": DESK},
            "telegram": {**telegram, **rates},
            "slack": {"mode": "http", "api_base": f"{PLATFORM_URL}/api", "channel_per_second": None},
        },
    }


def warm_up(port: int, make: Requests, people: Iterator[int], database: Path) -> None:
    """Wait until a bot takes messages, and let it answer some."""
    ended = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < ended:
        try:
            post(port, make([next(people)], ["はじめまして"]), 0)
            break
        except (SystemExit, subprocess.CalledProcessError):
            time.sleep(0.5)
    some = list(islice(people, 40))
    measure(port, make(some, ["こんにちは"] * len(some)), database)


def questions() -> list[str]:
    """Questions that people ask, all different."""
    files = sorted(QUESTIONS.glob("*.jsonl"), reverse=True)
    read = (line for file in files for line in read_questions(file, Question))
    return list(dict.fromkeys(line.text for line in read if isinstance(line, Question)))


def take_turns(measured: dict[str, Measured], folder: Path, processes: int) -> None:
    """One round."""
    people, words = count(1_000_000), cycle(questions())
    with started(folder, processes) as database:
        for kind in kinds():
            for port in (DESK, *kind.echoes):
                warm_up(port, kind.for_desk if port == DESK else kind.for_echo, people, database)
        for kind in kinds():
            _measure_kind(kind, measured[kind.name], people, words, database)
            ensure_decided(database)


def _measure_kind(kind: Kind, into: Measured, people: Iterator[int], words: Iterator[str], database: Path) -> None:
    def requests(make: Requests, number: int, said: Iterator[str]) -> list[bytes]:
        return make(list(islice(people, number)), list(islice(said, number)))

    nothing_new = cycle(["次のセミナーはいつですか"])
    said = words if "question" in kind.name else nothing_new
    echoed = [measure(port, requests(kind.for_echo, 2 * AT_ONCE, nothing_new), database) for port in kind.echoes]
    echo = max(run.rate(run.posted) for run in echoed)
    ours = measure(DESK, requests(kind.for_desk, AT_ONCE, said), database)
    into.echo.append(echo)
    into.stored.append(ours.rate(ours.stored))
    into.posted.append(ours.rate(ours.posted))
    paced = measure(DESK, requests(kind.for_desk, PACED, said), database, kind.aim * echo / 2)
    into.wait_acknowledged += [at - due for due, at in zip(paced.due, paced.acknowledged, strict=True)]
    into.wait_stored += _waits(paced.due, paced.stored)
    into.wait_posted += _waits(paced.due, paced.posted)


def _waits(due: Sequence[float], answered: dict[str, float]) -> list[float]:
    """From due to answered, in the order in which people came: their chats count up."""
    by_person = sorted(answered, key=lambda chat: int(chat.partition(":")[0].lstrip("DU")))
    return [answered[chat] - begun for chat, begun in zip(by_person, due, strict=True)]


def show(measured: dict[str, Measured]) -> None:
    """Print a table."""
    print("| messages | echo /s | stored /s | posted /s | stored : echo | aim | p99 ack | p99 stored | p99 posted ms |")
    print("|---|---|---|---|---|---|---|---|---|")
    for kind in kinds():
        found = measured[kind.name]
        ratio = statistics.median(s / e for s, e in zip(found.stored, found.echo, strict=True))
        rates = [statistics.median(values) for values in (found.echo, found.stored, found.posted)]
        waits = [_p99(w) for w in (found.wait_acknowledged, found.wait_stored, found.wait_posted)]
        row = [kind.name, *(f"{rate:.0f}" for rate in rates), f"{ratio:.2f}", f"{kind.aim:.2f}"]
        print("| " + " | ".join([*row, *(f"{1000 * wait:.0f}" for wait in waits)]) + " |", flush=True)


def _p99(values: Sequence[float]) -> float:
    return sorted(values)[int(0.99 * len(values))]


def main(rounds: int, processes: int) -> None:
    """Print a table."""
    measured: dict[str, Measured] = defaultdict(Measured)
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            take_turns(measured, Path(folder), processes)
    show(measured)


if __name__ == "__main__":
    given = [int(number) for number in sys.argv[1:]]
    main(*given, *(3, 0)[len(given) :])
