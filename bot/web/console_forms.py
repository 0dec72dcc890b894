"""What the forms of the console send, and the message that it means: pure but for the reading."""

from datetime import datetime
from hashlib import sha256
from typing import Annotated, Literal, TypeVar
from urllib.parse import parse_qs

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

from bot.channels.base import cleaned
from bot.errors import Refusal
from bot.house import CONSOLE
from bot.web.body import LARGEST_BODY, read_body
from bot.web.wire import JOIN, LARGEST_ID
from handlers.message import Act, Content, Message, Tap

MOST_FIELDS = 20
SHORT = 64
DIGEST = 16

Key = Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{8,64}$")]
Short = Annotated[str, Field(max_length=SHORT)]


class Form(BaseModel):
    """Base of all forms: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class LoginForm(Form):
    """Who wants to log in."""

    login: Short
    password: Annotated[str, Field(max_length=1000, repr=False)]


class OwnForm(Form):
    """A form of somebody who is logged in: `token` shows that it is from a page of their session."""

    token: Annotated[str, Field(repr=False)]


class ActForm(OwnForm):
    """What is to be done to a ticket; `key` is the form's own, so that a double click is one. See `Act`."""

    key: Key
    act: Annotated[str, Field(pattern=r"^[a-z_]{2,16}$")]
    words: Annotated[str, Field(repr=False)] = ""
    target: Short = ""
    confirmed: bool = False

    def content(self, ticket: int) -> Act:
        """As the desk understands it."""
        return Act(self.act, ticket, plain(self.words), cleaned(self.target), self.confirmed)


class PreviewForm(ActForm):
    """What is to be sent, before it is."""

    act: Literal["reply", "ask", "reply_all", "canned", "edit"]


class TapForm(OwnForm):
    """A choice that the desk offered in the reply with this id."""

    key: Key
    value: Annotated[str, Field(min_length=1, max_length=SHORT)]
    reply: Annotated[int, Field(ge=1, le=LARGEST_ID)]

    def content(self) -> Tap:
        """As the desk understands it."""
        return Tap(cleaned(self.value), self.reply)


class DraftForm(OwnForm):
    """What a curator decides on a draft, with the sheet as it was worked on."""

    act: Literal["publish", "keep", "drop"]
    sheet: Annotated[str, Field(repr=False)] = ""


class CorrectionForm(OwnForm):
    """Whether those concerned are told of an answer that changed."""

    act: Literal["approve", "drop"]


F = TypeVar("F", bound=Form)


async def read_form(request: Request, kind: type[F], largest: int = LARGEST_BODY) -> F:
    """The form that was sent. Raises Refusal where it is none of this kind, or larger than `largest` bytes."""
    body = (await read_body(request, largest)).decode("ascii", "replace")
    try:
        fields = parse_qs(body, keep_blank_values=True, max_num_fields=MOST_FIELDS)
        return kind.model_validate({name: values[-1] for name, values in fields.items()})
    except ValueError:
        raise Refusal(400, "bad_request") from None


def plain(words: str) -> str:
    """What was written in a field, with lines that end as they do elsewhere."""
    return cleaned(words).replace("\r\n", "\n").strip()


def message_of(login: str, key: str, content: Content, now: datetime) -> Message:
    """A member's message. The same form with other words in it is another one: a page may be come back to."""
    digest = sha256(repr(_values(content)).encode()).hexdigest()[:DIGEST]
    return Message(CONSOLE, login, login, JOIN.join((login, key, digest)), now, content)


def _values(content: Content) -> list[object]:
    return list(vars(content).values())
