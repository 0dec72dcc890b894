"""Telegram: the channel, and what it is made of."""

from bot.channels.telegram.channel import TelegramChannel, webhook_secret

__all__ = ["TelegramChannel", "webhook_secret"]
