"""The sentences that channels and pages say; their wording is content."""

from bot.ports import Words
from bot.web.console_history import MORE_LINES
from handlers.command import COMMANDS
from handlers.media import KINDS, OTHER_KIND
from handlers.posts import LINES
from handlers.staff import SENDING

# With every value that a sentence may name.
SENTENCES: dict[str, dict[str, object]] = {
    "welcome": {},
    "banner_clock": {"now": "今日"},
    "sorry_broken": {"number": 1},
    "staff_broken": {},
    "source": {"source": "チラシ"},
    "rated_up": {},
    "rated_down": {},
    "slack_answered_in_dm": {},
    "slack_home_seminars": {},
    "slack_home_no_seminars": {},
    "slack_home_how": {},
    **{f"slack_form_{act}": {"number": 1} for act in SENDING},
    "slack_form_send": {},
    "slack_form_leave": {},
    "slack_form_asked": {"asked": "質問"},
    "slack_form_words": {},
    "slack_form_preview": {},
    "slack_form_seen": {"text": "回答"},
    "slack_form_search": {},
    "slack_form_nothing": {},
    "slack_form_insert": {},
    "slack_form_empty": {},
    "slack_form_too_long": {"limit": 1},
    **{key: {"name": "佐藤", "text": "評価"} for key in (*LINES.values(), *MORE_LINES.values())},
    "media_question": {"kind": "写真"},
    **{f"command_{name}": {} for name in COMMANDS},
    **{key: {} for key in (*KINDS.values(), OTHER_KIND)},
    "correction": {"title": "参加費", "answer": "無料です"},
    "error_bad_request": {"limit": 1, "seconds": 1},
    "error_forbidden": {"limit": 1, "seconds": 1},
    "error_no_session": {"limit": 1, "seconds": 1},
    "error_not_found": {"limit": 1, "seconds": 1},
    "error_not_allowed": {"limit": 1, "seconds": 1},
    "error_too_long": {"limit": 1, "seconds": 1},
    "error_too_many": {"limit": 1, "seconds": 1},
    "error_internal": {"limit": 1, "seconds": 1},
}


def missing_sentences(words: Words) -> list[str]:
    """One fault for each sentence that cannot be said."""
    return [f"phrases.yaml: {key}: 文がないか、空欄の名前が違います" for key in SENTENCES if _fails(words, key)]


def _fails(words: Words, key: str) -> bool:
    try:
        return not words.phrase(key, **SENTENCES[key])
    except (KeyError, IndexError, ValueError):
        return True
