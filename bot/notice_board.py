"""The notice board: tells staff, in every room, which notices wait for them, and which did not go as they should."""

from collections.abc import Callable, Sequence

from bot.clock import Clock
from bot.house import Room
from bot.notice_acts import BY_STAFF
from bot.notice_words import STATES, why
from bot.ports import Words
from bot.store import notice_news
from bot.store.notice_news import News
from bot.store.transactions import Store
from handlers.effects import Reply
from handlers.notice import Notice, OccurrenceState
from handlers.timing import PAST

# Why a notice was left out of which nobody has to be told: a member did it, or it was past when it was planned.
EXPECTED = (BY_STAFF, PAST)
# More than so many at a time are told in one post, which names so many of them.
FEW = 3
NAMED = 10


class NoticeBoard:
    """Any number of processes may look at a time. `page` is where the console is reached; `posted` is called after
    something was put into the outbox."""

    def __init__(
        self, store: Store, words: Words, rooms: Sequence[Room], page: str, clock: Clock, posted: Callable[[], None]
    ) -> None:
        self._store = store
        self._words = words
        self._rooms = rooms
        self._page = page
        self._clock = clock
        self._posted = posted

    async def look(self) -> None:
        """Tell whatever rooms were not told yet."""
        news = await self._store.read(notice_news.news)
        if not news:
            return
        if await self._store.write(notice_news.tell, news, self._messages, self._rooms, self._clock.now()):
            self._posted()

    def _messages(self, news: Sequence[News]) -> list[Reply]:
        """A post for each that somebody has to be told; one for all where they are many, as after a long stop."""
        telling = [one for one in news if _is_to_be_told(one)]
        return [self._summary(telling)] if len(telling) > FEW else [self._message(one) for one in telling]

    def _message(self, news: News) -> Reply:
        tally = news.tally
        text = self._words.phrase(
            f"notice_board_{news.notice.state}",
            **self._named(news.notice),
            link=f"{self._page}/staff/notices/{news.notice.id}",
            sent=tally.sent,
            failed=tally.failed,
            unknown=tally.unknown,
        )
        return Reply(text.strip())

    def _summary(self, telling: Sequence[News]) -> Reply:
        lines = [self._line(one.notice) for one in telling[:NAMED]]
        if more := len(telling) - len(lines):
            lines.append(self._words.phrase("notice_board_more", count=more))
        link = f"{self._page}/staff/notices?show=all"
        text = self._words.phrase("notice_board_many", count=len(telling), lines="\n".join(lines), link=link)
        return Reply(text.strip())

    def _line(self, notice: Notice) -> str:
        state = self._words.phrase(STATES[notice.state])
        return self._words.phrase("notice_board_line", **self._named(notice), state=state).strip()

    def _named(self, notice: Notice) -> dict[str, str]:
        topic = self._words.phrase(f"topic_{notice.topic}")
        return {"title": notice.title, "topic": topic, "why": why(notice.reason, self._words)}


def _is_to_be_told(news: News) -> bool:
    match news.notice.state:
        case OccurrenceState.DONE:
            return bool(news.tally.failed or news.tally.unknown)
        case OccurrenceState.SKIPPED:
            return news.notice.reason not in EXPECTED
        case _:
            return True
