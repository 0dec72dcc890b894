"""The sentences that channels and pages say; their wording is content."""

from bot.notice_words import SENTENCES as NOTICES_OF_STAFF
from bot.ports import Words
from bot.web.console_history import MORE_LINES
from handlers.command import COMMANDS
from handlers.media import KINDS, OTHER_KIND
from handlers.posts import LINES
from handlers.staff import SENDING
from knowledge.announcement import NoticeTopic

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
    "slack_home_notices": {},
    **{f"topic_{topic}": {} for topic in NoticeTopic},
    "notice_settings": {},
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
    **{f"programme_warning_{name}": {} for name in ("began", "day_off", "weekday")},
    "programme_correction_follows": {},
    "calendar_name": {},
    "calendar_only": {"topics": "セミナー"},
    "calendar_session": {"number": 1, "title": "題"},
    "calendar_session_about": {"number": 1, "parts": "話", "form": "https://example.org/"},
    "calendar_online": {},
    "calendar_alarm_day_before": {"number": 1, "starts": "13:30"},
    "calendar_alarm_hour_before": {"number": 1, "starts": "13:30"},
    "calendar_deadline": {"title": "申込み", "shown": "6月30日(木)"},
    "calendar_apply": {"form": "https://example.org/"},
    "calendar_desk_opens": {},
    "calendar_desk_last_day": {},
    "calendar_desk_about": {"shown": "7月"},
    "error_unknown_topic": {"limit": 1, "seconds": 1},
    **NOTICES_OF_STAFF,
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
