"""An entry together with the file it stands in, so that a fault can name both."""

from dataclasses import dataclass

from knowledge.load import Content
from knowledge.schema import Entry


@dataclass(frozen=True)
class Placed:
    """An entry and its file."""

    file: str
    entry: Entry

    @property
    def name(self) -> str:
        return f"{self.file} [{self.entry.id}]"

    def fault(self, what: str) -> str:
        """A fault of this entry, as one sentence."""
        return f"{self.file}: [{self.entry.id}]: {what}"


def placed(content: Content) -> list[Placed]:
    """Every entry with its file, in order."""
    return [Placed(f"{topic.topic}.yaml", entry) for topic in content.topics for entry in topic.entries]
