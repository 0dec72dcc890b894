"""Which sentence of phrases.yaml says what about a notice: its state, its history, why something did not arrive."""

from bot.notice_acts import BY_STAFF
from bot.ports import Words
from bot.store.moved_notices import OVERTAKEN
from bot.store.stuck import Verdict
from handlers.notice import NoticeAction, OccurrenceState
from handlers.timing import DESK_CLOSED, EXPIRED, FAILED, LATE, MOVED_AWAY, PAST

STATES = {state: f"notice_state_{state}" for state in OccurrenceState}
ACTIONS = {action: f"notice_did_{action}" for action in NoticeAction}
VERDICTS = {verdict: f"notice_verdict_{verdict}" for verdict in Verdict}
REASONS = {
    reason: f"notice_why_{reason}"
    for reason in (PAST, LATE, EXPIRED, DESK_CLOSED, MOVED_AWAY, FAILED, BY_STAFF, OVERTAKEN)
}
# What platforms say of those who cannot be reached, by the sentence for it.
FAILURES = {
    "notice_failed_blocked": ("blocked", "messages_tab_disabled"),
    "notice_failed_gone": (
        *("chat not found", "user not found", "channel_not_found", "user_not_found", "users_not_found"),
        *("user_disabled", "is_archived", "is_inactive", "thread not found", "thread_not_found"),
    ),
    "notice_failed_closed": (
        *("no rights", "not_in_channel", "restricted_action", "restricted_action_read_only_channel"),
        *("restricted_action_non_threadable_channel", "restricted_action_thread_locked", "thread closed"),
        "cannot_dm_bot",
    ),
    "notice_failed_refused": (
        *("bad request", "too long", "too_long", "msg_too_long", "msg_blocks_too_long", "invalid_blocks"),
        *("invalid_blocks_format", "invalid_arguments", "buttons", "empty", "no_text"),
    ),
    "notice_failed_unreached": ("unreachable", "never arrived", "timeout", "throttled", "turned away", "token"),
}
OTHER_FAILURE = "notice_failed_other"
_FAILURES = {reason: key for key, reasons in FAILURES.items() for reason in reasons}

REFUSED: dict[str, dict[str, object]] = {
    "stranger": {"login": "sato"},
    "state": {"state": "下書き"},
    "too_long": {"title": 40, "text": 1500},
    **{
        why: {}
        for why in (
            *("missing", "changed", "not_allowed", "own", "past", "outside", "no_time", "half_time", "no_word"),
            *("empty", "no_words", "no_mailbox", "nobody", "settled"),
        )
    },
}
BOARD: dict[str, object] = {
    "title": "お知らせ",
    "topic": "セミナー",
    "link": "https://example.org/",
    "why": "",
    "sent": 1,
    "failed": 1,
}

# With every value that a sentence may name.
SENTENCES: dict[str, dict[str, object]] = {
    **{key: {} for table in (STATES, ACTIONS, VERDICTS, REASONS) for key in table.values()},
    **{key: {} for key in (*FAILURES, OTHER_FAILURE)},
    **{f"notice_refused_{why}": values for why, values in REFUSED.items()},
    **{f"notice_board_{state}": {**BOARD, "unknown": 1} for state in ("proposed", "asking", "done", "skipped")},
    "notice_board_many": {"count": 4, "lines": "・「お知らせ」", "link": "https://example.org/"},
    "notice_board_line": {"title": "お知らせ", "topic": "セミナー", "state": "見送り", "why": ""},
    "notice_board_more": {"count": 1},
    "notice_trial": {"text": "本文"},
    "notice_warned_quiet": {"at": "7月5日(火)8:00"},
}


def why(reason: str, words: Words) -> str:
    """Why a notice was left out, cancelled or asks; "" where it was not."""
    return words.phrase(REASONS[reason]) if reason in REASONS else reason


def failure(reason: str, words: Words) -> str:
    """Why something did not arrive. What platforms say otherwise stands beside it, for those who know it."""
    key = _FAILURES.get(reason)
    return words.phrase(key) if key else f"{words.phrase(OTHER_FAILURE)}({reason})"
