"""A curator's sheet: entries in the form of knowledge/faq/, as they are worked on before they are published."""

from collections.abc import Iterable, Sequence
from typing import Any

import yaml

from knowledge.files import read_checked_text
from knowledge.lint.entries import folded
from knowledge.load import PUBLISHED, PUBLISHED_TITLE
from knowledge.personal import marks_left, unconfirmed
from knowledge.schema import Content, Entry, Id, Kind

# The source of what staff answered and no material tells.
OWN_SOURCE = "応援デスクの回答"


class Sheet(Content):
    """A topic's file with two keys more: the draft it was made from, and what stands in it that looks personal
    and is none, as somebody confirmed."""

    topic: Id = PUBLISHED
    title: str = PUBLISHED_TITLE
    draft: int | None = None
    confirmed: tuple[str, ...] = ()
    entries: tuple[Entry, ...]


def read_sheet(name: str, text: str, faults: list[str]) -> Sheet | None:
    """The sheet in a text; None where its form has faults, which are added to `faults`."""
    return read_checked_text(name, text, Sheet, faults)


def personal_faults(sheet: Sheet, known: Iterable[Entry]) -> list[str]:
    """What looks personal and nobody decided on, in Japanese; what stands in the entries `known` is public already."""
    public = {entry.id: "\n".join(_texts(entry)) for entry in known}
    faults = []
    for entry in sheet.entries:
        text = "\n".join(_texts(entry))
        faults += [
            f"[{entry.id}]: 印「{mark}」が残っています。消すか、書き直してください。" for mark in marks_left(text)
        ]
        faults += [
            f"[{entry.id}]: 「{said}」は個人に関わることのようです。消すか、そうでなければ confirmed に書いてください。"
            for said in unconfirmed(text, sheet.confirmed)
            if said not in public.get(entry.id, "") and not marks_left(text)
        ]
    return faults


def begun(entry_id: str, questions: Iterable[str], answer: str) -> Entry:
    """A new entry to be worked on: a title is still missing, and phrasings may be."""
    return Entry.model_construct(
        id=entry_id, title="", source=OWN_SOURCE, phrasings=_told_apart(questions), answer=answer
    )


def answered_anew(entry: Entry, questions: Iterable[str], answer: str) -> Entry:
    """The entry with another answer, in Japanese alone, that staff gave to these questions; no gap any more."""
    changed = {"kind": Kind.ANSWER, "source": OWN_SOURCE, "answer": answer, "english": ""}
    return entry.model_copy(update={**changed, "phrasings": _told_apart([*entry.phrasings, *questions])})


def sheet_text(sheet: Sheet, remarks: Iterable[str] = ()) -> str:
    """The sheet as YAML, with remarks above it."""
    values: dict[str, Any] = {"topic": sheet.topic, "title": sheet.title}
    if sheet.draft is not None:
        values |= {"draft": sheet.draft, "confirmed": _Inline(sheet.confirmed)}
    return "".join(f"# {line}\n" for line in remarks) + _dump({**values, "entries": []}, sheet.entries)


def entries_text(entries: Sequence[Entry]) -> str:
    """Entries as they stand in a topic's file."""
    return _to_yaml([_values(entry) for entry in entries])


def indented(text: str, columns: int) -> str:
    """A text further to the right."""
    return "".join(" " * columns + line if line.strip() else line for line in text.splitlines(keepends=True))


def _told_apart(phrasings: Iterable[str]) -> tuple[str, ...]:
    """Each once, however it is typed, as it stands first."""
    first: dict[str, str] = {}
    for phrasing in phrasings:
        first.setdefault(folded(phrasing), phrasing)
    return tuple(first.values())


def _texts(entry: Entry) -> tuple[str, ...]:
    return entry.title, *entry.phrasings, entry.answer, entry.note, entry.english, entry.source


def _dump(head: dict[str, Any], entries: Sequence[Entry]) -> str:
    text = _to_yaml(head)
    return text.replace("entries: []\n", f"entries:\n{indented(entries_text(entries), 2)}")


class _Inline(tuple[Any, ...]):
    """A list on one line."""


class _Dumper(yaml.SafeDumper):
    """Writes as the content is written: lists indented, texts of several lines as blocks."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, False)


def _text_node(dumper: _Dumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


def _inline_node(dumper: _Dumper, values: _Inline) -> yaml.Node:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=True)


_Dumper.add_representer(str, _text_node)
_Dumper.add_representer(_Inline, _inline_node)


def _to_yaml(values: Any) -> str:
    return yaml.dump(values, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1_000)


def _values(entry: Entry) -> dict[str, Any]:
    """What of an entry is not as it would be anyway."""
    values = entry.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    inline = {name: _Inline(values[name]) for name in ("about", "related") if name in values}
    valid = {"valid": {k: v for k, v in values["valid"].items() if v is not None}} if "valid" in values else {}
    return values | inline | valid
