"""A ticket's history as the console shows it: words, what became of each answer, and one line for the rest. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.channels.base import Aim
from bot.ports import Wording, Words
from bot.store.console import Dossier, Fate
from bot.store.models import DeliveryState
from handlers.posts import LINES, REASONS
from handlers.ticket import Action, Event

ANSWERS = (Action.REPLIED, Action.ASKED_BACK)
# An answer, and what is done to one.
ANSWERING = (*ANSWERS, Action.REVISED, Action.WITHDRAWN)
# What has words of its own to show, and so no line.
WORDED = (*ANSWERING, Action.SAID, Action.EDITED, Action.NOTED)
# Lines that cards do not need, as keys of phrases.yaml.
MORE_LINES = {
    Action.OPENED: "console_opened",
    Action.CLAIMED: "console_claimed",
    Action.WAITING: "console_waiting",
    Action.GROUPED: "console_grouped",
}
OUTCOMES = {Aim.POST: "staff_outcome", Aim.REVISE: "staff_revision", Aim.WITHDRAW: "staff_withdrawal"}
NOWHERE = (DeliveryState.FAILED, DeliveryState.CANCELLED)


@dataclass(frozen=True)
class Step:
    """Something that happened: either a `line` that says it, or `words` that were written.

    `state` and `outcome` say how far the words have come on their way to the participant ("" where they are on none).
    An answer that stands `can_change`.
    """

    event: Event
    line: str = ""
    words: str = field(default="", repr=False)
    state: str = ""
    outcome: str = ""
    can_change: bool = False


def history_of(dossier: Dossier, words: Words, wording: Wording) -> tuple[Step, ...]:
    """All that happened to a ticket, oldest first; of answers the words that their author wrote.

    What was refused did not happen: it stands in the audit log alone.
    """
    fates = fates_by_event(dossier)
    last = {event.line: event.id for event in dossier.events if event.action in ANSWERING}
    return tuple(
        _answer(event, fates.get(event.id), event.id == last[event.line], words, wording)
        if event.action in ANSWERING
        else _other(event, words)
        for event in dossier.events
        if event.action is not Action.REFUSED
    )


def fates_by_event(dossier: Dossier) -> dict[int, Fate]:
    """What became of each answer and change, by its event.

    What was changed while it still waited to be sent went out in its last form: the events before that have none.
    """
    found: dict[int, Fate] = {}
    for answer, fates in dossier.fates.items():
        events = [event.id for event in dossier.events if event.line == answer and event.action in ANSWERING]
        found |= _paired(events, fates)
    return found


def _paired(events: Sequence[int], fates: Sequence[Fate]) -> Mapping[int, Fate]:
    pairs = zip(reversed(events), reversed(fates), strict=False)
    return dict(pairs)


def _answer(event: Event, fate: Fate | None, is_last: bool, words: Words, wording: Wording) -> Step:
    return Step(
        event,
        words=wording.unframed(event.text),
        state=fate.state if fate else "",
        outcome=_outcome(fate, words) if fate else "",
        can_change=is_last and event.action is not Action.WITHDRAWN and fate is not None and fate.state not in NOWHERE,
    )


def _outcome(fate: Fate, words: Words) -> str:
    reason = REASONS.get(fate.error or "")
    why = words.phrase(reason) if reason else fate.error or words.phrase("staff_why_unknown")
    state = DeliveryState.SENDING if fate.state is DeliveryState.QUEUED else fate.state
    return words.phrase(f"{OUTCOMES[fate.aim]}_{state}", why=why)


def _other(event: Event, words: Words) -> Step:
    if event.action in WORDED:
        return Step(event, words=event.text)
    return Step(event, line=words.phrase(_line(event), name=event.actor, text=event.text))


def _line(event: Event) -> str:
    if event.action is Action.REOPENED:
        return "staff_post_reopened_by" if event.actor else "staff_post_reopened"
    return (LINES | MORE_LINES)[event.action]
