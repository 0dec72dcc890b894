"""What Slack sends over HTTP: its signature, its form."""

import hashlib
import hmac
import json
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from pydantic import SecretStr
from starlette.requests import Request

OLDEST_SECONDS = 300
LONGEST_STAMP = 12
VERSION = b"v0"


def is_signed(request: Request, body: bytes, secret: SecretStr | None, now: datetime) -> bool:
    """Whether Slack signed this body within the last five minutes."""
    stamp = request.headers.get("x-slack-request-timestamp", "")
    if secret is None or not _is_recent(stamp, now):
        return False
    signed = signature_of(stamp, body, secret)
    return hmac.compare_digest(signed, request.headers.get("x-slack-signature", "").encode())


def signature_of(stamp: str, body: bytes, secret: SecretStr) -> bytes:
    """The signature that a body sent at `stamp` (seconds since 1970) must carry."""
    base = b":".join([VERSION, stamp.encode(), body])
    return VERSION + b"=" + hmac.new(secret.get_secret_value().encode(), base, hashlib.sha256).hexdigest().encode()


def _is_recent(stamp: str, now: datetime) -> bool:
    is_number = stamp.isdecimal() and len(stamp) <= LONGEST_STAMP
    return is_number and abs(now.timestamp() - int(stamp)) <= OLDEST_SECONDS


def body_of(request: Request, raw: bytes) -> dict[str, Any] | None:
    """Events come as JSON, commands as a form, taps as JSON inside of a form; None where it is none of these."""
    try:
        text = raw.decode()
        if not request.headers.get("content-type", "").startswith("application/json"):
            form: dict[str, Any] = dict(parse_qsl(text, keep_blank_values=True))
            if "payload" not in form:
                return form
            text = form["payload"]
        body = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None
