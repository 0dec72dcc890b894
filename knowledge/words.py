"""The words of a question: content words, with synonyms standing for one another."""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from knowledge.reading import Reader, fold_sound
from knowledge.schema import Subject, Vocabulary


class WordBook:
    """Reads texts into search terms by the vocabulary."""

    def __init__(self, reader: Reader, vocabulary: Vocabulary) -> None:
        self._reader = reader
        self._says_nothing = frozenset(vocabulary.says_nothing)
        self._aspects = {name: re.compile(pattern) for name, pattern in vocabulary.aspects.items()}
        self._denials = {subject: re.compile(pattern) for subject, pattern in vocabulary.denials.items()}
        self._kin = {s: frozenset(k for group in vocabulary.kin if s in group for k in group) | {s} for s in Subject}
        self._group = dict(self._groups(vocabulary))
        self._subjects = [
            (subject, word, fold_sound("".join(w.reading for w in reader.read(word))))
            for subject, words in vocabulary.subjects.items()
            for word in words
        ]
        self.terms = lru_cache(maxsize=2_000)(self._terms)

    def _groups(self, vocabulary: Vocabulary) -> Iterable[tuple[str, str]]:
        for group in vocabulary.synonyms:
            for word in group:
                forms = [w.form for w in self._reader.read(word) if w.is_content]
                yield "".join(forms) or word, group[0]

    def _terms(self, text: str) -> tuple[str, ...]:
        """Content words by normalised form, compounds of two, and the group a word belongs to."""
        words = [w for w in self._reader.read(text) if w.is_content and w.form not in self._says_nothing]
        forms = [w.form for w in words]
        pairs = [a + b for a, b in pairwise(forms)]
        groups = [f"={self._group[f]}" for f in [*forms, *pairs] if f in self._group]
        return (*forms, *(p for p in pairs if len(p) <= 8), *groups)

    def content_forms(self, text: str) -> tuple[str, ...]:
        """The content words that say something, each once."""
        words = self._reader.read(text)
        return tuple(dict.fromkeys(w.form for w in words if w.is_content and w.form not in self._says_nothing))

    def group_of(self, form: str) -> str | None:
        return self._group.get(form)

    def subjects(self, text: str, sound: str) -> frozenset[Subject]:
        """The subjects a text names, by writing or, for words of five sounds and more, by sound."""
        text = text.lower()
        return frozenset(
            subject for subject, word, heard in self._subjects if word in text or (len(heard) >= 5 and heard in sound)
        )

    def denied(self, text: str) -> frozenset[Subject]:
        """The subjects that a text speaks against."""
        return frozenset(subject for subject, pattern in self._denials.items() if pattern.search(text.lower()))

    def kin(self, subjects: frozenset[Subject]) -> frozenset[Subject]:
        """These subjects and those that share their ground."""
        return frozenset().union(*(self._kin[s] for s in subjects))

    @property
    def aspect_names(self) -> tuple[str, ...]:
        return tuple(self._aspects)

    def aspects(self, text: str) -> frozenset[str]:
        """What a text wants to know (when, where, how much ...), by the vocabulary's patterns."""
        text = text.lower()
        return frozenset(name for name, pattern in self._aspects.items() if pattern.search(text))
