"""What Slack's refusals and our failed calls mean for a delivery."""

import re

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.channels.base import Gone, NeverTold, NotSent, NotTold, Outcome, Refused, Throttled, Unknown

USUAL_WAIT_SECONDS = 30.0

GONE = frozenset(
    {
        "cannot_dm_bot",
        "channel_not_found",
        "is_archived",
        "messages_tab_disabled",
        "not_in_channel",
        "restricted_action",
        "restricted_action_non_threadable_channel",
        "restricted_action_read_only_channel",
        "restricted_action_thread_locked",
        "thread_not_found",
        "user_disabled",
        "user_not_found",
        "users_not_found",
    }
)
REFUSED = frozenset(
    {
        "block_mismatch",
        "cant_delete_message",
        "cant_update_message",
        "compliance_exports_prevent_deletion",
        "edit_window_closed",
        "invalid_arg_name",
        "invalid_arguments",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "is_inactive",
        "message_limit_exceeded",
        "message_not_found",
        "metadata_must_be_sent_from_app",
        "metadata_too_large",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_text",
        "too_many_attachments",
    }
)
THROTTLED = frozenset({"rate_limited", "ratelimited"})
UNKNOWN = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})
_SECONDS = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?")
_NAME = re.compile(r"[a-z0-9_]{1,64}")


def outcome_of(error: Exception) -> Outcome:
    """What became of a send that ended so. Only what surely did not arrive is called so."""
    match error:
        case SlackApiError():
            return _of_answer(error)
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError():
            return NotSent("unreachable")
        case TimeoutError():
            return Unknown("timeout")
        case _:
            return Unknown(type(error).__name__)


def outcome_before(error: Exception) -> Outcome:
    """What becomes of a send where something that comes before it ended so: surely nothing was posted."""
    outcome = outcome_of(error)
    return NotSent(outcome.reason) if isinstance(outcome, Unknown) else outcome


def wait_asked_for(error: Exception) -> float | None:
    """How many seconds Slack asks to wait, where that is what went wrong."""
    outcome = outcome_of(error)
    return outcome.seconds if isinstance(outcome, Throttled) else None


def not_told(error: Exception) -> NotTold | NeverTold:
    """What reading back that ended so is to be told as, without anything that Slack may quote."""
    match outcome_of(error):
        case Throttled(seconds):
            return NotTold("throttled", seconds)
        case Unknown(reason) | NotSent("unreachable" as reason):
            return NotTold(reason)
        case Gone(reason) | Refused(reason) | NotSent(reason):
            return NeverTold(reason)
        case outcome:
            return NotTold(type(outcome).__name__)


def _of_answer(error: SlackApiError) -> Outcome:
    response = error.response
    # An answer that could not be read is not the library's own, and calls its status by another name.
    status = int(getattr(response, "status_code", getattr(response, "status", 0)))
    kind = _kind(getattr(response, "data", None))
    if status == 429 or kind in THROTTLED:
        return Throttled(_seconds(response.headers.get("Retry-After", "")))
    if status >= 500:
        return Unknown(f"status_{status}")
    return _of_kind(kind)


def _kind(data: object) -> str:
    """The name of a refusal; empty where the answer is none."""
    if not isinstance(data, dict) or data.get("ok") is not False:
        return ""
    return str(data.get("error") or "")


def _of_kind(kind: str) -> Outcome:
    if kind in GONE:
        return Gone(kind)
    if kind in REFUSED:
        return Refused(kind)
    if not kind or kind in UNKNOWN:
        return Unknown(kind or "malformed")
    # A refusal that is no plain name may hold anything, so it is not passed on.
    return NotSent(kind if _NAME.fullmatch(kind) else "unlisted")


def _seconds(header: str) -> float:
    return float(header) if _SECONDS.fullmatch(header) else USUAL_WAIT_SECONDS
