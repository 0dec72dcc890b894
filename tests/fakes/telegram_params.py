"""What a method of the Bot API is called with, and how it refuses."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Params = Mapping[str, Any]


@dataclass
class ApiError(Exception):
    """An answer other than ok."""

    code: int
    description: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


def bad(reason: str) -> ApiError:
    return ApiError(400, f"Bad Request: {reason}")


def value(params: Params, name: str) -> Any:
    """A parameter that may have come as JSON inside of a form."""
    given = params.get(name)
    return json.loads(given) if isinstance(given, str) and given else given
