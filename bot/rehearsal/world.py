"""The world outside of the desk: what arrived at people's, and how far the play has come.

It is kept in a file of its own, written at every step, so that it outlives the desk's process.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter

from bot.channels.base import Aim, Outgoing
from handlers.effects import Reply

TABLES = """
CREATE TABLE IF NOT EXISTS post (
    number INTEGER PRIMARY KEY, at TEXT, channel TEXT, address TEXT, delivery INTEGER, aim TEXT, said TEXT
);
CREATE INDEX IF NOT EXISTS post_by_delivery ON post (channel, delivery);
CREATE INDEX IF NOT EXISTS post_by_address ON post (channel, address, number);
CREATE TABLE IF NOT EXISTS done (key TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS blocked (channel TEXT, address TEXT, PRIMARY KEY (channel, address));
CREATE TABLE IF NOT EXISTS census (day TEXT, topic TEXT, subscribers INTEGER, PRIMARY KEY (day, topic));
CREATE TABLE IF NOT EXISTS note (name TEXT PRIMARY KEY, value TEXT);
"""
REPLIES = TypeAdapter(Reply)


@dataclass(frozen=True)
class Post:
    """Something that arrived, in the order of `number`; `at` is the desk's time."""

    number: int
    at: datetime
    channel: str
    address: str
    delivery: int
    aim: Aim
    reply: Reply


class World:
    """One rehearsal's world. What it was told is kept when the call returns, whatever happens to the process."""

    def __init__(self, file: Path) -> None:
        # Whoever ends the process may do so from the thread that writes to the desk's database.
        self._db = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.executescript(TABLES)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def take(self, at: datetime, channel: str, outgoing: Outgoing) -> str:
        """Something arrives; the platform's id of it."""
        said = REPLIES.dump_json(outgoing.reply).decode()
        row = (at.isoformat(), channel, outgoing.address, outgoing.id, outgoing.aim, said)
        columns = "at, channel, address, delivery, aim, said"
        number = self._db.execute(f"INSERT INTO post ({columns}) VALUES (?, ?, ?, ?, ?, ?)", row).lastrowid
        return f"p{number}"

    def ref(self, channel: str, delivery: int) -> str | None:
        """The platform's id of a delivery that arrived."""
        where = "SELECT number FROM post WHERE channel = ? AND delivery = ?"
        found = self._db.execute(where, (channel, delivery)).fetchone()
        return None if found is None else f"p{found[0]}"

    def latest(self, channel: str, address: str) -> Post | None:
        """What arrived last at an address."""
        return next(
            self._posts("WHERE channel = ? AND address = ? ORDER BY number DESC LIMIT 1", channel, address), None
        )

    def posts(self) -> list[Post]:
        """All that arrived, oldest first."""
        return list(self._posts("ORDER BY number"))

    def count(self) -> int:
        """How many posts arrived."""
        return int(self._db.execute("SELECT coalesce(max(number), 0) FROM post").fetchone()[0])

    def _posts(self, which: str, *values: object) -> Iterator[Post]:
        rows = self._db.execute(f"SELECT number, at, channel, address, delivery, aim, said FROM post {which}", values)
        for number, at, channel, address, delivery, aim, said in rows:
            moment = datetime.fromisoformat(at)
            yield Post(number, moment, channel, address, delivery, Aim(aim), REPLIES.validate_json(said))

    def block(self, channel: str, address: str) -> None:
        """Somebody wants nothing more from us."""
        self._db.execute("INSERT OR IGNORE INTO blocked VALUES (?, ?)", (channel, address))

    def unblock(self, channel: str, address: str) -> None:
        """Somebody can be written to again."""
        self._db.execute("DELETE FROM blocked WHERE channel = ? AND address = ?", (channel, address))

    def is_blocked(self, channel: str, address: str) -> bool:
        """Whether somebody wants nothing from us."""
        found = self._db.execute("SELECT 1 FROM blocked WHERE channel = ? AND address = ?", (channel, address))
        return found.fetchone() is not None

    def do(self, key: str) -> None:
        """A deed of the play is done."""
        self._db.execute("INSERT OR IGNORE INTO done VALUES (?)", (key,))

    def done(self) -> frozenset[str]:
        """The deeds that are done."""
        return frozenset(row[0] for row in self._db.execute("SELECT key FROM done"))

    def count_subscribers(self, day: str, counts: dict[str, int]) -> None:
        """How many want each topic at the beginning of a day."""
        rows = [(day, topic, count) for topic, count in counts.items()]
        self._db.executemany("INSERT OR REPLACE INTO census VALUES (?, ?, ?)", rows)

    def census(self) -> list[tuple[str, str, int]]:
        """Day, topic and subscribers, in order."""
        return list(self._db.execute("SELECT day, topic, subscribers FROM census ORDER BY day, topic"))

    def note(self, name: str, value: str) -> None:
        """Keep a value by its name."""
        self._db.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (name, value))

    def noted(self, name: str) -> str | None:
        """A value that was kept."""
        found = self._db.execute("SELECT value FROM note WHERE name = ?", (name,)).fetchone()
        return None if found is None else str(found[0])
