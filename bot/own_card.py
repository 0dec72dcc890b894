"""What somebody has subscribed to, for places that show it without being asked."""

from collections.abc import Callable

from bot.clock import Clock
from bot.store.subscriptions import subscription_at
from bot.store.transactions import Store
from handlers.effects import Reply
from handlers.rules import Rules
from handlers.situation import Situation
from handlers.subscription_card import card
from knowledge.book import Book


class OwnCards:
    """Cards for people on one channel, in the words of `book()`, which is the newest at each time."""

    def __init__(self, store: Store, book: Callable[[], Book], rules: Rules, clock: Clock, channel: str) -> None:
        self._store = store
        self._book = book
        self._rules = rules
        self._clock = clock
        self._channel = channel

    async def of(self, person: str) -> Reply:
        """What a person has now, and all that changes it."""
        known = await self._store.read(subscription_at, self._channel, person)
        situation = Situation(self._clock.now(), (), 0, rules=self._rules, subscription=known)
        book = self._book()
        return card(known, book.phrase("notices_now"), situation, book)
