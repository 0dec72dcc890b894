"""YAML to types, reporting every fault with its file and entry."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from knowledge.schema import Danger, Entry, Programme, RankingFile, Topic, Vocabulary

M = TypeVar("M", bound=BaseModel)


class ContentFaults(Exception):
    """The content cannot be used; `faults` says where and why, one sentence each."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = list(faults)
        super().__init__("\n".join(self.faults))


@dataclass(frozen=True)
class Phrases:
    """Every sentence the bot itself says: by key, in Japanese and, where given, in English."""

    japanese: dict[str, str]
    english: dict[str, str]

    def say(self, key: str, english: bool, /, **values: object) -> str:
        """The sentence for `key` with `values` filled in. Raises KeyError for an unknown key."""
        chosen = self.english.get(key) if english else None
        return (chosen or self.japanese[key]).format(**values)


@dataclass(frozen=True)
class Content:
    """All that the folder `knowledge/` holds, read and checked for form."""

    topics: tuple[Topic, ...]
    programme: Programme
    phrases: Phrases
    vocabulary: Vocabulary
    danger: Danger
    ranking: RankingFile
    menu: tuple[str, ...]

    @property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(entry for topic in self.topics for entry in topic.entries)


def load_content(folder: Path) -> Content:
    """Reads the folder. Raises ContentFaults with all faults of all files at once."""
    faults: list[str] = []
    topics = [_read(file, Topic, faults) for file in sorted((folder / "faq").glob("*.yaml"))]
    programme = _read(folder / "programme.yaml", Programme, faults)
    vocabulary = _read(folder / "vocabulary.yaml", Vocabulary, faults)
    danger = _read(folder / "danger.yaml", Danger, faults)
    ranking = _read(folder / "ranking.yaml", RankingFile, faults)
    phrases = _read_yaml(folder / "phrases.yaml", faults)
    if faults or not (programme and vocabulary and danger and ranking):
        raise ContentFaults(faults)
    read_topics = tuple(t for t in topics if t)
    said = phrases["phrases"]
    japanese = {key: value["ja"].strip() for key, value in said.items()}
    english = {key: value["en"].strip() for key, value in said.items() if "en" in value}
    return Content(
        read_topics,
        programme,
        Phrases(japanese, english),
        vocabulary,
        danger,
        ranking,
        tuple(phrases["menu"]),
    )


def _read_yaml(file: Path, faults: list[str]) -> dict[str, Any]:
    try:
        value = yaml.safe_load(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        faults.append(f"{file.name}: ファイルがありません。")
    except UnicodeDecodeError as error:
        faults.append(f"{file.name}: UTF-8 ではありません({error.start} バイト目)。")
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"{mark.line + 1} 行目: " if mark else ""
        faults.append(f"{file.name}: {line}YAML として読めません({getattr(error, 'problem', error)})。")
    else:
        if isinstance(value, dict):
            return value
        faults.append(f"{file.name}: 先頭が「キー: 値」の形ではありません。")
    return {}


def _read(file: Path, model: type[M], faults: list[str]) -> M | None:
    before = len(faults)
    value = _read_yaml(file, faults)
    if len(faults) > before:
        return None
    try:
        return model.model_validate(value)
    except ValidationError as error:
        faults += [f"{file.name}: {_place(value, e['loc'])}: {e['msg']}" for e in error.errors()]
        return None


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
