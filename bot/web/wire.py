"""What the page and the API say to each other: two pure translators and their models."""

from collections.abc import Mapping, Set
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.channels.base import Aim, cleaned
from bot.clock import JAPAN
from bot.store.intakes import ERASED
from bot.store.models import Delivery, DeliveryState, Inbound, InboundState
from bot.store.queries import Spoken
from bot.written import written
from handlers.effects import Choice
from handlers.message import Message, Tap, Text
from knowledge.finding import Outcome

LARGEST_ID = 2**31 - 1
JOIN = ":"


class Wire(BaseModel):
    """Base of all that goes over the wire: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class TapIn(Wire):
    """A tapped choice, and the reply that offered it (none: the menu)."""

    value: Annotated[str, Field(min_length=1, max_length=64)]
    reply: Annotated[int, Field(ge=1, le=LARGEST_ID)] | None = None


class MessageIn(Wire):
    """What the page sends: either text or a tap. `key` makes a repeated message the same one."""

    key: Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{8,64}$")]
    text: Annotated[str | None, Field(repr=False)] = None
    tap: TapIn | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.text is None) == (self.tap is None):
            raise ValueError("either text or tap")
        return self

    def content(self) -> Text | Tap:
        """As the desk understands it."""
        if self.tap is not None:
            return Tap(cleaned(self.tap.value), self.tap.reply)
        return Text(cleaned(self.text or ""))


class Stored(Wire):
    """The message is kept."""

    stored: bool = True


class ChoiceOut(Wire):
    """Something to tap."""

    label: str
    value: str


class Item(Wire):
    """One line of a conversation, of either side. `key` is the page's own, for what it sent.

    `by` is "staff" where a person wrote for the desk, "notice" where nobody had asked. `revises` is the id of the
    earlier line that this one takes the place of. A line that was `revised` or `withdrawn` says so; of a withdrawn one
    no word is left.
    """

    id: int
    who: Literal["you", "desk"]
    at: str
    text: Annotated[str, Field(repr=False)]
    state: InboundState | DeliveryState
    key: str | None = None
    outcome: Outcome | None = None
    sources: tuple[str, ...] = ()
    choices: tuple[ChoiceOut, ...] = ()
    related: tuple[ChoiceOut, ...] = ()
    rateable: bool = False
    rated: bool | None = None
    urgent: bool = False
    ticket: int | None = None
    by: str = ""
    revises: int | None = None
    revised: bool = False
    withdrawn: bool = False


class Conversation(Wire):
    """Lines in order, the id to ask on from, and the topics of the notices that arrive here, by their names."""

    items: tuple[Item, ...]
    last: int
    topics: tuple[str, ...] = ()


class State(Wire):
    """The desk as it is now."""

    now: str
    clock_is_set: bool
    banner: str | None
    desk: Literal["before", "open", "closed"]
    menu: tuple[ChoiceOut, ...]


class Trouble(Wire):
    """Why a request was not served: a code for the page, a sentence for the person."""

    code: str
    message: str


class Failure(Wire):
    """The body of every error."""

    error: Trouble


def message_from(wire: MessageIn, address: str, now: datetime) -> Message:
    """The page's message as the desk's. Its key is only unique to the address, so both are joined."""
    return Message("web", address, address, f"{address}{JOIN}{wire.key}", now, wire.content())


def conversation_from(
    lines: list[Spoken], menu: Mapping[str, str], after: int, topics: tuple[str, ...] = ()
) -> Conversation:
    """Lines as the page shows them. Taps that no button explains, such as ratings, are left out.

    What revises or withdraws one of these lines is shown in its place, and is no line of its own.
    """
    changes = {line.delivery.of: line.delivery for line in lines if line.delivery and _is_change(line.delivery)}
    known = {line.id for line in lines}
    items = (item_from(line, menu, changes.get(line.id)) for line in lines if _is_shown(line, known))
    last = lines[-1].id if lines else after
    return Conversation(items=tuple(item for item in items if item is not None), last=last, topics=topics)


def _is_change(delivery: Delivery) -> bool:
    """Whether something is done to an earlier line, and it did not fail."""
    return delivery.aim is not Aim.POST and delivery.state is not DeliveryState.FAILED


def _is_shown(line: Spoken, known: Set[int]) -> bool:
    """Whether it is a line of its own, or changes one that the page has from before."""
    if line.delivery is None or line.delivery.aim is Aim.POST:
        return True
    return _is_change(line.delivery) and line.delivery.of not in known


def item_from(line: Spoken, menu: Mapping[str, str], change: Delivery | None = None) -> Item | None:
    """One line as the page shows it, with the latest `change` made to it; None where there is nothing to show."""
    if line.delivery is not None:
        return _of_desk(line.delivery, line.rated, change or line.delivery)
    if line.inbound is not None:
        return _of_person(line.inbound, line.label, menu)
    return None


def _of_desk(delivery: Delivery, rated: bool | None, latest: Delivery) -> Item:
    """A reply as its `latest` form says it."""
    if latest.aim is Aim.WITHDRAW:
        return _withdrawn(delivery)
    reply = latest.payload
    return Item(
        id=delivery.id,
        who="desk",
        at=japan_time(_said_at(delivery)),
        text=reply.text,
        state=delivery.state,
        outcome=reply.outcome,
        sources=reply.sources,
        choices=_choices(reply.choices),
        related=_choices(reply.related),
        rateable=reply.rateable,
        rated=rated,
        urgent=reply.urgent,
        ticket=reply.ticket,
        by=reply.by,
        revises=delivery.of,
        revised=latest.aim is Aim.REVISE,
    )


def _said_at(delivery: Delivery) -> datetime:
    """A notice may have waited for hours before it went."""
    is_notice = delivery.occurrence_id is not None
    return delivery.sent_at if is_notice and delivery.sent_at is not None else delivery.created_at


def _withdrawn(delivery: Delivery) -> Item:
    return Item(
        id=delivery.id,
        who="desk",
        at=japan_time(delivery.created_at),
        text="",
        state=delivery.state,
        by=delivery.payload.by,
        revises=delivery.of,
        withdrawn=True,
    )


def _of_person(inbound: Inbound, label: str | None, menu: Mapping[str, str]) -> Item | None:
    content = inbound.content
    text = label or menu.get(content.value) if isinstance(content, Tap) else written(content)
    if text is None or content == ERASED:
        return None
    return Item(
        id=inbound.id,
        who="you",
        at=japan_time(inbound.at),
        text=text,
        state=inbound.state,
        key=inbound.key.partition(JOIN)[2],
    )


def _choices(choices: tuple[Choice, ...]) -> tuple[ChoiceOut, ...]:
    return tuple(ChoiceOut(label=choice.label, value=choice.value) for choice in choices)


def japan_time(at: datetime) -> str:
    """ISO 8601 with +09:00, to the second."""
    return at.astimezone(JAPAN).isoformat(timespec="seconds")
