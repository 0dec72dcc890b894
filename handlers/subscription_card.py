"""What somebody has subscribed to, as they are shown it each time, with all that changes it."""

from collections.abc import Iterable
from dataclasses import replace

from handlers.effects import Choice, Reply
from handlers.notice import SHOW_CALENDAR
from handlers.situation import Situation
from handlers.subscription import Mailbox, Subscription
from handlers.wording import joined
from knowledge.announcement import NoticeTopic
from knowledge.book import Book

ALL = "all"
TOPIC = "topic:"
NEW_LINK = "link:new"
LEAVE_LINK = "link:leave"


def card(subscription: Subscription, heading: str, situation: Situation, book: Book) -> Reply:
    """What one has, with everything that changes it; `heading` says what has just happened."""
    lines = "\n".join(_line(topic, topic in subscription.topics, book) for topic in NoticeTopic)
    text = joined(heading, lines, _where(subscription, book), _when(situation, book))
    switches = (_switch(topic, topic in subscription.topics, book) for topic in NoticeTopic)
    calendar = Choice(book.phrase("notice_calendar"), SHOW_CALENDAR)
    return Reply(text, choices=(*switches, *_all(subscription, book), calendar, *_links(subscription, book)))


def is_card(reply: Reply) -> bool:
    """Whether a reply is such a card."""
    return any(choice.value.startswith(TOPIC) for choice in reply.choices)


def with_way_back(reply: Reply, stopped: Iterable[NoticeTopic], book: Book) -> Reply:
    """A card that begins with a choice by which what was stopped is subscribed to again."""
    names = ",".join(stopped)
    back = (Choice(book.phrase("notices_undo"), f"topics:{names}:on"),) if names else ()
    return replace(reply, choices=(*back, *reply.choices))


def names_of(topics: Iterable[NoticeTopic], book: Book) -> str:
    """Topics as they are read, in the order in which they are always shown."""
    return "、".join(book.phrase(f"topic_{topic}") for topic in NoticeTopic if topic in frozenset(topics))


def name_of(mailbox: Mailbox, book: Book) -> str:
    """A conversation as it is called in another, or in itself."""
    name = book.phrase("mailbox_here") if mailbox.here else book.phrase(f"mailbox_{mailbox.channel}")
    return book.phrase("mailbox_gone", name=name) if mailbox.is_gone else name


def _line(topic: NoticeTopic, is_wanted: bool, book: Book) -> str:
    return book.phrase("notices_line_on" if is_wanted else "notices_line_off", topic=book.phrase(f"topic_{topic}"))


def _where(subscription: Subscription, book: Book) -> str:
    if subscription.is_shared:
        return book.phrase("notices_shared")
    preferred, *others = subscription.mailboxes or (Mailbox(0, "", here=True),)
    to = book.phrase("notices_to", name=name_of(preferred, book))
    if not others:
        return to
    linked = book.phrase("notices_linked", names="、".join(name_of(mailbox, book) for mailbox in others))
    return f"{to}\n{linked}"


def _when(situation: Situation, book: Book) -> str:
    """Said where no notices come now because of the season."""
    desk = book.calendar(situation.now).period("desk")
    return "" if desk.state == "running" else book.phrase("notices_period", shown=desk.shown)


def _switch(topic: NoticeTopic, is_wanted: bool, book: Book) -> Choice:
    label = book.phrase("notices_stop" if is_wanted else "notices_get", topic=book.phrase(f"topic_{topic}"))
    return Choice(label, f"{TOPIC}{topic}:{'off' if is_wanted else 'on'}")


def _all(subscription: Subscription, book: Book) -> list[Choice]:
    get = [Choice(book.phrase("notices_get_all"), "topics:all:on")]
    stop = [Choice(book.phrase("notices_stop_all"), "topics:all:off")]
    has_all = len(subscription.topics) == len(NoticeTopic)
    return [*([] if has_all else get), *(stop if subscription.topics else [])]


def _links(subscription: Subscription, book: Book) -> list[Choice]:
    """Groups and channels are linked to nothing."""
    if subscription.is_shared:
        return []
    others = subscription.mailboxes[1:]
    prefer = (
        Choice(book.phrase("mailbox_prefer", name=name_of(one, book)), f"mailbox:{one.conversation}") for one in others
    )
    leave = [Choice(book.phrase("link_leave"), LEAVE_LINK)] if others else []
    return [*prefer, Choice(book.phrase("link_start"), NEW_LINK), *leave]
