"""YAML read together with the line that each key stands on."""

from collections.abc import Hashable
from dataclasses import dataclass, field

import yaml

Path = tuple[str, ...]


@dataclass
class MarkedYaml:
    """The values of a YAML text, the line (from 1) of each path, and what is wrong with its form."""

    data: dict[str, object] = field(default_factory=dict)
    lines: dict[Path, int] = field(default_factory=dict)
    faults: list[tuple[int, str]] = field(default_factory=list)


def read_marked(text: str) -> MarkedYaml:
    """Read a YAML mapping. Never raises: broken form ends up in `faults`."""
    marked = MarkedYaml()
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        marked.faults.append((_line_of(error), "YAMLとして読めません"))
        return marked
    if isinstance(node, yaml.MappingNode):
        marked.data = _mapping(node, (), marked)
    elif node is not None:
        marked.faults.append((node.start_mark.line + 1, "「名前: 値」の形で書いてください"))
    return marked


def _line_of(error: yaml.YAMLError) -> int:
    mark = getattr(error, "problem_mark", None)
    return mark.line + 1 if mark else 1


def _mapping(node: yaml.MappingNode, path: Path, marked: MarkedYaml) -> dict[str, object]:
    values: dict[str, object] = {}
    for key_node, value_node in node.value:
        key, line = str(_scalar(key_node)), key_node.start_mark.line + 1
        if key in values:
            marked.faults.append((line, f"{'.'.join((*path, key))} が二度書かれています"))
        marked.lines[(*path, key)] = line
        values[key] = _value(value_node, (*path, key), marked)
    return values


def _value(node: yaml.Node, path: Path, marked: MarkedYaml) -> object:
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, marked)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*path, str(n)), marked) for n, item in enumerate(node.value)]
    return _scalar(node)


def _scalar(node: yaml.Node) -> Hashable:
    """The value of one scalar; what looks like a date but is none stays a string."""
    try:
        value: Hashable = yaml.SafeLoader("").construct_object(node)
    except (ValueError, yaml.YAMLError):
        value = str(node.value)
    return value
