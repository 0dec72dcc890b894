"""The guide for staff cannot go stale: what it names is there, and its drawings are what the desk would show."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from bot.channels.slack.taps import ALIASES, STAFF_COMMANDS
from bot.cli import parser
from bot.config import Config
from bot.notice_acts import RELEASING
from bot.rescheduling import MAY_MOVE
from bot.web.console_login import HOME
from handlers.command import as_meant
from handlers.message import Act, Command, Text
from handlers.onboard_start import wants_to_apply
from handlers.rules import Role
from handlers.staff import LONGEST_WORDS, act_of
from handlers.staff_lists import as_command
from handlers.wishes import comment_of
from handlers.wishes_notices import notice_wish
from knowledge.book import Book
from tests.guide.rooms import pictures
from tests.handlers.staffing import room

ROOT = Path(__file__).parents[1]
GUIDE = ROOT / "docs" / "手引き"
PAGES = sorted(GUIDE.glob("*.md"))
TEMPLATES = "".join(file.read_text("utf-8") for file in sorted((ROOT / "bot/web/templates").glob("console_*.html")))
LARGEST_PICTURE = 150_000
LONGEST_PAGE = 75
PREFIXES = {"返信": "reply", "聞き返し": "ask", "メモ": "note"}

_LABEL = re.compile("「(.+?)」")
_CODE = re.compile("`(.+?)`")
_COMMAND = re.compile(r"^ *python -m bot ([^&\n]+)", re.MULTILINE)
_PICTURE = re.compile(r"!\[(.*?)\]\((.+?)\)")
_FILLED_IN = re.compile(r"\{\w+\}")
_LINK = re.compile(r"(?<!!)\[.+?\]\((.+?)\)")


def found(pattern: re.Pattern[str]) -> list[tuple[str, str]]:
    """Each match with the page it stands on."""
    return [(page.name, match) for page in PAGES for match in pattern.findall(page.read_text("utf-8"))]


def test_every_picture_is_there_small_and_told_in_words() -> None:
    shown = [picture for page in PAGES for picture in _PICTURE.findall(page.read_text("utf-8"))]
    assert {GUIDE / target for _, target in shown} == set((GUIDE / "pictures").iterdir())
    assert [target for words, target in shown if len(words) < 10] == []
    assert [file.name for file in (GUIDE / "pictures").iterdir() if file.stat().st_size > LARGEST_PICTURE] == []


def test_the_drawings_show_what_the_desk_shows(book: Book) -> None:
    for name, svg in pictures(book).items():
        assert (GUIDE / "pictures" / name).read_text("utf-8") == svg, "python -m tests.guide makes them anew"


def test_every_link_leads_somewhere() -> None:
    for page, link in found(_LINK):
        target, _, heading = link.partition("#")
        assert (GUIDE / target).is_file(), (page, link)
        assert not heading or f"## {heading}\n" in (GUIDE / target).read_text("utf-8"), (page, link)


def test_every_page_is_in_the_contents_and_short() -> None:
    listed = set(_LINK.findall((GUIDE / "README.md").read_text("utf-8")))
    assert {page.name for page in PAGES} - {"README.md"} <= listed
    assert [page.name for page in PAGES if len(page.read_text("utf-8").splitlines()) > LONGEST_PAGE] == []


def test_every_label_stands_on_a_screen() -> None:
    screens = [*phrases(), *headings()]
    unknown = [one for one in found(_LABEL) if not any(re.fullmatch(form, one[1]) for form in screens)]
    assert [(page, label) for page, label in unknown if not is_in_console(label)] == []


def phrases() -> Iterator[str]:
    """What the desk says, whole, by lines and by sentences, as patterns: a name in braces stands for a few words."""
    known = yaml.safe_load((ROOT / "knowledge" / "phrases.yaml").read_text("utf-8"))["phrases"]
    for phrase in known.values():
        for part in {phrase["ja"].strip(), *re.findall("[^\n。]+。?", phrase["ja"])}:
            if len(re.findall(r"\w", _FILLED_IN.sub("", part))) > 1:
                yield r".{1,20}".join(map(re.escape, _FILLED_IN.split(part)))


def headings() -> Iterator[str]:
    """The headings of the README, which the guide points to."""
    return map(re.escape, re.findall("^#+ (.+)$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE))


def is_in_console(label: str) -> bool:
    return re.search(rf"[>\"]{re.escape(label)}[<(\"]", TEMPLATES) is not None


@pytest.mark.parametrize(("page", "code"), found(_CODE))
def test_what_can_be_typed_does_what_the_guide_says(page: str, code: str) -> None:
    assert any((is_for_the_room(code), is_command(code), is_for_participants(code), is_setting(code)))


@pytest.mark.parametrize("command", _COMMAND.findall((ROOT / "README.md").read_text("utf-8")))
def test_every_command_of_the_readme_can_be_given(command: str) -> None:
    assert parser().parse_args(shlex.split(command, comments=True))


def is_for_the_room(code: str) -> bool:
    """Words behind a prefix, as staff write them."""
    prefix, _, _ = code.partition(":")
    act = act_of(Text(code), room())
    return prefix in PREFIXES and isinstance(act, Act) and act.act == PREFIXES[prefix] and not act.words.count(":")


def is_command(code: str) -> bool:
    program, _, arguments = code.partition("python -m bot ")
    if not program and arguments:
        return bool(parser().parse_args(shlex.split(arguments.partition(" > ")[0])))
    name, _, rest = code.partition(" ")
    return code == HOME or isinstance(as_command(Text(code)), Command) or (name, rest) in in_slack()


def in_slack() -> set[tuple[str, str]]:
    return {("/desk", rest) for rest in (*ALIASES, *STAFF_COMMANDS)}


def is_for_participants(code: str) -> bool:
    is_wish = notice_wish(code) is not None or comment_of(f"{code} はやい") is not None
    return is_wish or wants_to_apply(code) or isinstance(as_meant(Text(code)), Command)


def is_setting(code: str) -> bool:
    return (ROOT / code).is_file() or code in Config.model_fields


def test_times_and_limits_are_those_of_the_settings() -> None:
    staff = Config().staff
    times = (GUIDE / "時間.md").read_text("utf-8")
    *first, last = staff.reminder_minutes
    for told in (
        f"{staff.hours.opens:%-H:%M}から{staff.hours.closes:%-H:%M}まで",
        "、".join(f"{minutes}分" for minutes in first),
        f"{last}分 |",
        f"{staff.expire_days:g}日たつと",
        f"{staff.reopen_days:g}日以内",
    ):
        assert told in times
    assert last == staff.sorry_minutes
    assert f"{LONGEST_WORDS}文字まで" in (GUIDE / "困ったとき.md").read_text("utf-8")


def test_what_the_guide_says_of_notices_is_as_the_settings_are() -> None:
    notices, told = Config().notices, (GUIDE / "お知らせ.md").read_text("utf-8")
    assert notices.approval == "second"
    assert f"{notices.quiet.begins:%-H}時から{notices.quiet.ends:%-H}時のあいだ" in told
    assert told.count("役割が lead か curator の人") == 2
    assert set(RELEASING) == set(MAY_MOVE) == {Role.LEAD, Role.CURATOR}
