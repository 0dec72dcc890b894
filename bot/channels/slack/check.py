"""Whether Slack lets us in, and in what words it is said where it does not."""

from collections.abc import Mapping
from typing import Any

import structlog

from bot.channels.base import Gone, NotSent, Throttled
from bot.channels.slack.fields import CHANNEL, SlackIdentity
from bot.channels.slack.outcomes import outcome_of
from bot.errors import ChannelNotReady

SCOPES_HEADER = "x-oauth-scopes"

# Without these nothing can be answered; without the others the command, threads, reading back or the staff room
# do not work.
NEEDED_SCOPES = frozenset({"app_mentions:read", "chat:write", "im:history"})
OTHER_SCOPES = frozenset(
    {
        "channels:history",
        "channels:read",
        "commands",
        "groups:history",
        "groups:read",
        "im:read",
        "im:write",
    }
)
# The token is at fault; an operator has to set things right.
NOT_ACCEPTED = frozenset(
    {
        "access_denied",
        "account_inactive",
        "accesslimited",
        "ekm_access_denied",
        "enterprise_is_restricted",
        "invalid_auth",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "org_login_required",
        "team_access_not_granted",
        "team_added_to_org",
        "token_expired",
        "token_revoked",
        "two_factor_setup_required",
    }
)

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


def identity_from(answer: Mapping[str, Any]) -> SlackIdentity:
    """Who auth.test says that we are. Raises ChannelNotReady."""
    team, user, bot = answer.get("team_id"), answer.get("user_id"), answer.get("bot_id")
    if not isinstance(user, str):
        raise ChannelNotReady(
            CHANNEL,
            "接続先の応答がSlackのものではありません",
            "config.yaml の channels.slack.api_base を確かめてください",
        )
    return SlackIdentity(str(team), user, bot if isinstance(bot, str) else None)


def check_scopes(headers: Mapping[str, str]) -> None:
    """Raises ChannelNotReady where a scope is missing that nothing works without; others are logged."""
    if SCOPES_HEADER not in headers:
        return
    granted = {scope.strip() for scope in headers[SCOPES_HEADER].split(",")}
    if missing := sorted(NEEDED_SCOPES - granted):
        raise ChannelNotReady(
            CHANNEL,
            f"ボットの権限(スコープ) {', '.join(missing)} がありません",
            "docs/slack-manifest.yaml のとおりにスコープを足し、アプリをインストールし直してください",
        )
    if lacking := sorted(OTHER_SCOPES - granted):
        log.warning("scopes missing", channel=CHANNEL, scopes=lacking)


def fault_of_room(room: str, answer: Mapping[str, Any]) -> ChannelNotReady | None:
    """What is wrong with the staff room, by what conversations.info says of it; None where nothing is."""
    channel = answer.get("channel")
    if not isinstance(channel, dict) or channel.get("is_archived"):
        return room_not_found(room)
    if channel.get("is_member"):
        return None
    return ChannelNotReady(
        CHANNEL,
        f"担当者のチャンネル {room} にボットがいません",
        "Slackのそのチャンネルで /invite を使い、ボットを招待してください",
    )


def room_not_let_in(room: str, error: Exception) -> ChannelNotReady:
    """Asking about the staff room has failed so."""
    outcome = outcome_of(error)
    if isinstance(outcome, Gone):
        return room_not_found(room)
    return not_let_in(error, "SLACK_BOT_TOKEN")


def room_not_found(room: str) -> ChannelNotReady:
    """There is no such channel, or it is a private one without us, or it is archived."""
    return ChannelNotReady(
        CHANNEL,
        f"担当者のチャンネル {room} が見つからないか、ボットがいません",
        "config.yaml の staff.slack_channel を確かめ、そのチャンネルにボットを招待してください",
    )


def without_secret(mode: str) -> ChannelNotReady:
    """The secret by which a mode works is not set."""
    name = "SLACK_APP_TOKEN" if mode == "socket" else "SLACK_SIGNING_SECRET"
    return ChannelNotReady(
        CHANNEL,
        f"環境変数 {name} がありません",
        f"{name} を設定するか、config.yaml の channels.slack.mode を変えてください",
    )


def not_let_in(error: Exception, name: str) -> ChannelNotReady:
    """A call with the token that the environment variable `name` holds has failed so."""
    outcome = outcome_of(error)
    if isinstance(outcome, Throttled):
        return ChannelNotReady(
            CHANNEL,
            f"Slackが{outcome.seconds:g}秒待つように求めています",
            "自動でつなぎ直しますので、そのままお待ちください",
            outcome.seconds,
        )
    if isinstance(outcome, NotSent) and outcome.reason == "missing_scope":
        return ChannelNotReady(
            CHANNEL,
            f"{name} のトークンに必要なスコープがありません",
            "docs/slack-manifest.yaml のとおりに設定し、トークンを発行し直してください",
        )
    if isinstance(outcome, NotSent) and outcome.reason in NOT_ACCEPTED:
        return ChannelNotReady(
            CHANNEL,
            f"{name} のトークンが受け付けられませんでした({outcome.reason})",
            f"Slackのアプリ管理画面でトークンを確かめ、{name} に設定し直してください",
        )
    return ChannelNotReady(
        CHANNEL,
        "Slackにつながりません",
        "ネットワークと config.yaml の channels.slack.api_base を確かめてください",
    )
