"""The programme that ships with the desk, read alone."""

from functools import cache
from pathlib import Path

import yaml

from knowledge.schema import Danger, Programme

FOLDER = Path(__file__).parents[2] / "knowledge"


@cache
def shipped_programme() -> Programme:
    return Programme.model_validate(yaml.safe_load((FOLDER / "programme.yaml").read_text(encoding="utf-8")))


@cache
def shipped_danger() -> Danger:
    return Danger.model_validate(yaml.safe_load((FOLDER / "danger.yaml").read_text(encoding="utf-8")))
