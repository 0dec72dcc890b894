"""What we show in Slack: a reply as the arguments of a post, and the Home tab.

All of it is plain text, in which nothing is markup and nobody can be called.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.channels.base import RATINGS, Outgoing, choices_of
from bot.channels.divide import divide, units
from bot.channels.slack.directs import posted_at
from bot.ports import Labelled, Words
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


def post_of(outgoing: Outgoing, channel: str, words: Words) -> dict[str, Any]:
    """The arguments of chat.postMessage into `channel`. The delivery's id goes with it, to be found again by."""
    _, thread = posted_at(outgoing.address)
    return {
        "channel": channel,
        **({"thread_ts": thread} if thread else {}),
        "text": escaped(outgoing.reply.text),
        "mrkdwn": False,
        "blocks": blocks_of(outgoing, words),
        "metadata": {"event_type": METADATA_TYPE, "event_payload": {"delivery": outgoing.id}},
        "unfurl_links": False,
        "unfurl_media": False,
    }


def escaped(text: str) -> str:
    """The text for a place in which Slack looks for markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def blocks_of(outgoing: Outgoing, words: Words) -> list[Block]:
    """The reply's text, where it is from, and what can be tapped.

    Rows are named after the address: a tap in direct messages does not tell in which conversation we wrote there.
    """
    reply = outgoing.reply
    rated = RATINGS if reply.rateable else ()
    rows = [*_rows(choices_of(reply)), *_rows(rated)]
    return [
        *_sections(reply.text),
        *_sources([words.phrase("source", source=source) for source in reply.sources]),
        *(_row(row, outgoing.id, f"{outgoing.address}/{number}") for number, row in enumerate(rows)),
    ]


def home_view(words: Words, now: datetime) -> dict[str, Any]:
    """The Home tab: a greeting, the main topics, the seminars that come next."""
    upcoming = Calendar(words.programme, now).upcoming[:SESSIONS_SHOWN]
    sessions = "\n".join(_session(view) for view in upcoming) or words.phrase("slack_home_no_seminars")
    return {
        "type": "home",
        "blocks": [
            *_sections(words.phrase("welcome")),
            *(_row(row, 0, f"menu/{number}") for number, row in enumerate(_rows(words.menu()))),
            {"type": "header", "text": _plain(words.phrase("slack_home_seminars"))},
            *_sections(sessions),
            *_sections(words.phrase("slack_home_how")),
        ],
    }


def _session(view: SessionView) -> str:
    return f"{view.day} {view.starts}~{view.ends} {view.title}"


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}


def _sections(text: str) -> list[Block]:
    return [{"type": "section", "text": _plain(part)} for part in divide(text, LONGEST_SECTION)]


def _sources(lines: Sequence[str]) -> list[Block]:
    if not lines:
        return []
    parts = divide("\n".join(lines), LONGEST_CONTEXT)[:MOST_IN_CONTEXT]
    return [{"type": "context", "elements": [_plain(part) for part in parts]}]


def _rows(choices: Sequence[Labelled]) -> list[Sequence[Labelled]]:
    return [choices[begin : begin + MOST_IN_ROW] for begin in range(0, len(choices), MOST_IN_ROW)]


def _row(choices: Sequence[Labelled], delivery: int, name: str) -> Block:
    buttons = [
        {
            "type": "button",
            "action_id": f"choice-{number}",
            "text": _plain(_shortened(choice.label)),
            "value": f"{delivery}:{choice.value}",
        }
        for number, choice in enumerate(choices)
    ]
    return {"type": "actions", "block_id": name, "elements": buttons}


def _shortened(label: str) -> str:
    return label if units(label) <= LONGEST_LABEL else f"{divide(label, LONGEST_LABEL - 1)[0]}…"
