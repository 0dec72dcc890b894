"""Question files: one JSON object a line in, one a line out. A broken line spoils only itself."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from bot.asking import Asked
from bot.errors import FileUnreadable


class Question(BaseModel):
    """One line: `turns` are earlier messages of the same person. Other keys are left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str
    text: str
    at: AwareDatetime | None = None
    turns: tuple[str, ...] = ()


Q = TypeVar("Q", bound=Question)


@dataclass(frozen=True)
class BrokenLine:
    """A line (from 1) that holds no question, and why."""

    line: int
    error: str


def read_questions(path: Path, kind: type[Q]) -> Iterator[Q | BrokenLine]:
    """All lines that are not blank, as questions of a kind. Raises FileUnreadable."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FileUnreadable(path, error.strerror or "") from None
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if line.strip():
            yield _read(number, line, kind)


def _read(number: int, line: bytes, kind: type[Q]) -> Q | BrokenLine:
    try:
        return kind.model_validate_json(line.decode("utf-8"))
    except UnicodeDecodeError:
        return BrokenLine(number, "UTF-8として読めません")
    except ValidationError as error:
        return BrokenLine(number, _reason(error))


def _reason(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    if first["type"] == "json_invalid":
        return "JSONとして読めません"
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"


def as_line(question_id: str | None, asked: Asked) -> str:
    """The reply to a question as one line of JSON."""
    return json.dumps(
        {
            "id": question_id,
            "outcome": asked.outcome,
            "text": asked.reply.text,
            "entries": asked.reply.entries,
            "suggestions": [asdict(suggestion) for suggestion in asked.suggestions],
            "confidence": round(asked.finding.confidence, 4),
            "ms": asked.ms,
        },
        ensure_ascii=False,
    )


def as_error_line(broken: BrokenLine) -> str:
    """A broken line as one line of JSON."""
    return json.dumps({"id": None, "line": broken.line, "error": broken.error}, ensure_ascii=False)
