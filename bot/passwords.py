"""Passwords of the console: hashed with scrypt, each with a salt of its own, its cost beside it in one string."""

import unicodedata
from base64 import b64decode, b64encode
from hashlib import scrypt
from hmac import compare_digest

SHORTEST = 12
SALT_BYTES = 16
# Cost, block size and lanes: 32 MiB and about a quarter of a second.
COST, BLOCK, LANES = 2**15, 8, 3
MOST_MEMORY = 64 * 1024 * 1024

# What is checked where a login is unknown, so that the answer takes as long.
NOBODY = f"scrypt${COST}${BLOCK}${LANES}${b64encode(bytes(SALT_BYTES)).decode()}${b64encode(bytes(64)).decode()}"


def hashed(password: str, salt: bytes) -> str:
    """A password in the form that is kept: `scrypt$cost$block$lanes$salt$hash`, the last two in base 64."""
    digest = _digest(password, salt, COST, BLOCK, LANES)
    return f"scrypt${COST}${BLOCK}${LANES}${b64encode(salt).decode()}${b64encode(digest).decode()}"


def is_right(password: str, kept: str) -> bool:
    """Whether a password is the one that is kept; that takes as long for a wrong one."""
    _, cost, block, lanes, salt, digest = kept.split("$")
    found = _digest(password, b64decode(salt), int(cost), int(block), int(lanes))
    return compare_digest(found, b64decode(digest))


def _digest(password: str, salt: bytes, cost: int, block: int, lanes: int) -> bytes:
    # Wide and narrow letters are the same: input methods choose between them by themselves.
    words = unicodedata.normalize("NFKC", password).encode("utf-8", "replace")
    return scrypt(words, salt=salt, n=cost, r=block, p=lanes, maxmem=MOST_MEMORY)
