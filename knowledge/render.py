"""Answers from templates: what an entry says at one moment."""

import datetime as dt
import re
from copy import copy
from functools import cache
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined, Template
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import SandboxedEnvironment

from knowledge.calendar import Asked, Calendar, day_text
from knowledge.schema import Programme


class Renderer:
    """Renders templates against the calendar.

    Names in a template: session(n), card(n), card_en(n), glance(), hours, starts, ends, briefing, windows,
    periods, forms, sessions, remaining, running, next_session, earliest_joinable, today, asked.
    """

    def __init__(self, templates: Path, programme: Programme) -> None:
        self._programme = programme
        self._environment = SandboxedEnvironment(
            loader=FileSystemLoader(templates),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            autoescape=False,
        )
        self.compile = cache(self._environment.from_string)

    def by(self, programme: Programme) -> "Renderer":
        """The same templates, which stay compiled, against another calendar."""
        other = copy(self)
        other._programme = programme
        return other

    def render(self, template: str, at: dt.datetime, asked: Asked, /, **more: object) -> str:
        """The text at `at`; the template may also name `more`. Raises jinja2.TemplateError where it is at fault."""
        names = self._names(Calendar(self._programme, at), asked)
        macros = self._macros().make_module(names)
        names |= {name: macro for name, macro in vars(macros).items() if not name.startswith("_")}
        return _tidy(self.compile(template).render(names | more))

    def names_in(self, template: str) -> frozenset[str]:
        """The names a template uses; empty for one that always reads the same. Raises TemplateSyntaxError."""
        return frozenset(find_undeclared_variables(self._environment.parse(template)))

    def _macros(self) -> Template:
        return self._environment.get_template("macros.j2")

    def _names(self, calendar: Calendar, asked: Asked) -> dict[str, object]:
        seminars = self._programme.seminars
        return {
            "session": calendar.session,
            "hours": f"{seminars.starts}~{seminars.ends}",
            "starts": seminars.starts,
            "ends": seminars.ends,
            "briefing": calendar.briefing,
            "windows": {name: calendar.window(name) for name in self._programme.windows},
            "periods": {name: calendar.period(name) for name in self._programme.periods},
            "forms": self._programme.forms,
            "sessions": calendar.sessions,
            "remaining": calendar.remaining,
            "running": calendar.running,
            "next_session": calendar.next_session,
            "earliest_joinable": calendar.earliest_joinable,
            "today": day_text(calendar.local.date()),
            "asked": calendar.view(asked),
        }


def _tidy(text: str) -> str:
    lines = (line.rstrip() for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
