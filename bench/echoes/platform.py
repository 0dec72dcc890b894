"""The least that a Bot API and a Slack can be: answers at once and notes when it was written to.

    python -m bench.echoes.platform PORT

`GET /posts` gives all posts so far as a JSON list of [chat, moment], the moments by the machine's steady clock.
"""

import asyncio
import json
import re
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs

HOST = "127.0.0.1"
END_OF_HEAD = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)
TELEGRAM_CHAT = re.compile(rb"chat_id=(-?[0-9]+)")
SLACK_CHANNEL = re.compile(rb'"channel": ?"([^"]+)"')
CHAT = {"id": 1, "type": "private"}
ME = {"id": 1, "is_bot": True, "first_name": "desk", "username": "desk_bot"}
POSTED = {"ok": True, "result": {"message_id": 1, "date": 1, "chat": CHAT, "text": "."}}
WHO = {"ok": True, "team_id": "T1", "team": "t", "user_id": "U0", "user": "desk", "bot_id": "B0", "url": "/"}
ANSWERS: Mapping[str, object] = {
    "getMe": {"ok": True, "result": ME},
    "sendMessage": POSTED,
    "auth.test": {
        "ok": True,
        "team_id": "T1",
        "team": "t",
        "user_id": "U0",
        "user": "desk",
        "bot_id": "B0",
        "url": "/",
    },
    "chat.postMessage": {"ok": True, "ts": "1.0", "channel": "D1", "message": {}},
}
READY = {name: json.dumps(answer).encode() for name, answer in ANSWERS.items()}
DONE = json.dumps({"ok": True, "result": True}).encode()


@dataclass
class Platform:
    """What was posted: the chat and the moment of each; and the address that updates are to go to."""

    posts: list[tuple[str, float]] = field(default_factory=list)
    webhook: str = ""

    def answer(self, target: str, body: bytes) -> bytes:
        """The body of the answer to one call."""
        name, _, query = target.rpartition("/")[2].partition("?")
        match name:
            case "sendMessage":
                self._note(TELEGRAM_CHAT, body)
            case "chat.postMessage":
                self._note(SLACK_CHANNEL, body)
            case "conversations.open":
                return _opened(query)
            case "setWebhook":
                self.webhook = parse_qs(body.decode())["url"][0]
            case "getWebhookInfo":
                return json.dumps({"ok": True, "result": self._webhook_info()}).encode()
            case "posts":
                return json.dumps(self.posts).encode()
        return READY.get(name, DONE)

    def _note(self, pattern: re.Pattern[bytes], body: bytes) -> None:
        found = pattern.search(body)
        self.posts.append((found[1].decode() if found else "", time.monotonic()))

    def _webhook_info(self) -> dict[str, object]:
        return {"url": self.webhook, "has_custom_certificate": False, "pending_update_count": 0}


class Connection(asyncio.Protocol):
    """One client's connection, kept open."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._came = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._came += data
        while (end := self._came.find(END_OF_HEAD)) >= 0:
            head, begin = self._came[:end], end + len(END_OF_HEAD)
            found = LENGTH.search(head)
            length = int(found[1]) if found else 0
            if len(self._came) < begin + length:
                return
            body, self._came = self._came[begin : begin + length], self._came[begin + length :]
            self._transport.write(_framed(self._platform.answer(head.split(b" ", 2)[1].decode(), body)))


def _opened(query: str) -> bytes:
    """The channel of direct messages with a person, which bears the same number."""
    channel = f"D{query.removeprefix('users=U')}"
    return json.dumps({"ok": True, "channel": {"id": channel}}).encode()


def _framed(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


async def serve(port: int) -> None:
    """Never returns."""
    platform = Platform()
    server = await asyncio.get_running_loop().create_server(lambda: Connection(platform), HOST, port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
