"""What a member of staff means: a button, a form, or words in a ticket's thread, all as one Act.

Words leave the staff room only where this is beyond doubt: they stand behind a prefix at the very beginning, or they
answer a post that invites it. Everything else is a note.
"""

import re
import unicodedata
from dataclasses import replace
from typing import assert_never

from handlers.message import Act, Command, Content, Edit, Media, Tap, Text
from handlers.situation import Situation, StaffView

PREFIX = "staff:"
# Beside the acts of `handlers.staff`: the two answers to "are you sure", and a button that is no longer good.
SEND, DROP, EXPIRED = "send", "drop", "expired"
# What the words of a note are, where they are no new text: written anew. A photo and the like is called by its kind.
EDITED = "edited"

# The colon may have half or full width.
_PREFIXED = re.compile(r"(返信|聞き返し|修正|メモ)[:\uff1a]\s*(.*)", re.DOTALL)
_ACTS = {"返信": "reply", "聞き返し": "ask"}
NOTE = "メモ"
_INVITED = frozenset({"reply", "ask", "edit", "reply_all"})
_LIKE_A_PREFIX = re.compile(r"[\W_]*(返信|返答|回答|質問|聞き返|修正|reply|re\b)", re.IGNORECASE)


def ticket_of_tap(value: str) -> int | None:
    """The ticket that a staff button is about: `staff:<act>:<number>` or `staff:<act>:<number>:<target>`."""
    parts = value.split(":", 3)
    is_ours = value.startswith(PREFIX) and len(parts) >= 3 and parts[2].isascii() and parts[2].isdecimal()
    return int(parts[2]) if is_ours and len(parts[2]) <= 9 else None


def act_of(content: Content, situation: Situation) -> Act | None:
    """What is to be done to which ticket; None where it is about none.

    A note is `confirmed` where it was surely meant as one; its `target` says what its words are, if anything (EDITED,
    or the kind of something that is not text).
    """
    match content:
        case Act(act="note"):
            return replace(content, confirmed=True)
        case Act():
            return replace(content, words=_bare(content.words))
        case Tap():
            return _of_tap(content, situation)
        case Text() | Edit() | Media():
            return _of_words(content, situation)
        case Command():
            return None
        case _:
            assert_never(content)


def is_like_a_prefix(words: str) -> bool:
    """Whether a note begins as if it was to be sent, so that its author may take it for sent."""
    return _LIKE_A_PREFIX.match(unicodedata.normalize("NFKC", words)) is not None


def is_to_be_sent(words: str) -> bool:
    """Whether words stand behind a prefix that sends them."""
    return _parted(words)[0] in _ACTS


def is_meant_as_note(words: str) -> bool:
    """Whether words that were to be sent stand behind the prefix that keeps them among staff."""
    return _parted(words.strip())[0] == NOTE


def _bare(words: str) -> str:
    """The words of a form, which needs no prefix; one that sends them is left out."""
    prefix, rest = _parted(words.strip())
    return rest if prefix in _ACTS else words


def _of_tap(tap: Tap, situation: Situation) -> Act | None:
    number = ticket_of_tap(tap.value)
    if number is None:
        return None
    _, act, _, *rest = tap.value.split(":", 3)
    target = "".join(rest)
    if act not in (SEND, DROP):
        return Act(act, number, target=target)
    # Only the one who was asked can say yes: what is sent then stands on the reply that asked.
    if situation.offered is None or tap.value not in situation.offered.choices:
        return Act(EXPIRED, number)
    words = situation.offered.question
    return Act(target, number, words, confirmed=True) if act == SEND else Act(DROP, number, words)


def _of_words(content: Text | Edit | Media, situation: Situation) -> Act | None:
    view = situation.staff
    if view is None or view.ticket is None:
        return None
    number = view.ticket.number
    match content:
        case Text(text):
            return _of_text(text, number, view)
        case Edit(new_text):
            return None if new_text == situation.before else _of_edit(new_text, situation.before or "", number, view)
        case Media(kind, caption):
            return Act("note", number, caption, kind)
        case _:
            assert_never(content)


def _of_text(text: str, number: int, view: StaffView) -> Act:
    prefix, words = _parted(text)
    if prefix == NOTE:
        return Act("note", number, words, confirmed=True)
    invited, target = _invited(view, number)
    if invited == "edit":
        return Act("edit", number, words, target)
    act = _ACTS.get(prefix, invited)
    return Act(act, number, words) if act else Act("note", number, text)


def _of_edit(new_text: str, before: str, number: int, view: StaffView) -> Act:
    """An answer that is written anew is revised, unless its prefix was taken away; anything else stays a note."""
    prefix, words = _parted(new_text)
    is_still_meant = prefix in _ACTS or (not prefix and not _parted(before)[0])
    if view.noted is not None and is_still_meant:
        return Act("edit", number, words, str(view.noted))
    return Act("note", number, new_text, EDITED)


def _parted(text: str) -> tuple[str, str]:
    """The prefix and what it stands before; ("", the text) where there is none."""
    found = _PREFIXED.match(text)
    return (found[1], found[2]) if found else ("", text)


def _invited(view: StaffView, number: int) -> tuple[str, str]:
    """What the post invites that was answered, and the delivery that it is about."""
    act, _, about = view.invites.partition(":")
    ticket, _, target = about.partition(":")
    return (act, target) if act in _INVITED and ticket == str(number) else ("", "")
