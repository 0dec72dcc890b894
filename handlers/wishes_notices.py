"""What people wish for about notices in so many words: to get them, to stop them, to see what they get."""

import re
from dataclasses import dataclass
from unicodedata import normalize

from handlers.notice_sentences import (
    BARE_ENGLISH,
    BARE_JAPANESE,
    BESIDE,
    ENGLISH,
    EVERYTHING,
    JAPANESE,
    NAMES,
    SURELY,
    Want,
)
from knowledge.announcement import NoticeTopic

EVERY_TOPIC = frozenset(NoticeTopic)
LONGEST_WISH = 80

_NOISE = re.compile(r"[\s、。,.!?…~〜・「」『』\"()♪☆★]+")
_ENGLISH_NOISE = re.compile(r"[\s.!?,]+")
_IS_ENGLISH = re.compile(r"[\x20-\x7e]*")


@dataclass(frozen=True)
class Wish:
    """A wish about notices; `topics` are those that are named, empty where none is."""

    want: Want
    topics: frozenset[NoticeTopic] = frozenset()
    english: bool = False


def notice_wish(text: str) -> Wish | None:
    """What somebody wishes for about notices; None for everything else."""
    plain, english = _plain(text)
    patterns = ENGLISH if english else JAPANESE
    want = next((want for want, pattern in patterns.items() if pattern.fullmatch(plain)), None)
    return None if want is None else Wish(want, _topics_in(plain), english)


def sure_opt_out(text: str) -> Wish | None:
    """A wish to stop notices that can be about nothing else, whoever reads it; None for everything else."""
    wish = notice_wish(text)
    if wish is None or wish.want is not Want.OPT_OUT:
        return None
    return wish if wish.english or SURELY.search(_plain(text)[0]) else None


def bare_opt_out(text: str) -> Wish | None:
    """What somebody who gets notices means by words that name none, such as 「全部止めて」; None for all else."""
    plain, english = _plain(text)
    pattern = BARE_ENGLISH if english else BARE_JAPANESE
    return Wish(Want.OPT_OUT, english=english) if pattern.fullmatch(plain) else None


def topics_named(words: str) -> frozenset[NoticeTopic] | None:
    """The topics that words behind a command name; None where they name something else as well."""
    plain = normalize("NFKC", words).lower()
    return None if BESIDE.sub("", plain) else _topics_in(plain)


def _plain(text: str) -> tuple[str, bool]:
    """The words alone, in one way of writing, and whether they are English; none where it is too long for a wish."""
    said = normalize("NFKC", text).replace("’", "'").strip().lower()
    if len(said) > LONGEST_WISH:
        return "", False
    if _IS_ENGLISH.fullmatch(said):
        return _ENGLISH_NOISE.sub(" ", said).strip(), True
    return _NOISE.sub("", said), False


def _topics_in(plain: str) -> frozenset[NoticeTopic]:
    """The topics that are named, and all others where they are excepted; all where it says so."""
    named = frozenset(topic for topic, names in NAMES.items() if re.search(names, plain))
    if named:
        return EVERY_TOPIC - named if "以外" in plain else named
    return EVERY_TOPIC if re.search(rf"{EVERYTHING}|\ball\b", plain) else named
