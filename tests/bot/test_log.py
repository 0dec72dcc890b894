"""Logs never hold what people wrote, whatever goes wrong and at whatever level."""

import io
import json
import logging
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
    yield
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
    logging.getLogger("uvicorn.error").warning("busy")
    assert SECRET not in stream.getvalue()
    assert "busy" in stream.getvalue()


def test_our_own_lines_below_the_level_are_left_out() -> None:
    stream = logged(level="warning")
    structlog.get_logger("bot.test").info("received")
    assert stream.getvalue() == ""
