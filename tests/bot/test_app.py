"""What a desk loads by being put together."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOADED = """
import sys
import bot.app
print(*sorted({"telegram", "slack_bolt", "slack_sdk", "aiohttp"} & set(sys.modules)))
"""


def test_the_libraries_of_channels_are_loaded_only_where_those_are_used() -> None:
    """They would take a twentieth of the memory of a desk that has the web chat alone."""
    run = [sys.executable, "-c", LOADED]
    loaded = subprocess.run(run, cwd=ROOT, check=True, capture_output=True, text=True).stdout

    assert loaded.split() == []
