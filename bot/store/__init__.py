"""What is kept: messages, turns, tickets, ratings, replies and notices on their way."""

from bot.store import desk_models, models, notice_models

# Tables refer to each other by name, so that whoever has one of them needs all.
__all__ = ["desk_models", "models", "notice_models"]
