"""Whole plays of participants and staff, on both databases, with the real book."""

import pytest

from bot.cards import BookCards
from bot.reading import decide_by
from bot.store.transactions import Store
from knowledge.book import Book
from tests.bot.fakes import FixedClock
from tests.bot.theatre import plain_stage
from tests.bot.transcripts import Transcript, play, transcripts
from tests.moments import at

PLAYS = [pytest.param(transcript, id=name) for name, transcript in transcripts()]


@pytest.mark.parametrize("transcript", PLAYS)
def test_a_play_goes_as_it_is_written(store: Store, book: Book, transcript: Transcript) -> None:
    rules = transcript.rules
    clock = FixedClock(at(transcript.at))
    cards = BookCards(lambda: book, rules, clock)
    play(plain_stage(store, decide_by(book), cards, cards.due, rules, clock), transcript)
