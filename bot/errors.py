"""Everything that can go wrong here, as one tree. Each `str()` is a sentence for a person.

DeskError
 ├ ConfigFaults        config.yaml or the environment
 ├ ContentBroken       knowledge/ cannot be used
 ├ DatabaseNotReady    empty or old schema
 ├ DatabaseTooNew      schema of a later version
 ├ DatabaseUnreachable cannot be opened
 ├ PortTaken           the web server cannot listen
 ├ ChannelNotReady     a channel that cannot start
 ├ DeliveryNotSettled  a verdict of an operator that is not possible
 ├ PasswordNotSet      a password of the console that cannot be taken
 ├ NotPublished        entries that are not fit to be published
 ├ CurationRefused     something a curator cannot do
 ├ NoticeRefused       something that cannot be done to a notice
 ├ SessionNotMoved     a session that cannot be moved like that
 ├ RehearsalFailed     a rehearsal that cannot be, or whose desk ended by itself
 ├ FileUnreadable      a file named on the command line
 ├ FileUnwritable      a file named on the command line
 └ Refusal             a web request that is not served
"""

from dataclasses import dataclass
from pathlib import Path


class DeskError(Exception):
    """Base of all errors that a person is told about."""


@dataclass(frozen=True)
class Fault:
    """One fault of a setting: where it stands (file and line, or variable) and what is wrong."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class ConfigFaults(DeskError):
    """The settings cannot be used; `faults` holds all that is wrong with them."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("設定に誤りがあります。\n" + "\n".join(f"  {fault}" for fault in faults))


class ContentBroken(DeskError):
    """The content cannot be used; `faults` says where and why."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("知識ベースに誤りがあります。\n" + "\n".join(f"  {fault}" for fault in faults))


class DatabaseTooNew(DeskError):
    """The database was migrated by a later version than this one."""

    def __init__(self, wanted: str) -> None:
        super().__init__(
            f"データベースの版が、このプログラムの版({wanted})より新しいようです。新しいプログラムで動かしてください。"
        )


class DatabaseNotReady(DeskError):
    """The database's schema is not the one this version works with."""

    def __init__(self, found: str | None, wanted: str) -> None:
        state = "まだ用意されていません" if found is None else f"版が違います({found})"
        super().__init__(
            f"データベースが{state}。必要な版は {wanted} です。`python -m bot migrate` を実行してください。"
        )


class DatabaseUnreachable(DeskError):
    """The database cannot be opened."""

    def __init__(self, shown: str, cause: BaseException) -> None:
        kind = type(cause).__name__
        super().__init__(
            f"データベース {shown} を開けません({kind})。置き場所と権限、DATABASE_URL を確かめてください。"
        )


class PortTaken(DeskError):
    """The web server cannot listen on its address."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(
            f"{host}:{port} で待ち受けできません({reason})。config.yaml の channels.web.port か "
            "環境変数 DESK__CHANNELS__WEB__PORT で別の番号にしてください。"
        )


class ChannelNotReady(DeskError):
    """A channel cannot start: what is wrong, and what mends it (both without a full stop at the end).

    `seconds` is how long the platform asks to wait: then it mends itself.
    """

    def __init__(self, channel: str, what: str, mend: str, seconds: float | None = None) -> None:
        self.seconds = seconds
        super().__init__(f"{channel}: {what}。{mend}。")


class DeliveryNotSettled(DeskError):
    """A delivery cannot be settled like that: why, and what to do (without a full stop at the end)."""

    def __init__(self, delivery: int, why: str) -> None:
        super().__init__(f"返信 {delivery} に決着をつけられません。{why}。")


class PasswordNotSet(DeskError):
    """A password of the console cannot be set: why, and what to do (without a full stop at the end)."""

    def __init__(self, login: str, why: str) -> None:
        super().__init__(f"{login} のパスワードを設定できません。{why}。")


class NotPublished(DeskError):
    """Entries cannot be published; `faults` says why, all at once."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("公開できません。\n" + "\n".join(f"  {fault}" for fault in faults))


class CurationRefused(DeskError):
    """A curator cannot do something: why (without a full stop at the end)."""

    def __init__(self, why: str) -> None:
        super().__init__(f"{why}。")


class SessionNotMoved(DeskError):
    """A session cannot be moved: why (without a full stop at the end)."""

    def __init__(self, why: str) -> None:
        super().__init__(f"日程を変えられません。{why}。")


class NoticeRefused(DeskError):
    """Something cannot be done to a notice: why, as a whole sentence of phrases.yaml."""


class RehearsalFailed(DeskError):
    """A rehearsal cannot be played to its end: why (without a full stop at the end)."""

    def __init__(self, why: str) -> None:
        super().__init__(f"通し稽古ができません。{why}。")


class FileUnreadable(DeskError):
    """A file named on the command line cannot be read."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} を読めません({reason})。")


class FileUnwritable(DeskError):
    """A file named on the command line cannot be written."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} に書けません({reason})。")


class Refusal(DeskError):
    """A web request that is not served: HTTP `status`, and `code`, which names the phrase `error_<code>`."""

    def __init__(self, status: int, code: str, retry_after: int | None = None) -> None:
        self.status = status
        self.code = code
        self.retry_after = retry_after
        super().__init__(f"{status} {code}")
