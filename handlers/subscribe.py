"""Subscribing and opting out: by command, by button, by a sentence. Each is answered with what one has then."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from handlers.effects import Choice, Effect, Reply, SetSubscription
from handlers.escalate import hand_over_danger
from handlers.linking import MAILBOX, code_in, give_code, leave, prefer, redeem
from handlers.message import Content, Edit, Text
from handlers.notice import SHOW_CALENDAR, SHOW_SUBSCRIPTION
from handlers.notice_sentences import Want
from handlers.situation import Situation
from handlers.subscription import is_code
from handlers.subscription_card import ALL, LEAVE_LINK, NEW_LINK, card, names_of, with_way_back
from handlers.wishes_notices import EVERY_TOPIC, Wish, bare_opt_out, notice_wish, sure_opt_out, topics_named
from handlers.wording import quoted
from knowledge.announcement import NoticeTopic
from knowledge.book import Book

LONGEST_QUOTE = 30
_SWITCH = re.compile(r"topics?:([a-z,]{1,60}):(on|off)")


def answer_wish(content: Content, situation: Situation, book: Book) -> list[Effect] | None:
    """The effects of a sentence about notices, or of a code alone; None where it says anything else.

    A code is no word: whatever it may be near to in the search, it is no cry for help.
    """
    text = _text_of(content, situation)
    wish, code = _wish(text, situation), code_in(content)
    if wish is None and code is None:
        return None
    if wish is None:
        return redeem(code, situation, book)
    return _danger(text, situation, book) or _granted(wish, situation, book)


def _wish(text: str, situation: Situation) -> Wish | None:
    """Who gets nothing means something else by words that name no notices."""
    bare = bare_opt_out(text) if situation.subscription.topics else None
    return notice_wish(text) or bare


def hear_opt_out(words: str, situation: Situation, book: Book) -> list[Effect]:
    """What a wish to stop notices does whatever else goes on; nothing where the words may mean something else."""
    wish = sure_opt_out(words)
    return [] if wish is None else _granted(wish, situation, book)


def _text_of(content: Content, situation: Situation) -> str:
    match content:
        case Text(text):
            return text
        case Edit(new_text) if new_text != situation.before:
            return new_text
        case _:
            return ""


def _danger(words: str, situation: Situation, book: Book) -> list[Effect]:
    finding = book.consider(words, situation.turns, situation.now)
    return hand_over_danger(words, finding, situation, book) if finding.urgent else []


def _granted(wish: Wish, situation: Situation, book: Book) -> list[Effect]:
    match wish.want:
        case Want.OPT_OUT:
            return opt_out(wish.topics or EVERY_TOPIC, situation, book, wish.english)
        case Want.SUBSCRIBE if wish.topics:
            return subscribe(wish.topics, situation, book, wish.english)
        case Want.SUBSCRIBE:
            return [card(situation.subscription, book.phrases.say("notices_choose", wish.english), situation, book)]
        case Want.CALENDAR:
            return show_calendar(situation, book)
        case Want.LINK:
            return give_code(situation, book)
        case Want.SHOW:
            return show(situation, book, wish.english)


def show(situation: Situation, book: Book, english: bool = False) -> list[Effect]:
    """What one has now."""
    return [card(situation.subscription, book.phrases.say("notices_now", english), situation, book)]


def show_calendar(situation: Situation, book: Book) -> list[Effect]:
    """Where the calendar of the season is."""
    page = situation.rules.page
    text = book.phrase("notices_calendar", page=page) if page else book.phrase("notices_no_calendar")
    ways = (Choice(book.phrase("notice_settings"), SHOW_SUBSCRIPTION),)
    return [Reply(text, choices=ways if page else (_sessions(book), *ways))]


def _sessions(book: Book) -> Choice:
    entry = book.entry("seminar-schedule")
    return Choice(entry.title if entry else "", "entry:seminar-schedule")


def subscribe(topics: Iterable[NoticeTopic], situation: Situation, book: Book, english: bool = False) -> list[Effect]:
    """From now on notices on these topics are sent."""
    wanted = _in_order(topics)
    now = replace(situation.subscription, topics=situation.subscription.topics.union(wanted))
    heading = book.phrases.say("notices_on", english, topics=names_of(wanted, book))
    return [*(SetSubscription(topic, True) for topic in wanted), card(now, heading, situation, book)]


def opt_out(topics: Iterable[NoticeTopic], situation: Situation, book: Book, english: bool = False) -> list[Effect]:
    """From now on notices on these topics are no longer sent; there is a way back."""
    unwanted, before = _in_order(topics), situation.subscription.topics
    stopped = [topic for topic in unwanted if topic in before]
    now = replace(situation.subscription, topics=before.difference(unwanted))
    heading = _stopped_text(stopped, unwanted, book, english)
    reply = with_way_back(card(now, heading, situation, book), stopped, book)
    return [*(SetSubscription(topic, False) for topic in unwanted), reply]


def _in_order(topics: Iterable[NoticeTopic]) -> list[NoticeTopic]:
    chosen = frozenset(topics)
    return [topic for topic in NoticeTopic if topic in chosen]


def _stopped_text(stopped: Sequence[NoticeTopic], unwanted: Sequence[NoticeTopic], book: Book, english: bool) -> str:
    """What was stopped by that; where it was nothing, that nothing comes."""
    if not stopped:
        return book.phrases.say("notices_none", english, topics=names_of(unwanted, book))
    return book.phrases.say("notices_off", english, topics=names_of(stopped, book))


def answer_subscribe(rest: str, situation: Situation, book: Book) -> list[Effect]:
    """`/subscribe`: what one has now; with the names of topics behind it, these from now on."""
    topics = topics_named(rest)
    if topics is None:
        return _unheard(rest, situation, book)
    return subscribe(topics, situation, book) if topics else show(situation, book)


def answer_unsubscribe(rest: str, situation: Situation, book: Book) -> list[Effect]:
    """`/unsubscribe`: no notices any more; with the names of topics behind it, none on these."""
    topics = topics_named(rest)
    return _unheard(rest, situation, book) if topics is None else opt_out(topics or EVERY_TOPIC, situation, book)


def _unheard(rest: str, situation: Situation, book: Book) -> list[Effect]:
    """Words behind a command that name no topic; somebody in danger may have written them."""
    if danger := _danger(rest, situation, book):
        return danger
    heading = book.phrase("notices_unknown", words=quoted(rest, LONGEST_QUOTE))
    return [card(situation.subscription, heading, situation, book)]


def answer_link(rest: str, situation: Situation, book: Book) -> list[Effect]:
    """`/link`: a code for another conversation; with one behind it, the subscription that it was given out for."""
    if not rest:
        return give_code(situation, book)
    if is_code(rest):
        return redeem(rest, situation, book)
    return _danger(rest, situation, book) or redeem(rest, situation, book)


def answer_notice_tap(value: str, situation: Situation, book: Book) -> list[Effect] | None:
    """The effects of a tap on a card, however old it is; None for every other tap."""
    if switch := _SWITCH.fullmatch(value):
        return _switched(switch[1], switch[2] == "on", situation, book)
    if mailbox := MAILBOX.fullmatch(value):
        return prefer(int(mailbox[1]), situation, book)
    answer = _TAPS.get(value)
    return None if answer is None else answer(situation, book)


def _switched(names: str, wanted: bool, situation: Situation, book: Book) -> list[Effect] | None:
    """None where a name is no topic's."""
    named = set(names.split(","))
    if not named <= {*NoticeTopic, ALL}:
        return None
    topics = EVERY_TOPIC if ALL in named else frozenset(NoticeTopic(name) for name in named)
    return subscribe(topics, situation, book) if wanted else opt_out(topics, situation, book)


_TAPS: dict[str, Callable[[Situation, Book], list[Effect]]] = {
    SHOW_SUBSCRIPTION: show,
    SHOW_CALENDAR: show_calendar,
    NEW_LINK: give_code,
    LEAVE_LINK: leave,
}
