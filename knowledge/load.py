"""The content folder, read whole, with every fault of every file told at once."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from knowledge.announcement import NOTHING_ANNOUNCED, AnnouncementFile
from knowledge.files import read_checked
from knowledge.schema import Canned, CannedFile, Danger, Entry, PhraseFile, Programme, RankingFile, Topic, Vocabulary

# The topic of entries that were published from a running desk and belong to no other.
PUBLISHED = "published"
PUBLISHED_TITLE = "応援デスクで公開した項目"


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
    canned: tuple[Canned, ...] = ()
    announcements: AnnouncementFile = NOTHING_ANNOUNCED

    @property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(entry for topic in self.topics for entry in topic.entries)


def load_content(folder: Path) -> Content:
    """Reads the folder. Raises ContentFaults with all faults of all files at once."""
    faults: list[str] = []
    topics = _read_topics(folder / "faq", faults)
    programme = read_checked(folder / "programme.yaml", Programme, faults)
    vocabulary = read_checked(folder / "vocabulary.yaml", Vocabulary, faults)
    danger = read_checked(folder / "danger.yaml", Danger, faults)
    ranking = read_checked(folder / "ranking.yaml", RankingFile, faults)
    phrases = read_checked(folder / "phrases.yaml", PhraseFile, faults)
    canned = _read_canned(folder / "canned.yaml", faults)
    announced = _read_announcements(folder / "announcements.yaml", faults)
    if faults or not (programme and vocabulary and danger and ranking and phrases):
        raise ContentFaults(faults)
    return Content(topics, programme, _phrases(phrases), vocabulary, danger, ranking, phrases.menu, canned, announced)


def with_entries(content: Content, entries: Iterable[Entry]) -> Content:
    """The content with some entries in place of those with the same ids; new ones stand in a topic of their own."""
    fresh = {entry.id: entry for entry in entries}
    topics = tuple(
        topic.model_copy(update={"entries": tuple(fresh.pop(entry.id, entry) for entry in topic.entries)})
        for topic in content.topics
    )
    others = tuple(topic for topic in topics if topic.topic != PUBLISHED)
    own = next((topic.entries for topic in topics if topic.topic == PUBLISHED), ())
    more = (Topic(topic=PUBLISHED, title=PUBLISHED_TITLE, entries=(*own, *fresh.values())),) if own or fresh else ()
    return replace(content, topics=(*others, *more))


def _read_topics(folder: Path, faults: list[str]) -> tuple[Topic, ...]:
    files = sorted(folder.glob("*.yaml"))
    if not files:
        faults.append(f"{folder.name}/: 項目のファイル(*.yaml)が一つもありません。")
    topics = {file: read_checked(file, Topic, faults) for file in files}
    faults += [
        f"{file.name}: topic: 「{topic.topic}」がファイルの名前と違います。"
        for file, topic in topics.items()
        if topic and topic.topic != file.stem
    ]
    return tuple(topic for topic in topics.values() if topic)


def _read_canned(file: Path, faults: list[str]) -> tuple[Canned, ...]:
    """The answers written beforehand; a desk can do without."""
    read = read_checked(file, CannedFile, faults) if file.exists() else None
    return read.canned if read else ()


def _read_announcements(file: Path, faults: list[str]) -> AnnouncementFile:
    """What is pushed; without the file that is nothing."""
    read = read_checked(file, AnnouncementFile, faults) if file.exists() else None
    return read or NOTHING_ANNOUNCED


def _phrases(file: PhraseFile) -> Phrases:
    said = file.phrases.items()
    return Phrases({key: s.ja for key, s in said}, {key: s.en for key, s in said if s.en})
