"""Small contents with a fault, and what is found of it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from knowledge.lint import find_faults
from knowledge.load import load_content
from tests.knowledge.folder import entry, programme, topic, write_folder


def faults(tmp_path: Path, replaced: Mapping[str, Any] | None = None) -> list[str]:
    """What is found of the small content, with files replaced."""
    folder = write_folder(tmp_path, replaced)
    return find_faults(load_content(folder), folder / "templates")


def of_fee(tmp_path: Path, **other: Any) -> list[str]:
    return faults(tmp_path, topic(entry("fee", **other), entry("day")))


def of_programme(tmp_path: Path, **other: Any) -> list[str]:
    return faults(tmp_path, {"programme.yaml": programme(**other)})


def windows(**other: Any) -> dict[str, Any]:
    return {"windows": programme()["windows"] | other}


def sessions(*of: Mapping[str, Any]) -> dict[str, Any]:
    return {"seminars": {"starts": "13:30", "ends": "16:00", "sessions": list(of)}}
