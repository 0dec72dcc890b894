"""Logs never hold what people wrote, whatever goes wrong and at whatever level."""

import io
import json
import logging
import sys
import threading
from collections.abc import Iterator
from typing import Literal

import pytest
import structlog

from bot.log import configure_log

SECRET = "消えてしまいたい"


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    yield
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def logged(form: Literal["json", "console"] = "json", level: str = "debug") -> io.StringIO:
    stream = io.StringIO()
    configure_log(level, form, stream)
    return stream


def test_a_line_is_json_with_level_logger_and_time() -> None:
    stream = logged()
    structlog.get_logger("bot.test").info("received", channel="web")
    line = json.loads(stream.getvalue())
    assert (line["event"], line["level"], line["logger"], line["channel"]) == (
        "received",
        "info",
        "bot.test",
        "web",
    )
    assert line["timestamp"].endswith("Z")


@pytest.mark.parametrize("form", ["json", "console"])
def test_values_with_private_names_are_dropped(form: Literal["json", "console"]) -> None:
    stream = logged(form)
    structlog.get_logger("bot.test").debug("said", text=SECRET, body=SECRET, question=SECRET, delivery=3)
    assert SECRET not in stream.getvalue()
    assert "said" in stream.getvalue()


@pytest.mark.parametrize("form", ["json", "console"])
def test_an_exception_is_shown_without_its_message(form: Literal["json", "console"]) -> None:
    stream = logged(form)
    try:
        raise ValueError(f"cannot read {SECRET}")
    except ValueError:
        structlog.get_logger("bot.test").exception("undecided")
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
    assert stream.getvalue().count("ValueError") == 2
    assert "test_log.py" in stream.getvalue()
    assert SECRET not in stream.getvalue()


def test_libraries_are_heard_from_warning_on_only() -> None:
    stream = logged(level="debug")
    logging.getLogger("sqlalchemy.engine").info("INSERT %s", SECRET)
    logging.getLogger("httpx").info("GET /bot%s", SECRET)
    assert stream.getvalue() == ""
    logging.getLogger("uvicorn.error").warning("busy")
    assert json.loads(stream.getvalue())["logger"] == "uvicorn.error"


def test_of_what_a_library_says_only_the_place_is_kept() -> None:
    stream = logged()
    logging.getLogger("slack_bolt.AsyncApp").warning(f"Unhandled request ({{'text': '{SECRET}'}})")
    logging.getLogger("telegram.Bot").error("POST /bot%s/sendMessage", SECRET)
    assert SECRET not in stream.getvalue()
    first, second = map(json.loads, stream.getvalue().splitlines())
    assert first["place"].startswith("test_log:")
    assert (first["event"], second["level"]) == ("a library reports", "error")


def test_what_ends_the_process_is_told_without_its_values() -> None:
    stream = logged()
    try:
        raise ValueError(f"cannot read {SECRET}")
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)
    line = json.loads(stream.getvalue())
    assert (line["event"], line["exception"]) == ("ended by an error", "ValueError")
    assert SECRET not in stream.getvalue()


def test_our_own_lines_below_the_level_are_left_out() -> None:
    stream = logged(level="warning")
    structlog.get_logger("bot.test").info("received")
    assert stream.getvalue() == ""
