"""Content files: from YAML to checked values, with every fault told as a sentence."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

M = TypeVar("M", bound=BaseModel)

_SAID = {
    "missing": "この欄がありません。",
    "extra_forbidden": "この名前の欄はありません。",
    "enum": "{expected} のどれかにしてください。",
    "string_type": "文字にしてください。",
    "string_too_short": "空にはできません。",
    "string_too_long": "{max_length}字以内にしてください。",
    "string_pattern_mismatch": "英小文字・数字・ハイフンだけで書いてください。",
    "too_short": "{min_length}個以上にしてください(いまは{actual_length}個)。",
    "int_type": "整数にしてください。",
    "int_parsing": "整数にしてください。",
    "float_parsing": "数にしてください。",
    "dict_type": "「キー: 値」の形にしてください。",
    "model_type": "「キー: 値」の形にしてください。",
    "tuple_type": "並び(- で始まる行)にしてください。",
    "date_type": "日付にしてください。",
    "date_from_datetime_parsing": "日付にしてください。",
    "datetime_from_date_parsing": "日時にしてください。",
    "value_error": "{error}",
}


def read_checked(file: Path, model: type[M], faults: list[str]) -> M | None:
    """The values of a file as a `model`; None where it has faults, which are added to `faults`."""
    values = read_yaml(file, faults)
    return None if values is None else _checked(file.name, values, model, faults)


def read_checked_text(name: str, text: str, model: type[M], faults: list[str]) -> M | None:
    """The same for a text that stands in no file, called `name` where it has faults."""
    told: list[str] = []
    values = _mapping(_parse_text(text, told), told)
    faults += [f"{name}: {fault}" for fault in told]
    return None if values is None else _checked(name, values, model, faults)


def _checked(name: str, values: dict[str, Any], model: type[M], faults: list[str]) -> M | None:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        faults += [f"{name}: {_place(values, e['loc'])}: {_said(e)}" for e in error.errors()]
        return None


def read_yaml(file: Path, faults: list[str]) -> dict[str, Any] | None:
    """The mapping in a file; None where it cannot be read as one, with the reason added to `faults`."""
    told: list[str] = []
    values = _mapping(_parse(file, told), told)
    faults += [f"{file.name}: {fault}" for fault in told]
    return values


def _mapping(value: Any, faults: list[str]) -> dict[str, Any] | None:
    if not faults and not isinstance(value, dict):
        faults.append("先頭が「キー: 値」の形ではありません。")
    return None if faults else value


def _parse(file: Path, faults: list[str]) -> Any:
    try:
        return _parse_text(file.read_text(encoding="utf-8"), faults)
    except FileNotFoundError:
        faults.append("ファイルがありません。")
    except OSError as error:
        faults.append(f"ファイルを読めません({error.strerror})。")
    except UnicodeDecodeError as error:
        faults.append(f"UTF-8 ではありません({error.start + 1} バイト目)。")
    return None


def _parse_text(text: str, faults: list[str]) -> Any:
    try:
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
        faults += _repeated_keys(node)
        return yaml.CSafeLoader("").construct_document(node) if node else None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"{mark.line + 1} 行目: " if mark else ""
        faults.append(f"{line}YAML として読めません({getattr(error, 'problem', None) or error})。")
    except ValueError as error:
        faults.append(f"ありえない日付か数があります({error})。")
    return None


def _repeated_keys(node: yaml.Node | None) -> Iterator[str]:
    """Keys that stand twice in one mapping, where YAML would silently take the last."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield f"{key.start_mark.line + 1} 行目: 「{key.value}」が二度書かれています。"
            seen.add(str(key.value))
            yield from _repeated_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _repeated_keys(item)


def _said(error: ErrorDetails) -> str:
    said = _SAID.get(error["type"])
    return said.format(**error.get("ctx", {})) if said else error["msg"]


def _place(value: Any, location: tuple[int | str, ...]) -> str:
    """Where a fault is, with the id of the entry in place of its position."""
    names: list[str] = []
    for step in location:
        value = _child(value, step)
        known = value.get("id") if isinstance(value, dict) else None
        names.append(f"[{known}]" if known else str(step))
    return ".".join(names)


def _child(value: Any, step: int | str) -> Any:
    if isinstance(value, dict):
        return value.get(step)
    return value[step] if isinstance(value, list) and isinstance(step, int) and step < len(value) else None
