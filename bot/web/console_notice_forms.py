"""What the forms of the notices' pages send: pure."""

from datetime import date, datetime, time
from typing import Annotated, Literal

from pydantic import Field

from bot.clock import JAPAN
from bot.notice_acts import Act
from bot.notice_steps import Order
from bot.store.notice_desk import Written
from bot.store.stuck import Verdict
from bot.web.console_forms import Key, OwnForm, plain
from bot.web.wire import LARGEST_ID
from knowledge.announcement import NoticeTopic

Day = Annotated[str, Field(pattern=r"^(\d{4}-\d{2}-\d{2})?$")]
TimeOfDay = Annotated[str, Field(pattern=r"^(\d{2}:\d{2})?$")]
Version = Annotated[int, Field(ge=1, le=LARGEST_ID)]


class TimedForm(OwnForm):
    """A form with a day and a time of Japan, both of them or neither."""

    day: Day = ""
    at: TimeOfDay = ""

    @property
    def is_half_timed(self) -> bool:
        """Whether one is missing, or there is no such day or time."""
        try:
            return (self.day == "") != (self.at == "") or (self.due is None and self.day != "")
        except ValueError:
            return True

    @property
    def due(self) -> datetime | None:
        """The moment, or None where none is set. Raises ValueError where there is no such day or time."""
        if not (self.day and self.at):
            return None
        return datetime.combine(date.fromisoformat(self.day), time.fromisoformat(self.at), JAPAN)


class WrittenForm(TimedForm):
    """A notice as it is written."""

    topic: NoticeTopic
    title: Annotated[str, Field(repr=False)] = ""
    text: Annotated[str, Field(repr=False)] = ""
    urgent: Literal["yes", ""] = ""

    def written(self) -> Written:
        """As it is kept. Raises ValueError as `due` does."""
        title = " ".join(plain(self.title).split())
        return Written(self.topic, title, plain(self.text), bool(self.urgent), self.due)


class ComposeForm(WrittenForm):
    """A new notice; `key` is the form's own, so that a double click is one."""

    key: Key


class ChangeForm(WrittenForm):
    """Other words for a notice whose `version` was seen."""

    version: Version


class NoticeForm(TimedForm):
    """Something done to a notice whose `version` was seen; `confirmed` once it was asked whether it is meant."""

    act: Act
    version: Version
    key: Key
    word: Annotated[str, Field(max_length=500, repr=False)] = ""
    confirmed: bool = False

    def order(self) -> Order:
        """As it is carried out. Raises ValueError as `due` does."""
        return Order(self.act, self.version, plain(self.word), self.due)


class SettleForm(OwnForm):
    """What became of a delivery of which nobody knew."""

    delivery: Annotated[int, Field(ge=1, le=LARGEST_ID)]
    verdict: Verdict
