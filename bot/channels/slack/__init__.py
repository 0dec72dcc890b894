"""Slack: the channel, and what it is made of."""

from bot.channels.slack.channel import EVENTS_PATH, SlackChannel, SlackSecrets

__all__ = ["EVENTS_PATH", "SlackChannel", "SlackSecrets"]
