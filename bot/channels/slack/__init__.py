"""Slack: the channel, and what it is made of."""

from bot.channels.slack.channel import EVENTS_PATH, SlackChannel, SlackSecrets
from bot.channels.slack.staff import Found, SlackStaff, Told

__all__ = ["EVENTS_PATH", "Found", "SlackChannel", "SlackSecrets", "SlackStaff", "Told"]
