"""Waiting for something with an end to patience."""

import asyncio


async def wait_at_most(seconds: float, event: asyncio.Event) -> None:
    """Return when the event is set, or after so many seconds.

    Not asyncio.wait_for: in Python 3.11 it swallows a cancellation that meets the event.
    """
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
