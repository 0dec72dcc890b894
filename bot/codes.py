"""One-time codes: drawn so that nobody can guess them, kept only as hashes."""

import hashlib
import secrets
from datetime import timedelta

from handlers.subscription import CODE_LENGTH, CODE_SIGNS, is_code, plain_code

GOOD_FOR = timedelta(minutes=10)


def draw_code() -> str:
    """A new code, with a letter and a digit, so that it is known for one wherever it is written."""
    while True:
        code = "".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH))
        if is_code(code):
            return code


def hash_of(code: str) -> str:
    """What is kept of a code, however it was typed."""
    return hashlib.sha256(plain_code(code).encode()).hexdigest()
