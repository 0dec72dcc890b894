"""The settings: one typed tree from config.yaml, the environment and nothing else."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)

from bot.config_source import Section, Settings, read_settings
from bot.config_staff import STAFF_FORMS, StaffSettings
from bot.errors import ConfigFaults, Fault

# What a process may take on: taking messages from a channel, delivering, regular jobs.
ROLES = ("web", "telegram", "slack", "courier", "jobs")


class ClockSettings(Section):
    """Where the desk's clock starts (None: real time) and how fast it runs."""

    start: AwareDatetime | None = None
    speed: Annotated[float, Field(gt=0, le=100_000)] = 1.0

    @model_validator(mode="after")
    def _speed_needs_start(self) -> Self:
        if self.start is None and self.speed != 1.0:
            raise ValueError("clock.speed を変えるには clock.start も必要です")
        return self


URL_FORM = r"^https?://[^\s?#]+$"

ApiBase = Annotated[str, Field(pattern=URL_FORM), AfterValidator(lambda url: url.rstrip("/"))]


class WebSettings(Section):
    """The web chat. `public_url` is where it is reached from outside."""

    enabled: bool = True
    host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    public_url: ApiBase | None = None

    @property
    def url(self) -> str:
        """The address under which people reach the page, for links in messages."""
        return self.public_url or f"http://{self.host}:{self.port}"


class TelegramSettings(Section):
    """Telegram. Starts when TELEGRAM_BOT_TOKEN is set. Rates are its limits on sending; None: no limit."""

    mode: Literal["poll", "webhook"] = "poll"
    api_base: ApiBase = "https://api.telegram.org"
    public_url: ApiBase | None = None
    per_second: Annotated[int, Field(ge=1)] | None = 30
    chat_per_second: Annotated[int, Field(ge=1)] | None = 1
    group_per_minute: Annotated[int, Field(ge=1)] | None = 20


class SlackSettings(Section):
    """Slack. Starts when SLACK_BOT_TOKEN is set, with SLACK_APP_TOKEN (socket) or SLACK_SIGNING_SECRET (http)."""

    mode: Literal["auto", "socket", "http"] = "auto"
    api_base: ApiBase = "https://slack.com/api"
    channel_per_second: Annotated[int, Field(ge=1)] | None = 1


class ChannelSettings(Section):
    """The ways people reach the desk."""

    web: WebSettings = WebSettings()
    telegram: TelegramSettings = TelegramSettings()
    slack: SlackSettings = SlackSettings()


class KnowledgeSettings(Section):
    """Where the content stands and where its index is kept; how many processes of their own decide by it."""

    folder: Path = Path("knowledge")
    cache: Path = Path("var/index")
    processes: Annotated[int, Field(ge=0, le=64)] = 0


