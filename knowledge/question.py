"""A message understood: its normalised text, its parts, what it names, and what it leans on."""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from knowledge.calendar import JAPAN, Asked, Calendar, Span
from knowledge.dates import find_span
from knowledge.finding import Turn
from knowledge.kana import KanaDecoder
from knowledge.leaning import complete
from knowledge.normalise import Rewrite, is_english, is_kana_only, normalise
from knowledge.ordinals import find_numbers, find_shift
from knowledge.reading import Reader
from knowledge.schema import Entry, Programme, Slot, Subject, Vocabulary
from knowledge.sentences import asking_sentences, split_sentences
from knowledge.words import WordBook

# The view of a text as its sounds are most likely written.
BY_SOUND = "by sound"

_LONGEST = 1_000
_LONG = 90
_SHORT = 70
_WHOLE = 100
_BEFORE = 60
_SAYS = re.compile(r"\w")
_CLAUSE_END = re.compile(r"(?<=と、)|(?<=と,)|(?<=、)|(?<=かと)(?=\S{3})|(?<=,)\s|(?<= and)\s")
_PAIR = re.compile(r"^(.{2,16}?)と(.{2,16}?)(?:は|って|も|の)?、?それぞれ(.+)$")
_POINTS_BACK = re.compile(
    r"(?:^|[、。\s])(?:それ|これ|あれ|その|この|あの|そこ|そちら|そっち|じゃあ|では|ほか|他に|のほう)|(?:それ|その|この|あれ|これ)(?:[はがをもにのって]|回|日|人|方|会|前|時|次)|"
    r"(?:のほう|の方)は[?。]?$|(?:^|じゃあ|では)\S{1,6}は[?。]?$|\b(?:it|that|they|he|she|one|then|there)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Part:
    """One question within a message. `views` are the ways it is searched, each with a name."""

    text: str
    views: tuple[tuple[str, str], ...]
    leaning_views: tuple[tuple[str, str], ...]
    subjects: frozenset[Subject]
    context_subjects: frozenset[Subject]
    denied: frozenset[Subject]
    aspects: frozenset[str]
    asked: Asked
    points_back: bool
    session_from_context: bool
    answered: frozenset[str]

    @property
    def all_views(self) -> tuple[tuple[str, str], ...]:
        """The part's own views, then those that lean on what came before."""
        return (*self.views, *self.leaning_views)


@dataclass(frozen=True)
class Question:
    """A whole message: the rewrites of its surface, and its parts in order.

    `finer` is a second reading that takes a sentence for two questions (「料金と、時間を」); empty
    where there is none.
    """

    rewrites: tuple[Rewrite, ...]
    text: str
    sound: str
    english: bool
    parts: tuple[Part, ...]
    finer: tuple[Part, ...]


@dataclass(frozen=True)
class Context:
    """What was said before: texts, the entries that answered, the subjects and the session spoken of."""

    texts: tuple[str, ...]
    subjects: frozenset[Subject]
    answered: frozenset[str]
    session: int | None


class Understanding:
    """Turns raw messages into questions. Holds word lists only; nothing in it changes."""

    def __init__(
        self,
        reader: Reader,
        words: WordBook,
        decoder: KanaDecoder,
        is_known: Callable[[str], bool],
        programme: Programme,
        vocabulary: Vocabulary,
    ) -> None:
        self._reader = reader
        self._words = words
        self._decoder = decoder
        self._is_known = is_known
        self._programme = programme
        self._vocabulary = vocabulary
        self._filler = re.compile("|".join(f"(?:{pattern})" for pattern in vocabulary.filler))
        self._corrections = [(re.compile(wrong), right) for wrong, right in vocabulary.corrections]

    def understand(self, raw: str, turns: Sequence[Turn], entries: dict[str, Entry], at: dt.datetime) -> Question:
        """The question in `raw`, asked at `at` after `turns` (oldest first)."""
        rewrites = self._normalise(raw)
        text = rewrites[-1].text
        context = self._context(turns, entries, at)
        sentences = [s for s in split_sentences(text) if self._strip(s)] or ([text] if _SAYS.search(text) else [])
        asking = asking_sentences(sentences)[-3:]
        parts = tuple(self._part(s, text, sentences, context, at) for s in asking)
        halves = [half for sentence in asking for half in self._halves(sentence)] if len(text) <= _LONG else []
        return Question(
            rewrites=rewrites,
            text=text,
            sound=self._reader.sound(text),
            english=is_english(text),
            parts=parts,
            finer=tuple(self._part(h, h, halves, context, at) for h in halves[:4]) if len(halves) > len(asking) else (),
        )

    def _halves(self, sentence: str) -> list[str]:
        """A sentence taken for several questions, where each piece asks for something of its own."""
        pairs = self._pair(sentence)
        if pairs:
            return pairs
        pieces = [p for p in _CLAUSE_END.split(sentence) if p]
        halves: list[str] = []
        asked: frozenset[str] = frozenset()
        for piece in pieces:
            aspects = self._words.aspects(piece)
            if halves and not (aspects - asked and asked - aspects):
                halves[-1] += piece
            else:
                halves.append(piece)
            asked = self._words.aspects(halves[-1])
        return halves

    def _pair(self, sentence: str) -> list[str]:
        """「AとBはそれぞれ何回」 as 「Aは何回」 and 「Bは何回」."""
        match = _PAIR.match(sentence)
        if not match or not (self._subjects(match[1]) and self._subjects(match[2])):
            return []
        return [match[1] + match[3], match[2] + match[3]]

    def _normalise(self, raw: str) -> tuple[Rewrite, ...]:
        rewrites = normalise(raw[:_LONGEST])
        text = rewrites[-1].text
        for wrong, right in self._corrections:
            text = wrong.sub(right, text)
        return rewrites if text == rewrites[-1].text else (*rewrites, Rewrite("corrections", text))

    def _strip(self, sentence: str) -> str:
        """A sentence without its politeness; what is left may be empty."""
        return self._filler.sub("", sentence).strip(" 、。,.!?~・")

    def _part(self, sentence: str, text: str, sentences: list[str], context: Context, at: dt.datetime) -> Part:
        before = " ".join(sentences[: sentences.index(sentence)])
        core = self._complete(self._strip(sentence) or sentence, before, context)
        views = self._views(core, text if len(sentences) > 1 and len(text) <= _WHOLE else core)
        heard = " ".join(text for _, text in views if _ != "whole")
        points_back = bool(_POINTS_BACK.search(sentence))
        asked = self._asked(core, text, context, points_back, at)
        denied = self._words.denied(heard) - self._subjects(heard)
        subjects = self._subjects(heard)
        leans = points_back or not subjects
        return Part(
            text=core,
            views=tuple(views),
            leaning_views=tuple(self._leaning_views(core, before, context, denied)) if leans else (),
            subjects=subjects,
            context_subjects=(self._subjects(before) or context.subjects) - denied,
            denied=denied,
            aspects=self._words.aspects(heard),
            asked=asked,
            points_back=points_back,
            session_from_context=bool(asked.sessions) and not asked.span and not find_numbers(text, self._last),
            answered=context.answered,
        )

    def _may_be_misspelt(self, text: str) -> bool:
        """Kana alone, or a word that the base does not have, in a text short enough for one word to matter."""
        if is_english(text):
            return False
        if is_kana_only(text):
            return True
        return len(text) <= _SHORT and not all(map(self._is_known, self._words.content_forms(text)))

    def _complete(self, core: str, before: str, context: Context) -> str:
        """An elliptical question that sets one thing against another, made whole."""
        befores = [before] if before else [self._strip(text) for text in reversed(context.texts)]
        return complete(core, befores, self._vocabulary.contrasts) or core

    def _views(self, core: str, whole: str) -> list[tuple[str, str]]:
        views = [("core", core)]
        if whole != core:
            views.append(("whole", self._strip(whole)))
        if self._may_be_misspelt(core):
            decoded = self._decoder.decode(self._reader.sound(core))
            if decoded != core:
                views.append((BY_SOUND, decoded))
        return views

    def _leaning_views(
        self, core: str, before: str, context: Context, denied: frozenset[Subject]
    ) -> list[tuple[str, str]]:
        last = self._strip(before) or (self._strip(context.texts[-1]) if context.texts else "")
        if not last:
            return []
        subjects = (self._subjects(before) or context.subjects) - denied
        named = [self._vocabulary.subjects[s][0] for s in Subject if s in subjects and s in self._vocabulary.subjects]
        views = [("about " + named[0], f"{named[0]} {core}")] if named else []
        return [*views, ("with what came before", f"{last[-_BEFORE:]} {core}")]

    def _subjects(self, text: str) -> frozenset[Subject]:
        return self._words.subjects(text, self._reader.sound(text))

    def _context(self, turns: Sequence[Turn], entries: dict[str, Entry], at: dt.datetime) -> Context:
        texts = tuple(self._normalise(t.text)[-1].text for t in turns[-4:])
        answered = [entries[i] for t in turns[-3:] for i in t.entries if i in entries]
        named = next((self._subjects(t) for t in reversed(texts) if self._subjects(t)), frozenset())
        spoken_of = frozenset(s for e in answered[-1:] for s in e.about[:1])
        subjects = (named & spoken_of) or named or spoken_of
        just_answered = frozenset(turns[-1].entries) if turns else frozenset()
        return Context(texts, subjects, just_answered, self._session_spoken_of(turns, entries, at))

    def _session_spoken_of(self, turns: Sequence[Turn], entries: dict[str, Entry], at: dt.datetime) -> int | None:
        """The session that the conversation has come to: named, moved on to (その次は), or answered with."""
        session: int | None = None
        for turn in turns:
            text = self._normalise(turn.text)[-1].text
            named = find_numbers(text, self._last) or self._sessions_in(self._span(text, at))
            answered = [entries[i] for i in turn.entries if i in entries]
            shift = find_shift(text)
            if named:
                session = named[-1]
            elif session and shift is not None:
                session += shift
            else:
                session = next((s for s in (self._session_of(e, at) for e in answered) if s), session)
        return session

    def _session_of(self, entry: Entry, at: dt.datetime) -> int | None:
        """The session an entry is about; entries on what comes next are about the next one."""
        if entry.slot is not Slot.NO_SESSION:
            return entry.session
        coming = Calendar(self._programme, at).next_session
        return coming.number if coming else None

    def _asked(self, core: str, text: str, context: Context, points_back: bool, at: dt.datetime) -> Asked:
        span = self._span(core, at) or self._span(text, at)
        numbers = find_numbers(core, self._last) or find_numbers(text, self._last)
        if numbers:
            return Asked(numbers, span)
        shift = find_shift(core)
        if shift is not None and (context.session or shift > 1):
            return Asked(self._existing((context.session or self._latest(at)) + shift), span)
        if points_back and context.session and not span:
            return Asked((context.session,), None)
        return Asked(self._sessions_in(span) if span and span.begins == span.ends else (), span)

    def _latest(self, at: dt.datetime) -> int:
        """The number of the latest session that has begun; 0 before the first."""
        return self._last - len(Calendar(self._programme, at).upcoming)

    def _existing(self, number: int) -> tuple[int, ...]:
        return (number,) if 1 <= number <= self._last else ()

    def _sessions_in(self, span: Span | None) -> tuple[int, ...]:
        if not span:
            return ()
        return tuple(s.number for s in self._programme.seminars.sessions if span.holds(s.date))

    def _span(self, text: str, at: dt.datetime) -> Span | None:
        return find_span(text, at.astimezone(JAPAN).date(), self._season)

    @property
    def _season(self) -> Span:
        """The days that a date without a year can mean: a quarter either side of the desk's own period."""
        desk = self._programme.periods["desk"]
        quarter = dt.timedelta(days=91)
        return Span(desk.begins - quarter, desk.ends + quarter, "")

    @property
    def _last(self) -> int:
        return self._programme.seminars.sessions[-1].number
