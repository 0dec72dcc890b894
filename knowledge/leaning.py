"""Follow-ups made whole: what a short question leaves out, filled in from what was said before."""

import re
from collections.abc import Sequence

_ELLIPSIS = re.compile(
    r"^(?:じゃあ?|では|なら|それなら|で|あと)?[、,\s]*(.{1,12}?)(?:は|のほうは|の方は|だと|なら|のは|についても?|って)?[?。]?$"
)


def swap_contrast(before: str, text: str, contrasts: Sequence[Sequence[str]]) -> str | None:
    """「今年は?」 after 「去年は何地域?」 gives 「今年は何地域?」; None where nothing stands against anything."""
    match = _ELLIPSIS.match(text)
    if not match or len(text) > 16:
        return None
    for group in contrasts:
        new = next((word for word in group if word in match[1]), None)
        old = next((word for word in group if word in before and word != new), None)
        if new and old:
            return before.replace(old, new)
    return None
