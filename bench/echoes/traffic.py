"""What platforms post to a bot, as whole HTTP requests, made and signed beforehand. Everybody writes once."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlencode

TOKEN = "1:bench"
SLACK_TOKEN = "xoxb-bench"
SIGNING_SECRET = "bench"
TELEGRAM_PATH = "/telegram/webhook"
SLACK_PATH = "/slack/events"
ENTRY = "entry:seminar-next"

# The content of one message as a platform's own form, from who wrote it and the words.
Form = Callable[[int, str], bytes]


def telegram_text(person: int, words: str) -> bytes:
    """A message in a private chat."""
    return _update(person, message=_telegram_message(person, words))


def telegram_command(person: int, _words: str) -> bytes:
    """/next in a private chat."""
    entities = [{"type": "bot_command", "offset": 0, "length": 5}]
    return _update(person, message={**_telegram_message(person, "/next"), "entities": entities})


def telegram_tap(person: int, _words: str) -> bytes:
    """A tap on a topic, under a post of the bot's."""
    bot = {"id": 1, "is_bot": True, "first_name": "desk", "username": "desk_bot"}
    query = {
        "id": str(person),
        "from": _telegram_person(person),
        "chat_instance": "1",
        "data": f"0:{ENTRY}",
        "message": {**_telegram_message(person, "メニュー"), "from": bot},
    }
    return _update(person, callback_query=query)


def _update(person: int, **content: object) -> bytes:
    return json.dumps({"update_id": person, **content}).encode()


def _telegram_message(person: int, text: str) -> dict[str, object]:
    chat = {"id": person, "type": "private", "first_name": "花子"}
    return {"message_id": 10, "date": int(time.time()), "chat": chat, "from": _telegram_person(person), "text": text}


def _telegram_person(person: int) -> dict[str, object]:
    return {"id": person, "is_bot": False, "first_name": "花子", "language_code": "ja"}


def slack_text(person: int, words: str) -> bytes:
    """A direct message."""
    event = {
        "type": "message",
        "channel": f"D{person}",
        "channel_type": "im",
        "user": f"U{person}",
        "text": words,
        "ts": "1.000100",
    }
    body = {"type": "event_callback", "team_id": "T1", "api_app_id": "A1", "event_id": f"Ev{person}", "event": event}
    return json.dumps(body).encode()


def slack_command(person: int, _words: str) -> bytes:
    """/desk next in direct messages."""
    form = {
        "command": "/desk",
        "text": "next",
        "team_id": "T1",
        "channel_id": f"D{person}",
        "user_id": f"U{person}",
        "trigger_id": f"{person}.1",
        "response_url": "http://127.0.0.1:9/",
    }
    return urlencode(form).encode()


def slack_tap(person: int, _words: str) -> bytes:
    """A tap on a topic, under a post of the bot's in direct messages."""
    payload = {
        "type": "block_actions",
        "team": {"id": "T1"},
        "user": {"id": f"U{person}", "team_id": "T1"},
        "channel": {"id": f"D{person}"},
        "container": {"type": "message", "channel_id": f"D{person}", "message_ts": "1.000100"},
        "trigger_id": f"{person}.1",
        "response_url": "http://127.0.0.1:9/",
        "actions": [{"type": "button", "action_id": "choice", "block_id": "b", "value": f"0:{ENTRY}"}],
    }
    return urlencode({"payload": json.dumps(payload)}).encode()


def posted_to_telegram(secret: str, make: Form, people: Sequence[int], words: Sequence[str]) -> list[bytes]:
    """Requests as Telegram posts them to the webhook."""
    headers = {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": secret}
    pairs = zip(people, words, strict=True)
    return [_request(TELEGRAM_PATH, headers, make(person, said)) for person, said in pairs]


def posted_to_slack(make: Form, people: Sequence[int], words: Sequence[str]) -> list[bytes]:
    """Requests as Slack posts and signs them: they are good for five minutes."""
    return [_signed(make(person, said), str(int(time.time()))) for person, said in zip(people, words, strict=True)]


def _signed(body: bytes, stamp: str) -> bytes:
    signed = hmac.new(SIGNING_SECRET.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    kind = "application/json" if body.startswith(b"{") else "application/x-www-form-urlencoded"
    headers = {"Content-Type": kind, "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={signed}"}
    return _request(SLACK_PATH, headers, body)


def _request(path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    head = "\r\n".join([*lines, *(f"{name}: {value}" for name, value in headers.items())])
    return head.encode() + b"\r\n\r\n" + body
