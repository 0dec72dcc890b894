"""Reading what browsers and platforms send, with bounds on memory and patience."""

from starlette.requests import Request

from bot.errors import Refusal

LARGEST_BODY = 64 * 1024
# Platforms send along what a message answers, quotes and offers.
LARGEST_EVENT = 1024 * 1024
# A browser hears a refusal only once it has sent its all, so a moderate excess is read and dropped.
LARGEST_EXCESS = 2 * 1024 * 1024


async def read_body(request: Request, largest: int = LARGEST_BODY) -> bytes:
    """The body of a request. Raises Refusal where it is larger than `largest` bytes."""
    body, size = bytearray(), 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > LARGEST_EXCESS:
            break
        if size <= largest:
            body += chunk
    if size > largest:
        raise Refusal(413, "too_long")
    return bytes(body)
