"""Spoils JSON values in every way that a wire, a bug or a stranger might; the same seed, the same spoiling."""

import copy
from random import Random
from typing import Any

ODD: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    2**31,
    2**63,
    -(2**63) - 1,
    10**40,
    1e308,
    float("nan"),
    float("-inf"),
    "",
    " ",
    "0",
    "\x00",
    "\ud83d",
    "\udc00あ",
    "\u202eこんにちは\u200d",
    "👨‍👩‍👧‍👦" * 50,
    "あ" * 5000,
    [],
    {},
    [[]],
    [None, 3, "x", {}],
    {"id": {"id": {"id": []}}},
    {"": "\x00"},
)


def mutated(value: Any, random: Random) -> Any:
    """A copy with one to four places spoilt."""
    spoilt = copy.deepcopy(value)
    for _ in range(random.randint(1, 4)):
        spoilt = _spoil(spoilt, random)
    return spoilt


def _spoil(value: Any, random: Random) -> Any:
    """Go down a random way, and change what is there."""
    if isinstance(value, dict) and value and random.random() < 0.9:
        _spoil_dict(value, random)
        return value
    if isinstance(value, list) and value and random.random() < 0.8:
        index = random.randrange(len(value))
        value[index] = _spoil(value[index], random)
        return value
    return _replaced(value, random)


def _spoil_dict(value: dict[str, Any], random: Random) -> None:
    key = random.choice(list(value))
    match random.randrange(6):
        case 0:
            del value[key]
        case 1:
            value[random.choice(list(value))] = copy.deepcopy(value[key])
        case 2:
            value[f"{key}\ud800" if random.random() < 0.2 else f"{key}_"] = value.pop(key)
        case _:
            value[key] = _spoil(value[key], random)


def _replaced(value: Any, random: Random) -> Any:
    match random.randrange(5):
        case 0:
            return [copy.deepcopy(value)]
        case 1:
            return {"id": copy.deepcopy(value)}
        case 2:
            return _nested(value, random.randint(1, 200))
        case _:
            return copy.deepcopy(random.choice(ODD))


def _nested(value: Any, depth: int) -> Any:
    for _ in range(depth):
        value = {"reply_to_message": value}
    return value
