"""Column types: moments that are always UTC, and values kept as JSON."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import JSON, DateTime, Dialect, Enum
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[datetime]):
    """A moment in UTC. Raises ValueError for a datetime that does not know its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Value(TypeDecorator[Any]):
    """A frozen dataclass (or a union of them) kept as JSON."""

    impl = JSON
    cache_ok = True

    def __init__(self, adapter: TypeAdapter[Any]) -> None:
        super().__init__()
        self.adapter = adapter

    def process_bind_param(self, value: object, _dialect: Dialect) -> object:
        return None if value is None else self.adapter.dump_python(value, mode="json")

    def process_result_value(self, value: object, _dialect: Dialect) -> object:
        return None if value is None else self.adapter.validate_python(value)


def one_of(kind: type[StrEnum]) -> Enum:
    """A column for one of a few named states, kept as its value."""
    return Enum(kind, native_enum=False, length=16, values_callable=lambda states: [s.value for s in states])
