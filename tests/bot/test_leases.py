"""Of several processes one has a lease, until it gives no more sign of life."""

import asyncio
from datetime import timedelta

from bot.store.leases import hold_lease
from bot.store.transactions import Store
from tests.bot.fakes import MONDAY
from tests.bot.kept import Kept

HALF = timedelta(seconds=5)
WHOLE = timedelta(seconds=10)


def holds(kept: Kept, holder: str, after: timedelta = timedelta(), name: str = "poll") -> bool:
    now = MONDAY + after
    return kept.do(hold_lease, name, holder, now, now + WHOLE)


def test_one_has_it_and_the_other_does_not(kept: Kept) -> None:
    assert [holds(kept, "one"), holds(kept, "two"), holds(kept, "one")] == [True, False, True]


def test_who_renews_in_time_keeps_it(kept: Kept) -> None:
    assert [holds(kept, "one"), holds(kept, "one", HALF)] == [True, True]
    assert not holds(kept, "two", WHOLE)
    assert holds(kept, "two", HALF + WHOLE)


def test_who_comes_back_too_late_has_lost_it(kept: Kept) -> None:
    assert holds(kept, "one")
    assert holds(kept, "two", WHOLE)
    assert not holds(kept, "one", WHOLE)


def test_leases_of_other_names_have_nothing_to_do_with_each_other(kept: Kept) -> None:
    assert holds(kept, "one", name="poll")
    assert holds(kept, "two", name="jobs")


def test_of_many_at_the_same_moment_one_gets_it(store: Store) -> None:
    async def all_at_once() -> list[bool]:
        wishes = [store.write(hold_lease, "poll", f"p{n}", MONDAY, MONDAY + WHOLE) for n in range(20)]
        return await asyncio.gather(*wishes)

    assert sum(asyncio.run(all_at_once())) == 1
