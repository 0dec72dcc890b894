"""Whole plays of participants and staff, on both databases, with the real book."""

import pytest

from bot.store.transactions import Store
from knowledge.book import Book
from tests.bot.fakes import FixedClock
from tests.bot.theatre import plain_stage
from tests.bot.transcripts import Transcript, play, transcripts
from tests.moments import at

PLAYS = [pytest.param(transcript, id=name) for name, transcript in transcripts() if not transcript.apart]


@pytest.mark.parametrize("transcript", PLAYS)
def test_a_play_goes_as_it_is_written(store: Store, book: Book, transcript: Transcript) -> None:
    play(plain_stage(store, book, transcript.rules, FixedClock(at(transcript.at))), transcript)
