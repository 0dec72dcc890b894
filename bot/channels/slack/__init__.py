"""Slack, as a channel of the desk."""
