"""The settings of the staff desk: who the staff are, where they work, and the rules of tickets."""

from datetime import date, time
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.config_source import Section
from handlers.rules import Role

NAME_FORM = r"^[^\s:]+$"
SLACK_PERSON_FORM = r"^[UW][A-Z0-9]+$"
SLACK_CHANNEL_FORM = r"^[CG][A-Z0-9]+$"
TELEGRAM_PERSON_FORM = r"^[0-9]+$"
TELEGRAM_GROUP_FORM = r"^-[0-9]+$"
LOGIN_FORM = r"^[a-z0-9._-]{2,32}$"

# How a value has to look, for a person who wrote it otherwise.
STAFF_FORMS = {
    NAME_FORM: "空白と「:」を入れずに書いてください",
    SLACK_PERSON_FORM: "SlackのメンバーID(Uで始まるもの)を書いてください",
    SLACK_CHANNEL_FORM: "SlackのチャンネルID(Cで始まるもの)を書いてください",
    TELEGRAM_PERSON_FORM: "Telegramの利用者の番号を、引用符で囲んで書いてください",
    TELEGRAM_GROUP_FORM: "Telegramのグループの番号(-で始まるもの)を、引用符で囲んで書いてください",
    LOGIN_FORM: "半角の英小文字、数字、「.」「_」「-」で、2文字から32文字までにしてください",
}


class ClosureSettings(Section):
    """Days, both included, on which nobody is at the desk."""

    begins: date
    ends: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends < self.begins:
            raise ValueError("ends は begins と同じ日か、それよりあとの日にしてください")
        return self


class HoursSettings(Section):
    """When staff are there on weekdays, in Japan time; public holidays are left out by themselves."""

    opens: time = time(9)
    closes: time = time(17)
    closures: tuple[ClosureSettings, ...] = ()

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.closes <= self.opens:
            raise ValueError("closes は opens よりあとの時刻にしてください")
        return self


class MemberSettings(Section):
    """One of the staff: the name colleagues see, what they may do, and who they are on each channel."""

    name: Annotated[str, Field(min_length=1, max_length=14, pattern=NAME_FORM)]
    roles: tuple[Role, ...] = (Role.STAFF,)
    slack: Annotated[str, Field(pattern=SLACK_PERSON_FORM)] | None = None
    telegram: Annotated[str, Field(pattern=TELEGRAM_PERSON_FORM)] | None = None
    login: Annotated[str, Field(pattern=LOGIN_FORM)] | None = None


class StaffSettings(Section):
    """The staff desk: see `handlers.rules.Rules` for what the numbers mean.

    `slack_channel` and `telegram_group` are the rooms in which staff see tickets.
    """

    escalation: Literal["auto", "confirm"] = "auto"
    slack_channel: Annotated[str, Field(pattern=SLACK_CHANNEL_FORM)] | None = None
    telegram_group: Annotated[str, Field(pattern=TELEGRAM_GROUP_FORM)] | None = None
    members: tuple[MemberSettings, ...] = ()
    hours: HoursSettings = HoursSettings()
    burst_seconds: Annotated[float, Field(ge=0)] = 20
    reminder_minutes: tuple[Annotated[int, Field(ge=1)], ...] = (10, 30, 120)
    sorry_minutes: Annotated[int, Field(ge=1)] = 120
    expire_days: Annotated[float, Field(gt=0)] = 7
    reopen_days: Annotated[float, Field(ge=0)] = 14
    double_seconds: Annotated[float, Field(ge=0)] = 60

    @model_validator(mode="after")
    def _each_is_one(self) -> Self:
        for name in ("name", "slack", "telegram", "login"):
            given = [value for member in self.members if (value := getattr(member, name)) is not None]
            if len(given) != len(set(given)):
                raise ValueError(f"members の {name} が重なっています")
        if list(self.reminder_minutes) != sorted(set(self.reminder_minutes)):
            raise ValueError("reminder_minutes は小さい順に、重ならないように書いてください")
        return self
