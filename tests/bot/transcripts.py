"""Transcripts of the staff desk, as they are written in tests/dialogues/desk: who did what, what each party saw."""

from datetime import date
from pathlib import Path
from typing import Self

import yaml
from pydantic import BaseModel, ConfigDict, model_validator

from handlers.rules import Rules
from knowledge.hours import BusinessHours, Closure
from tests.bot.theatre import Shown, Stage

# What not every channel lets participants do: block us, write anew what they wrote, see a post change or go, be many,
# send what was never offered.
BLOCK, EDIT, FORGET, CROWD, FORGE = "block", "edit", "forget", "crowd", "forge"
CLOSURE = Closure(date(2022, 12, 29), date(2023, 1, 3))
FOLDER = Path(__file__).parents[1] / "dialogues" / "desk"


class Scene(BaseModel):
    """One thing that somebody does, and what is to be seen after it; what is left out is not looked at.

    Of a participant (`who`): `says`, `taps`, `edits` (a text and what it becomes), `leaves` and comes back by what they
    do next, `forges` a staff button by its act. Of staff (`staff`): `writes` in the ticket's thread, `presses` a
    button, `fills` (a button that asks for words, and the words), `answers` a post that says the first by the second.
    `passes`: so many minutes. `sees`, `offers`, `lacks` look at what is new to that party since the scene before of
    theirs (for `stands` and `gone`: at all that stands there now); `silent`: nothing is new.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    who: str | None = None
    staff: str | None = None
    says: str | None = None
    taps: str | None = None
    edits: tuple[str, str] | None = None
    leaves: bool = False
    forges: str | None = None
    writes: str | None = None
    presses: str | None = None
    fills: tuple[str, str] | None = None
    answers: tuple[str, str] | None = None
    passes: float | None = None
    blocks: bool = False
    sees: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    stands: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    silent: bool = False

    @model_validator(mode="after")
    def _one_party(self) -> Self:
        if self.passes is None and (self.who is None) == (self.staff is None):
            raise ValueError("either who or staff")
        return self


class Transcript(BaseModel):
    """A play from a moment in Japan time. `confirm` changes the rules.

    `chat`: staff use what there is in chats alone, such as lists that answer a command. `apart`: members work in rooms
    of their own, which the plain stage has not.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    at: str = "2022-07-04 10:00"
    confirm: bool = False
    chat: bool = False
    apart: bool = False
    scenes: tuple[Scene, ...]

    @property
    def rules(self) -> Rules:
        hours = BusinessHours(closures=(CLOSURE,))
        return Rules(hours=hours, confirm=self.confirm)

    @property
    def needs(self) -> frozenset[str]:
        """What participants must be able to do: see BLOCK and the others."""
        found = {BLOCK} if any(scene.blocks for scene in self.scenes) else set()
        found |= {FORGE} if any(scene.forges for scene in self.scenes) else set()
        found |= {EDIT} if any(scene.edits for scene in self.scenes) else set()
        found |= {FORGET} if any(scene.who and scene.gone for scene in self.scenes) else set()
        return frozenset(found | ({CROWD} if len({scene.who for scene in self.scenes if scene.who}) > 1 else set()))


def transcripts() -> list[tuple[str, Transcript]]:
    """All of them, by file and name."""
    return [
        (f"{file.stem}-{play['name']}", Transcript.model_validate(play))
        for file in sorted(FOLDER.glob("*.yaml"))
        for play in yaml.safe_load(file.read_text(encoding="utf-8"))
    ]


def play(stage: Stage, transcript: Transcript) -> None:
    """Play it, and look at what each party sees."""
    known: dict[str, list[Shown]] = {}
    for number, scene in enumerate(transcript.scenes, start=1):
        party = scene.who or stage.room(scene.staff or "")
        _act(stage, scene)
        if scene.leaves:
            continue
        now = stage.heard(party) if scene.who else stage.seen(scene.staff or "")
        new = [post for post in now if post not in known.get(party, [])]
        _look(f"{transcript.name}, {number}", scene, new, now)
        known[party] = now


def _act(stage: Stage, scene: Scene) -> None:
    if scene.passes is not None:
        stage.wait(scene.passes)
    elif scene.who is not None:
        _act_as_participant(stage, scene, scene.who)
    elif scene.staff is not None:
        _act_as_staff(stage, scene, scene.staff)


def _act_as_participant(stage: Stage, scene: Scene, who: str) -> None:
    if scene.blocks:
        stage.block(who)
    if scene.says is not None:
        stage.say(who, scene.says)
    if scene.taps is not None:
        stage.tap(who, scene.taps)
    if scene.edits is not None:
        stage.edit(who, *scene.edits)
    if scene.forges is not None:
        stage.forge(who, scene.forges)
    if scene.leaves:
        stage.close_tab(who)


def _act_as_staff(stage: Stage, scene: Scene, member: str) -> None:
    if scene.writes is not None:
        stage.write(member, scene.writes)
    if scene.presses is not None:
        stage.press(member, scene.presses)
    if scene.fills is not None:
        stage.fill(member, *scene.fills)
    if scene.answers is not None:
        stage.answer(member, *scene.answers)


def _look(where: str, scene: Scene, new: list[Shown], now: list[Shown]) -> None:
    said = "\n".join(post.text for post in new)
    assert [part for part in scene.sees if part not in said] == [], f"{where}: {said}"
    assert [part for part in scene.lacks if part in said] == [], f"{where}: {said}"
    offered = {label for post in new for label in post.buttons}
    assert set(scene.offers) <= offered, f"{where}: {offered}"
    standing = "\n".join(post.text for post in now)
    assert [part for part in scene.stands if part not in standing] == [], f"{where}: {standing}"
    assert [part for part in scene.gone if part in standing] == [], f"{where}: {standing}"
    assert not (scene.silent and new), f"{where}: {said}"
