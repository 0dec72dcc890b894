"""Published entries back in the content's files: each in its place, the rest of the file as it was."""

from collections.abc import Iterable, Iterator, Sequence

import yaml

from knowledge.load import PUBLISHED, Content
from knowledge.schema import Entry
from knowledge.sheet import Sheet, entries_text, indented, sheet_text


def changed_topics(base: Content, content: Content) -> Iterator[tuple[str, tuple[Entry, ...]]]:
    """The topics of which `content` has entries that `base` has not or has otherwise, each with these."""
    known = {entry.id: entry for entry in base.entries}
    for topic in content.topics:
        entries = tuple(entry for entry in topic.entries if known.get(entry.id) != entry)
        if entries:
            yield topic.topic, entries


def published_text(entries: Sequence[Entry]) -> str:
    """A new file for entries that belong to no topic yet."""
    return sheet_text(Sheet(topic=PUBLISHED, entries=tuple(entries)))


def merged_text(text: str, entries: Iterable[Entry]) -> str:
    """A topic's file with entries in place of those that have the same ids; others are added at its end."""
    nodes = _entries(yaml.compose(text, Loader=yaml.SafeLoader))
    fresh = {entry.id: entry for entry in entries}
    lines = text.splitlines(keepends=True)
    begins = [node.start_mark.line for node in nodes.value]
    pieces = ["".join(lines[: begins[0]])]
    for node, begin, end in zip(nodes.value, begins, [*begins[1:], len(lines)], strict=True):
        entry = fresh.pop(_id(node), None)
        old = lines[begin:end]
        pieces.append("".join(old) if entry is None else _block(entry, nodes.start_mark.column) + _rest(old))
    return "".join([*pieces, *(_block(entry, nodes.start_mark.column) for entry in fresh.values())])


def _entries(root: yaml.Node | None) -> yaml.SequenceNode:
    """Where the entries stand, in a file that was read before."""
    assert isinstance(root, yaml.MappingNode)
    entries = next(value for key, value in root.value if key.value == "entries")
    assert isinstance(entries, yaml.SequenceNode)
    return entries


def _id(node: yaml.Node) -> str:
    return next(str(value.value) for key, value in node.value if key.value == "id")


def _block(entry: Entry, column: int) -> str:
    return indented(entries_text([entry]), column)


def _rest(lines: Sequence[str]) -> str:
    """The empty lines and comments that stand after an entry."""
    kept = len(lines)
    while kept and (not lines[kept - 1].strip() or lines[kept - 1].lstrip().startswith("#")):
        kept -= 1
    return "".join(lines[kept:])
