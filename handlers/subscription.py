"""What somebody has subscribed to, and where their notices arrive."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from unicodedata import normalize

from knowledge.announcement import NoticeTopic

# The signs of one-time codes: none that looks or sounds like another, and no vowels, so that no code is a word.
CODE_SIGNS = "23456789BCDFGHJKMNPQRSTVWXZ"
CODE_LENGTH = 8
_HALF = CODE_LENGTH // 2
_JOINTS = re.compile(r"[\s\-ー‐‑–—−]+")


class CodeState(StrEnum):
    """What a one-time code that somebody wrote is good for. Limited: too many wrong ones were written before it."""

    VALID = "valid"
    OWN = "own"
    EXPIRED = "expired"
    UNKNOWN = "unknown"
    LIMITED = "limited"


@dataclass(frozen=True)
class Mailbox:
    """A conversation in which notices can arrive: its id, its channel, and whether it is the one written from.

    `is_gone`: it cannot be written to until somebody writes from there again.
    """

    conversation: int
    channel: str
    here: bool = False
    is_gone: bool = False


@dataclass(frozen=True)
class Subscription:
    """One subscription state: that of a person on all linked channels, or of a group or channel as a whole.

    `mailboxes` are the linked conversations, the preferred one first; empty where nothing was ever subscribed to
    or linked. `is_shared` says that a group or channel subscribes. `code` is what became of a code in the message,
    `other` the subscription that a valid one was given out for, `fresh_code` a code that can be given out.
    """

    topics: frozenset[NoticeTopic] = frozenset()
    mailboxes: tuple[Mailbox, ...] = ()
    is_shared: bool = False
    code: CodeState | None = None
    other: "Subscription | None" = None
    fresh_code: str = field(default="", repr=False)


NOTHING_SUBSCRIBED = Subscription()


def plain_code(text: str) -> str:
    """A code as it is kept, however it was typed; what is no code stays what it is."""
    return _JOINTS.sub("", normalize("NFKC", text)).upper()


def is_code(text: str) -> bool:
    """Whether this looks like a code: only its signs, with a letter and a digit."""
    code = plain_code(text)
    is_mixed = any(sign.isdigit() for sign in code) and any(sign.isalpha() for sign in code)
    return is_mixed and len(code) == CODE_LENGTH and set(code) <= set(CODE_SIGNS)


def shown_code(code: str) -> str:
    """A code as it is easily read and typed."""
    return f"{code[:_HALF]}-{code[_HALF:]}"
