"""deliveries: what has not arrived for sure, and settling it by hand."""

import asyncio
from argparse import ArgumentParser, Namespace
from contextlib import closing
from typing import TYPE_CHECKING

from bot.clock import JAPAN, clock_from
from bot.commands.context import settings
from bot.errors import DeliveryNotSettled

if TYPE_CHECKING:
    from bot.config import Config
    from bot.store.stuck import Stuck
    from bot.store.transactions import Store

HELP = "届いたか分からない返信、届かなかった返信、待っている返信の一覧を出し、手で決着をつけます"
STATES = ("unknown", "failed", "sending", "queued")
VERDICTS = ("sent", "again", "drop")


def add_arguments(parser: ArgumentParser) -> None:
    """--state, --limit; --settle with --as."""
    parser.add_argument("--state", action="append", choices=STATES, help="この状態のものだけ(くり返し指定できます)")
    parser.add_argument("--limit", type=int, default=100, metavar="N", help="多くても何件まで(既定は100)")
    parser.add_argument("--settle", type=int, metavar="ID", help="この番号の返信に決着をつけます")
    parser.add_argument(
        "--as", dest="verdict", choices=VERDICTS, help="sent: 届いていた / again: もう一度送る / drop: 送らない"
    )


def run(options: Namespace) -> int:
    """0 after a list or a settlement. Raises DeliveryNotSettled."""
    from bot.parts import open_store

    config = settings(options)
    with closing(open_store(config)) as store:
        if options.settle is None:
            asyncio.run(_list(store, options.state or STATES, options.limit))
        else:
            asyncio.run(_settle(store, config, options.settle, options.verdict))
    return 0


async def _list(store: "Store", states: tuple[str, ...], at_most: int) -> None:
    from bot.store.models import DeliveryState
    from bot.store.stuck import count_by_state, list_stuck

    for stuck in await store.read(list_stuck, [DeliveryState(state) for state in states], at_most):
        print(_line(stuck))
    counts = await store.read(count_by_state)
    print("  ".join(f"{state} {count}" for state, count in counts.items()), f"  計 {sum(counts.values())}")


def _line(stuck: "Stuck") -> str:
    at = stuck.created_at.astimezone(JAPAN).strftime("%Y-%m-%d %H:%M")
    columns = [str(stuck.id), stuck.state, at, stuck.channel, stuck.address, f"{stuck.tries}回", stuck.reason]
    if stuck.waits_until is not None:
        columns.append(f"次は{stuck.waits_until.astimezone(JAPAN):%H:%M:%S}以降")
    return "\t".join(columns)


async def _settle(store: "Store", config: "Config", delivery: int, verdict: str | None) -> None:
    from bot.store.stuck import Verdict, settle_by_hand

    if verdict is None:
        raise DeliveryNotSettled(delivery, "--as に sent、again、drop のどれかを指定してください")
    now = clock_from(config.clock.start, config.clock.speed).now()
    state = await store.write(settle_by_hand, delivery, Verdict(verdict), now)
    if state is None:
        raise DeliveryNotSettled(delivery, "その番号がないか、いまの状態からはそうできません。一覧で確かめてください")
    print(f"{delivery}\t{state}")
