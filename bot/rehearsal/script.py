"""The sentences of simulated people, read from script.yaml."""

from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field

from knowledge.announcement import NoticeTopic
from knowledge.schema import ClockTime

FILE = Path(__file__).parent / "script.yaml"

Sentences = Annotated[tuple[str, ...], Field(min_length=1)]


class OwnNotice(BaseModel):
    """What a member writes, to go `day` days after the first one played, at a time of that day."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    day: int
    at: ClockTime
    topic: NoticeTopic
    title: str
    text: str


class Script(BaseModel):
    """All that is said beside the questions of the knowledge base."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    leaving: Sentences
    answers: Sentences
    asking_back: Sentences
    notice: OwnNotice


def read_script() -> Script:
    """The script."""
    return Script.model_validate(yaml.safe_load(FILE.read_text(encoding="utf-8")))
