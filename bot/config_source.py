"""Where settings come from: the YAML file, then the environment over it; each value with its origin."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from bot.errors import Fault
from bot.marked_yaml import read_marked

PREFIX = "DESK__"
DATABASE_VARIABLE = "DATABASE_URL"
# What stands for no value, in a variable as in the file.
NOTHING = "null"

Place = tuple[str, ...]


class Section(BaseModel):
    """Base of every part of the settings: unknown keys are refused, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass
class Settings:
    """Raw values, the origin of each place ("config.yaml:3", "DESK__LOG__LEVEL"), and faults of form."""

    data: dict[str, object]
    origins: dict[Place, str]
    faults: list[Fault]
    file: str

    def where(self, place: Place) -> str:
        """The origin of a place, or of the nearest part above it."""
        for length in range(len(place), 0, -1):
            if place[:length] in self.origins:
                return self.origins[place[:length]]
        return self.file


def read_settings(path: Path, environ: Mapping[str, str]) -> Settings:
    """Read the file and lay the environment over it. Never raises: what is broken is a fault."""
    settings = _from_file(path)
    if DATABASE_VARIABLE in environ:
        _set(settings, ("database",), environ[DATABASE_VARIABLE], DATABASE_VARIABLE)
    for name in sorted(environ):
        if name.startswith(PREFIX):
            _set(settings, tuple(name.removeprefix(PREFIX).lower().split("__")), environ[name], name)
    return settings


def _from_file(path: Path) -> Settings:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        return Settings({}, {}, [Fault(path.name, f"ファイルを読めません({error.strerror})")], path.name)
    except UnicodeDecodeError:
        return Settings({}, {}, [Fault(path.name, "UTF-8で書いてください")], path.name)
    marked = read_marked(text)
    origins = {place: f"{path.name}:{line}" for place, line in marked.lines.items()}
    faults = [Fault(f"{path.name}:{line}", what) for line, what in marked.faults]
    return Settings(marked.data, origins, faults, path.name)


def _set(settings: Settings, place: Place, value: str, origin: str) -> None:
    """Put one value of the environment in its place; sections that are missing are made."""
    section = settings.data
    for name in place[:-1]:
        below = section.setdefault(name, {})
        if below is None:
            below = section[name] = {}
        if not isinstance(below, dict):
            settings.faults.append(Fault(origin, f"{'.'.join(place)}: この名前の設定はありません"))
            return
        section = below
    section[place[-1]] = None if value == NOTHING else value
    for length in range(1, len(place) + 1):
        settings.origins.setdefault(place[:length], origin)
    settings.origins[place] = origin