class LogSettings(Section):
    """What is logged and in which form."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["json", "console"] = "console"


class LimitSettings(Section):
    """Bounds of what one participant can send: characters, and messages or new chats a minute."""

    longest_message: Annotated[int, Field(ge=1, le=15_000)] = 4000
    messages_per_minute: Annotated[int, Field(ge=1)] = 20
    conversations_per_minute: Annotated[int, Field(ge=1)] = 60


class DeliverySettings(Section):
    """How replies are sent.

    `lease_seconds`: until a send counts as lost; `tries`: how often one whose outcome is unknown is sent;
    `patience_hours`: how long one that cannot be sent is tried; `read_back_seconds`: how long after an
    unknown outcome the platform is asked; `in_flight`: how many at a time in one channel. `hold_seconds`: until
    what a process held (a conversation, the fetching of updates) is free again after it died.
    """

    lease_seconds: Annotated[float, Field(gt=0)] = 20
    tries: Annotated[int, Field(ge=1)] = 5
    patience_hours: Annotated[float, Field(gt=0)] = 24
    read_back_seconds: Annotated[float, Field(ge=0)] = 5
    in_flight: Annotated[int, Field(ge=1, le=8)] = 8
    hold_seconds: Annotated[float, Field(gt=0)] = 10


class QuietSettings(Section):
    """From when until when, Japan time, notices that are not urgent wait."""

    begins: time = time(21)
    ends: time = time(8)


class NoticeSettings(Section):
    """How notices are sent.

    `approval`: whether a second person has to approve what a member wrote; `unknown`: whether a notice of which nobody
    knows whether it arrived is held for staff or sent again.
    """

    quiet: QuietSettings = QuietSettings()
    approval: Literal["second", "none"] = "second"
    unknown: Literal["hold", "resend"] = "hold"


class RetentionSettings(Section):
    """How many days what platforms handed over is kept as it came (repeats are known by it)."""

    raw_days: Annotated[int, Field(ge=2)] = 30


class Config(Section):
    """All settings. `database` is an SQLAlchemy URL and may hold a password."""

    clock: ClockSettings = ClockSettings()
    database: SecretStr = SecretStr("sqlite:///var/desk.sqlite3")
    channels: ChannelSettings = ChannelSettings()
    knowledge: KnowledgeSettings = KnowledgeSettings()
    log: LogSettings = LogSettings()
    limits: LimitSettings = LimitSettings()
    delivery: DeliverySettings = DeliverySettings()
    notices: NoticeSettings = NoticeSettings()
    retention: RetentionSettings = RetentionSettings()
    staff: StaffSettings = StaffSettings()


@dataclass(frozen=True)
class Secrets:
    """Tokens, from the environment only. None of them shows in a `repr`."""

    telegram_token: SecretStr | None = None
    slack_bot_token: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None


def read_secrets(environ: Mapping[str, str]) -> Secrets:
    """The tokens that are set; an empty one is as good as none."""

    def read(name: str) -> SecretStr | None:
        value = environ.get(name, "").strip()
        return SecretStr(value) if value else None

    return Secrets(
        read("TELEGRAM_BOT_TOKEN"),
        read("SLACK_BOT_TOKEN"),
        read("SLACK_APP_TOKEN"),
        read("SLACK_SIGNING_SECRET"),
    )


def load_config(path: Path, environ: Mapping[str, str]) -> Config:
    """Read the settings. Raises ConfigFaults with every fault at once."""
    settings = read_settings(path, environ)
    faults = [*settings.faults, *_secrets_in_file(settings)]
    try:
        config = Config.model_validate(settings.data)
    except ValidationError as error:
        faults += [_fault(dict(detail), settings) for detail in error.errors(include_input=False)]
        raise ConfigFaults(tuple(faults)) from None
    if faults:
        raise ConfigFaults(tuple(faults))
    return config


def _secrets_in_file(settings: Settings) -> list[Fault]:
    """A password in the settings file: such files are shown, copied and committed."""
    where = settings.where(("database",))
    url = settings.data.get("database")
    is_in_file = where.startswith(settings.file)
    if is_in_file and isinstance(url, str) and re.search(r"://[^/@]*:[^/@]*@", url):
        return [Fault(where, "database: パスワードは環境変数 DATABASE_URL に入れてください")]
    return []


MESSAGES = {
    "extra_forbidden": "この名前の設定はありません",
    "missing": "この設定が必要です",
    "int_parsing": "整数で書いてください",
    "int_type": "整数で書いてください",
    "int_from_float": "整数で書いてください",
    "float_parsing": "数で書いてください",
    "float_type": "数で書いてください",
    "bool_parsing": "true か false で書いてください",
    "bool_type": "true か false で書いてください",
    "string_type": "文字列で書いてください",
    "path_type": "パスを文字列で書いてください",
    "model_type": "この下に「名前: 値」の形で書いてください",
    "timezone_aware": "時差もつけて書いてください(例: 2022-07-04T09:00:00+09:00)",
    "datetime_from_date_parsing": "日時で書いてください(例: 2022-07-04T09:00:00+09:00)",
    "datetime_parsing": "日時で書いてください(例: 2022-07-04T09:00:00+09:00)",
    "datetime_type": "日時で書いてください(例: 2022-07-04T09:00:00+09:00)",
    "greater_than": "{gt} より大きい値にしてください",
    "greater_than_equal": "{ge} 以上にしてください",
    "less_than_equal": "{le} 以下にしてください",
    "literal_error": "{expected} のどれかにしてください",
    "string_too_short": "空にはできません",
    "string_too_long": "{max_length}文字までにしてください",
    "date_from_datetime_parsing": "日付で書いてください(例: 2022-12-29)",
    "date_parsing": "日付で書いてください(例: 2022-12-29)",
    "time_parsing": "時刻で書いてください(例: 09:00)",
    "enum": "{expected} のどれかにしてください",
    "tuple_type": "「- 」で始まる行を並べて書いてください",
    "value_error": "{error}",
}


FORMS = {URL_FORM: "http:// か https:// で始まるURLを書いてください", **STAFF_FORMS}


def _fault(detail: dict[str, object], settings: Settings) -> Fault:
    location = detail["loc"]
    path = tuple(map(str, location)) if isinstance(location, tuple) else ()
    context = detail.get("ctx")
    values = context if isinstance(context, dict) else {}
    form = FORMS.get(str(values.get("pattern")))
    what = form or MESSAGES.get(str(detail["type"]), str(detail["msg"])).format(**values)
    return Fault(settings.where(path), f"{'.'.join(path)}: {what}" if path else what)
