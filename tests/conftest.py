"""The real book, built once for all tests that ask it something."""

from pathlib import Path

import pytest

from knowledge.book import Book

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def book() -> Book:
    from knowledge.build import load_book

    return load_book(ROOT / "knowledge", ROOT / "var" / "index")
