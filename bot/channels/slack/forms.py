"""The forms in which staff write to a participant: how they look, and what stands in them. All pure."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from bot.channels.base import cleaned, place_of
from bot.channels.divide import units
from bot.channels.slack.blocks import Block, plain, sections, shortened
from bot.channels.slack.fields import Body, Said, id_from, is_id
from bot.channels.slack.staff import Found
from bot.ports import Words
from handlers.message import Act, Message, Tap
from handlers.staff import LONGEST_WORDS, SENDING

# What words are written for. Everything else that staff tap is decided by the tap alone.
ACTS = "|".join(sorted(SENDING))
LONGEST_TITLE = 24
LONGEST_HIT = 600
MOST_HITS = 3
PREVIEW, QUERY, INSERT = "preview", "query", "insert"

_TAPPED = re.compile(rf"staff:({ACTS}):([0-9]{{1,9}})(?::([0-9]{{1,10}}))?")


class Purpose(BaseModel):
    """What a form is for: kept in the form itself, where only we can write.

    `address` is the thread of the ticket's card. `filled` counts how often we put words in: Slack keeps what was
    typed as long as the field keeps its name.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    act: Annotated[str, Field(pattern=rf"^({ACTS})$")]
    ticket: Annotated[int, Field(ge=0, lt=10**9)]
    target: Annotated[str, Field(pattern=r"^[0-9]{0,10}$")] = ""
    address: Annotated[str, Field(pattern=r"^[CG][A-Z0-9]+(:[0-9]+\.[0-9]+)?$", max_length=100)]
    filled: Annotated[int, Field(ge=0)] = 0

    @property
    def field(self) -> str:
        """The name of the field for words."""
        return f"words-{self.filled}"


@dataclass(frozen=True)
class Form:
    """What a form shows: the participant's words, those written so far, what they will look like, what was found."""

    purpose: Purpose
    asked: str = field(repr=False)
    words: str = field(default="", repr=False)
    preview: str = field(default="", repr=False)
    found: Sequence[Found] | None = field(default=None, repr=False)


def purpose_of(message: Message | None, room: str) -> Purpose | None:
    """The form that a button asks for which was tapped in the staff room, if any."""
    if message is None or not isinstance(message.content, Tap) or place_of(message.address) != room:
        return None
    tapped = _TAPPED.fullmatch(message.content.value)
    if tapped is None:
        return None
    act, number, target = tapped.groups("")
    return Purpose(act=act, ticket=int(number), target=target, address=message.address)


def view_of(form: Form, words: Words) -> Block:
    """The form as Slack draws it. Nothing in it is markup."""
    title = words.phrase(f"slack_form_{form.purpose.act}", number=form.purpose.ticket)
    return {
        "type": "modal",
        "title": plain(shortened(title, LONGEST_TITLE)),
        "submit": plain(words.phrase("slack_form_send")),
        "close": plain(words.phrase("slack_form_leave")),
        "private_metadata": form.purpose.model_dump_json(),
        "blocks": [
            *sections(words.phrase("slack_form_asked", asked=form.asked))[:2],
            _words_field(form, words),
            _row(PREVIEW, words.phrase("slack_form_preview")),
            *(sections(words.phrase("slack_form_seen", text=form.preview)) if form.preview else ()),
            _query_field(words),
            *_hits(form.found, words),
        ],
    }


def _words_field(form: Form, words: Words) -> Block:
    written = {"initial_value": form.words} if form.words else {}
    return {
        "type": "input",
        "block_id": form.purpose.field,
        "label": plain(words.phrase("slack_form_words")),
        "element": {
            "type": "plain_text_input",
            "action_id": "words",
            "multiline": True,
            "max_length": LONGEST_WORDS,
            **written,
        },
    }


def _query_field(words: Words) -> Block:
    return {
        "type": "input",
        "block_id": QUERY,
        "optional": True,
        "dispatch_action": True,
        "label": plain(words.phrase("slack_form_search")),
        "element": {
            "type": "plain_text_input",
            "action_id": QUERY,
            "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
        },
    }


def _row(name: str, label: str) -> Block:
    return {"type": "actions", "block_id": name, "elements": [_button(name, label, name)]}


def _button(name: str, label: str, value: str) -> Block:
    return {"type": "button", "action_id": name, "text": plain(label), "value": value}


def _hits(found: Sequence[Found] | None, words: Words) -> list[Block]:
    if found is None:
        return []
    if not found:
        return sections(words.phrase("slack_form_nothing"))
    label = words.phrase("slack_form_insert")
    return [
        {
            "type": "section",
            "block_id": f"hit-{number}",
            "text": plain(shortened(f"{one.title}\n{one.text}", LONGEST_HIT)),
            "accessory": _button(INSERT, label, one.id),
        }
        for number, one in enumerate(found[:MOST_HITS])
    ]


def is_form(view: object) -> bool:
    """Whether what Slack hands over is about one of our forms; the Home tab is another kind of view."""
    return isinstance(view, dict) and view.get("type") == "modal"


def purpose_in(view: Body) -> Purpose:
    """What a form is for. Raises ValidationError where it is not ours."""
    return Purpose.model_validate_json(view["private_metadata"])


def words_in(view: Body, purpose: Purpose) -> str:
    """What is written in a form."""
    return _value(view, purpose.field, "words")


def query_in(view: Body) -> str:
    """What is looked for in a form."""
    return _value(view, QUERY, QUERY)


def _value(view: Body, block: str, name: str) -> str:
    values: Any = view["state"]["values"]
    return cleaned(str(values.get(block, {}).get(name, {}).get("value") or "")).strip()


def submission_id(body: Body) -> str | None:
    """An id that a form sent twice has again; with other words in it, it is another."""
    view = body.get("view")
    if body.get("type") != "view_submission" or not isinstance(view, dict) or not is_id(view.get("id")):
        return None
    state = json.dumps(view.get("state"), sort_keys=True)
    return f"{view['id']}.{hashlib.sha256(state.encode()).hexdigest()[:32]}"


def said_by_form(body: Body, room: str | None) -> Said | None:
    """What a member did by sending a form of the staff room. Raises ValidationError or KeyError where it is not ours.

    Whether they are a member is for the desk to judge.
    """
    view = body["view"]
    purpose = purpose_in(view)
    if place_of(purpose.address) != room:
        return None
    act = Act(purpose.act, purpose.ticket, words_in(view, purpose), purpose.target)
    return Said(purpose.address, id_from(body["user"]["id"]), act)


def faults_in(body: Body, words: Words) -> dict[str, str]:
    """What is wrong with a form that is sent, by its fields; empty where nothing is, or it is not ours."""
    view = body.get("view")
    if body.get("type") != "view_submission" or not is_form(view):
        return {}
    try:
        purpose = purpose_in(body["view"])
        written = words_in(body["view"], purpose)
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}
    if not written:
        return {purpose.field: words.phrase("slack_form_empty")}
    if units(written) > LONGEST_WORDS:
        return {purpose.field: words.phrase("slack_form_too_long", limit=LONGEST_WORDS)}
    return {}
