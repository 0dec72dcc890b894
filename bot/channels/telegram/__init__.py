"""Telegram, as a channel of the desk."""
