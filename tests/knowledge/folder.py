"""A small content folder without a fault, written to disk, with the parts a test wants otherwise."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

PHRASINGS = {
    "fee": ["参加費は", "いくら", "無料ですか", "お金", "料金", "払うの", "費用", "会費"],
    "day": ["いつ", "日程", "何日", "開催日", "日にち", "どの日", "日時", "予定"],
}


def entry(entry_id: str, **other: Any) -> dict[str, Any]:
    """An entry that is right; `other` keys replace or add to it."""
    phrasings = PHRASINGS.get(entry_id) or [f"{entry_id} {n}" for n in range(8)]
    return {
        "id": entry_id,
        "title": entry_id,
        "source": "チラシ",
        "phrasings": phrasings,
        "answer": "お答えします。",
    } | other


def session(number: int, date: str) -> dict[str, Any]:
    return {"number": number, "date": date, "title": f"題{number}", "parts": ["話"]}


def window(closes: str, shown: str, **other: Any) -> dict[str, Any]:
    return {"title": "申込み", "closes": closes, "closes_shown": shown, "form": "all"} | other


def programme(**other: Any) -> dict[str, Any]:
    """A calendar of two sessions; `other` keys replace its parts."""
    return {
        "forms": {"all": "https://example.org/"},
        "briefing": {"title": "説明会", "date": "2022-06-01", "starts": "13:30", "ends": "14:30"},
        "windows": {
            "briefing": window("2022-05-31T12:00", "5月31日(火)正午"),
            "seminar_first": window("2022-06-24T12:00", "6月24日(金)正午"),
        },
        "periods": {
            "desk": {"title": "開設", "begins": "2022-07-01", "ends": "2022-08-01", "shown": "7月"},
        },
        "seminars": {
            "starts": "13:30",
            "ends": "16:00",
            "sessions": [session(1, "2022-06-29"), session(2, "2022-07-13")],
        },
    } | other


def _files() -> dict[str, Any]:
    """Every file of the folder by its path."""
    return {
        "faq/basics.yaml": {"topic": "basics", "title": "基本", "entries": [entry("fee"), entry("day")]},
        "programme.yaml": programme(),
        "phrases.yaml": {"menu": ["fee"], "phrases": {"welcome": {"ja": "ようこそ"}}},
        "vocabulary.yaml": {
            "subjects": {},
            "denials": {},
            "kin": [],
            "aspects": {"when": "いつ"},
            "synonyms": [],
            "contrasts": [],
            "filler": [],
        },
        "danger.yaml": {"lines": [], "kinds": []},
        "ranking.yaml": yaml.safe_load((Path(__file__).parents[2] / "knowledge" / "ranking.yaml").read_text("utf-8")),
    }


def topic(*entries: Mapping[str, Any], name: str = "basics") -> dict[str, Any]:
    return {f"faq/{name}.yaml": {"topic": name, "title": name, "entries": list(entries)}}


def write_folder(folder: Path, replaced: Mapping[str, Any] | None = None) -> Path:
    """The folder, with some files replaced: by values, or by text or bytes as they are to stand."""
    for name, content in {**_files(), **(replaced or {})}.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            file.write_bytes(content)
        else:
            text = content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True)
            file.write_text(text, encoding="utf-8")
    templates = folder / "templates"
    templates.mkdir(exist_ok=True)
    macros = "{% macro card(n) %}第{{ session(n).number }}回 {{ session(n).day }}{% endmacro %}"
    (templates / "macros.j2").write_text(macros + "{% macro card_en(n) %}{{ session(n).day_english }}{% endmacro %}")
    return folder
