"""Structured logs without message bodies, secrets, or values inside of exceptions, at any level.

What libraries say is not trusted: PTB and httpx print the token (it stands in the URL), Bolt and the Slack SDK
print whole requests. Of their lines only the place in the code is kept, and those below WARNING not at all.
"""

import logging
import sys
import threading
import traceback
from types import TracebackType
from typing import Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

PRIVATE = frozenset({"text", "body", "question", "content", "payload", "token", "cookie", "key"})
FRAMES_SHOWN = 6
OURS = "bot"
TALKATIVE = (
    "telegram",
    "httpx",
    "httpcore",
    "slack_sdk",
    "slack_bolt",
    "aiohttp",
    "asyncio",
    "sqlalchemy",
    "apscheduler",
)

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def configure_log(level: str, form: Literal["json", "console"], stream: TextIO = sys.stderr) -> None:
    """Send our own logs from `level` on, and those of libraries from WARNING on, to `stream`."""
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        drop_private,
        exception_without_values,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    _route_standard_logging(level, shared, _renderer(form), stream)


def drop_private(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Take out every value whose name says that a person wrote it or that it is secret."""
    return {name: value for name, value in event.items() if name not in PRIVATE}


def exception_without_values(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Show an exception as its class and places: its message may quote what a person wrote."""
    found = event.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()
    if isinstance(found, BaseException):
        found = (type(found), found, found.__traceback__)
    if found and found[0] is not None:
        event["exception"] = found[0].__qualname__
        event["places"] = _places(found)
    return event


def _places(found: ExcInfo) -> list[str]:
    frames = traceback.extract_tb(found[2])[-FRAMES_SHOWN:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]


def place_only(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Of a library's line, keep where it was said instead of what."""
    record: logging.LogRecord = event["_record"]
    event["event"] = "a library reports"
    event["place"] = f"{record.module}:{record.lineno} {record.funcName}"
    return event


def _hook_errors() -> None:
    """Log what nobody handles; Python itself would print the values inside of the exception."""
    log = structlog.get_logger(OURS)

    def in_process(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        log.critical("ended by an error", exc_info=(kind, error, trace))

    def in_thread(told: threading.ExceptHookArgs) -> None:
        log.error("thread ended by an error", exc_info=told.exc_value)

    def in_finaliser(told: "sys.UnraisableHookArgs") -> None:
        log.error("error nobody could handle", exc_info=told.exc_value)

    sys.excepthook, threading.excepthook, sys.unraisablehook = in_process, in_thread, in_finaliser


def _renderer(form: Literal["json", "console"]) -> Processor:
    if form == "console":
        return structlog.dev.ConsoleRenderer(colors=False)
    return structlog.processors.JSONRenderer(ensure_ascii=False)


def _route_standard_logging(level: str, shared: list[Processor], render: Processor, stream: TextIO) -> None:
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[place_only, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger(OURS).setLevel(level.upper())
    _hook_errors()
