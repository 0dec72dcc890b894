"""What we show in Slack: a reply as the arguments of a post, and the Home tab.

All of it is plain text, in which nothing is markup and nobody can be called, but for calls to staff in their room.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.channels.base import RATINGS, Outgoing, choices_of
from bot.channels.divide import divide, units
from bot.channels.slack.addresses import thread_of
from bot.ports import Labelled, Words
from handlers.effects import Reply, StaffMarks
from knowledge.calendar import Calendar, SessionView

LONGEST_SECTION = 3000
LONGEST_CONTEXT = 2000
LONGEST_LABEL = 75
MOST_IN_CONTEXT = 10
MOST_IN_ROW = 5
MOST_BLOCKS = 50
SESSIONS_SHOWN = 3
METADATA_TYPE = "desk_delivery"

Block = dict[str, Any]

_PERSON = re.compile(r"[UW][A-Z0-9]+")


def post_of(outgoing: Outgoing, channel: str, words: Words, is_for_staff: bool) -> dict[str, Any]:
    """The arguments of chat.postMessage into `channel`. The delivery's id goes with it, to be found again by."""
    thread = thread_of(outgoing)
    return {
        "channel": channel,
        **({"thread_ts": thread} if thread else {}),
        "text": escaped(outgoing.reply.text),
        "mrkdwn": False,
        "blocks": blocks_of(outgoing, words, is_for_staff),
        "metadata": {"event_type": METADATA_TYPE, "event_payload": {"delivery": outgoing.id}},
        "unfurl_links": False,
        "unfurl_media": False,
    }


def revision_of(outgoing: Outgoing, channel: str, words: Words, is_for_staff: bool) -> dict[str, Any]:
    """The arguments of chat.update, by which an earlier post says something else. It keeps its metadata."""
    return {
        "channel": channel,
        "ts": outgoing.original,
        "text": escaped(outgoing.reply.text),
        "parse": "none",
        "blocks": blocks_of(outgoing, words, is_for_staff),
    }


def escaped(text: str) -> str:
    """The text for a place in which Slack looks for markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def blocks_of(outgoing: Outgoing, words: Words, is_for_staff: bool) -> list[Block]:
    """Who is called, the reply's text, where it is from, and what can be tapped. Only staff are ever called.

    Rows are named after the address: a tap in direct messages does not tell in which conversation we wrote there.
    """
    reply = outgoing.reply
    rated = RATINGS if reply.rateable else ()
    rows = [*_rows(choices_of(reply)), *_rows(rated)]
    return [
        *(_calls(reply.marks) if is_for_staff and reply.marks else ()),
        *sections(reply.text),
        *_sources([words.phrase("source", source=source) for source in reply.sources]),
        *(_row(row, outgoing.id, f"{outgoing.address}/{number}") for number, row in enumerate(rows)),
    ]


def home_view(words: Words, now: datetime, card: Reply | None = None) -> dict[str, Any]:
    """The Home tab: a greeting, the main topics, the seminars that come next, and a person's own `card`."""
    upcoming = Calendar(words.programme, now).upcoming[:SESSIONS_SHOWN]
    sessions = "\n".join(_session(view) for view in upcoming) or words.phrase("slack_home_no_seminars")
    return {
        "type": "home",
        "blocks": [
            *sections(words.phrase("welcome")),
            *(_row(row, 0, f"menu/{number}") for number, row in enumerate(_rows(words.menu()))),
            {"type": "header", "text": plain(words.phrase("slack_home_seminars"))},
            *sections(sessions),
            *(_own(card, words) if card else ()),
            *sections(words.phrase("slack_home_how")),
        ],
    }


def _own(card: Reply, words: Words) -> list[Block]:
    rows = _rows(card.choices)
    return [
        {"type": "header", "text": plain(words.phrase("slack_home_notices"))},
        *sections(card.text),
        *(_row(row, 0, f"notices/{number}") for number, row in enumerate(rows)),
    ]


def _session(view: SessionView) -> str:
    return f"{view.day} {view.starts}~{view.ends} {view.title}"


def plain(text: str) -> Block:
    """A text in which nothing is markup."""
    return {"type": "plain_text", "text": text, "emoji": False}


def sections(text: str) -> list[Block]:
    """A text of any length."""
    return [{"type": "section", "text": plain(part)} for part in divide(text, LONGEST_SECTION)]


def _calls(marks: StaffMarks) -> list[Block]:
    """The one place in which Slack looks for markup: it holds nothing but the calls."""
    called = [f"<@{person}>" for person in marks.calls if _PERSON.fullmatch(person)]
    everybody = ["<!channel>"] if marks.loud else []
    text = " ".join([*everybody, *called])
    return [{"type": "section", "text": {"type": "mrkdwn", "text": text}}] if text else []


def _sources(lines: Sequence[str]) -> list[Block]:
    if not lines:
        return []
    parts = divide("\n".join(lines), LONGEST_CONTEXT)[:MOST_IN_CONTEXT]
    return [{"type": "context", "elements": [plain(part) for part in parts]}]


def _rows(choices: Sequence[Labelled]) -> list[Sequence[Labelled]]:
    return [choices[begin : begin + MOST_IN_ROW] for begin in range(0, len(choices), MOST_IN_ROW)]


def _row(choices: Sequence[Labelled], delivery: int, name: str) -> Block:
    buttons = [
        {
            "type": "button",
            "action_id": f"choice-{number}",
            "text": plain(shortened(choice.label, LONGEST_LABEL)),
            "value": f"{delivery}:{choice.value}",
        }
        for number, choice in enumerate(choices)
    ]
    return {"type": "actions", "block_id": name, "elements": buttons}


def shortened(text: str, longest: int) -> str:
    """The text, or its beginning with a sign that there is more, in at most so many UTF-16 units."""
    return text if units(text) <= longest else f"{divide(text, longest - 1)[0]}…"
