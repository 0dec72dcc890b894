"""Moments in Japan time, written short."""

import datetime as dt

from knowledge.calendar import JAPAN


def at(moment: str) -> dt.datetime:
    """「2022-06-29 13:30」 as an aware moment in Japan time."""
    return dt.datetime.fromisoformat(moment).replace(tzinfo=JAPAN)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)
