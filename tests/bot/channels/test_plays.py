"""All transcripts over the real service and real sockets: every channel, every room, both databases."""

from collections.abc import Iterator, Mapping
from zlib import crc32

import pytest

from bot import app
from bot.channels import console
from knowledge.book import Book
from tests.bot.channels.doors import migrated
from tests.bot.channels.house import Kind, open_house
from tests.bot.channels.stage import RealHouse
from tests.bot.transcripts import BLOCK, CROWD, EDIT, FORGE, FORGET, Transcript, play, transcripts

KINDS = {
    "sqlite, polled, topics": Kind("sqlite", "poll", "socket", has_topics=True),
    "sqlite, hooked": Kind("sqlite", "webhook", "http", has_topics=False),
    "postgresql, hooked, topics": Kind("postgresql", "webhook", "http", has_topics=True),
    "postgresql, polled": Kind("postgresql", "poll", "socket", has_topics=False),
}
# What participants can do on each channel, beside writing and tapping.
ABLE: Mapping[str, frozenset[str]] = {
    "web": frozenset({CROWD, FORGET, FORGE}),
    "telegram": frozenset({CROWD, FORGET, FORGE, EDIT, BLOCK}),
    "slack": frozenset({CROWD, FORGET, FORGE, EDIT}),
    "console": frozenset(),
}
CHATS, ROOMS = ("slack", "telegram"), ("slack", "telegram", "console")
ALL = dict(transcripts())
CORE = [name for name in ALL if name.startswith("core-")]


def _casts() -> Iterator[object]:
    """Every transcript once, with a house, a channel and a room that go by its name."""
    for name, transcript in ALL.items():
        if not transcript.apart and name not in CORE:
            lot = crc32(name.encode())
            channels = [channel for channel, able in ABLE.items() if transcript.needs <= able]
            rooms = CHATS if transcript.chat else ROOMS
            kind = list(KINDS)[lot % len(KINDS)]
            room, by = rooms[lot // 4 % len(rooms)], channels[lot // 12 % len(channels)]
            yield pytest.param(kind, transcript, by, {"佐藤": room}, id=f"{kind}-{by}-{room}-{name}")


def _all_pairs() -> Iterator[object]:
    """The core from every channel to every room; rooms that are the same in two houses are met in one."""
    for kind, wanted in KINDS.items():
        for room in CHATS if wanted.has_topics else ("telegram", "console"):
            for by in ABLE:
                for name in (name for name in CORE if ALL[name].needs <= ABLE[by]):
                    yield pytest.param(kind, ALL[name], by, {"佐藤": room}, id=f"{kind}-{by}-{room}-{name}")


def _apart() -> Iterator[object]:
    """Two rooms at once: each transcript with every pair of them."""
    for name, transcript in ALL.items():
        if transcript.apart:
            for number, kind in enumerate(list(KINDS)[:3]):
                own = {"佐藤": ROOMS[number], "鈴木": ROOMS[number - 1]}
                by = list(ABLE)[number]
                yield pytest.param(kind, transcript, by, own, id=f"{kind}-{by}-{'+'.join(own.values())}-{name}")


@pytest.fixture(scope="module")
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, book: Book) -> Iterator[RealHouse]:
    """Chores come quickly, and the terminal waits for no answer where there is none."""
    kind = KINDS[request.param]
    with pytest.MonkeyPatch.context() as patch, migrated(kind.database, request, tmp_path_factory.mktemp("h")) as url:
        patch.setattr(app, "TEND_SECONDS", 0.2)
        patch.setattr(app, "GROUP_SECONDS", 0.2)
        patch.setattr(console, "PATIENCE_SECONDS", 0.2)
        with open_house(kind, url, book) as house:
            yield house


@pytest.mark.parametrize(
    ("house", "transcript", "by", "rooms"), [*_casts(), *_all_pairs(), *_apart()], indirect=["house"], scope="module"
)
def test_a_play_goes_as_it_is_written_over_real_channels(
    house: RealHouse, transcript: Transcript, by: str, rooms: Mapping[str, str]
) -> None:
    play(house.stage(transcript, by, rooms), transcript)
