"""What cannot start does not stop the others, and is tried again."""

import asyncio

import pytest

from bot import service
from bot.errors import ChannelNotReady
from bot.service import Start, start_all


class Stubborn:
    """Starts at the `works_at`-th time."""

    def __init__(self, works_at: int) -> None:
        self.works_at = works_at
        self.tries = 0

    async def begin(self) -> None:
        self.tries += 1
        if self.tries < self.works_at:
            raise ChannelNotReady("telegram", "トークンが違います", "入れ直してください")


def test_a_part_that_cannot_start_is_tried_again_while_the_others_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "FIRST_PAUSE_SECONDS", 0.01)
    late, prompt = Stubborn(3), Stubborn(1)

    async def work() -> None:
        (trying,) = await start_all([Start("telegram", late.begin), Start("slack", prompt.begin)])
        await asyncio.wait_for(trying, 5)

    asyncio.run(work())
    assert (late.tries, prompt.tries) == (3, 1)


def test_a_platform_that_asks_to_wait_is_waited_for_even_where_nothing_else_runs() -> None:
    class Busy(Stubborn):
        async def begin(self) -> None:
            self.tries += 1
            if self.tries < self.works_at:
                raise ChannelNotReady("slack", "待つように求められています", "お待ちください", 0.01)

    busy = Busy(3)

    async def work() -> None:
        (trying,) = await start_all([Start("slack", busy.begin)])
        await asyncio.wait_for(trying, 5)

    asyncio.run(work())
    assert busy.tries == 3


def test_where_nothing_can_start_the_reason_is_told() -> None:
    with pytest.raises(ChannelNotReady) as told:
        asyncio.run(start_all([Start("telegram", Stubborn(9).begin)]))
    assert str(told.value) == "telegram: トークンが違います。入れ直してください。"


def test_nothing_to_start_is_nothing_wrong() -> None:
    assert asyncio.run(start_all([])) == []
