"""The real book, built once for all tests that ask it something."""

from pathlib import Path

import pytest

from knowledge.book import Book
from knowledge.build import Edition, first_edition
from knowledge.load import load_content

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def shipped() -> Edition:
    """The book as it is shipped, with what newer ones are made from."""
    return first_edition(load_content(ROOT / "knowledge"), ROOT / "knowledge" / "templates", ROOT / "var" / "index")


@pytest.fixture(scope="session")
def book(shipped: Edition) -> Book:
    return shipped.book
