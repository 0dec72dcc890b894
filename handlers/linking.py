"""One subscription on several channels: a one-time code is given out in one conversation and written in another."""

import re
from dataclasses import replace
from typing import assert_never
from unicodedata import normalize

from handlers.effects import Effect, GiveCode, LinkMailbox, PreferMailbox, Reply, UnlinkMailbox
from handlers.message import Command, Content, Text
from handlers.situation import Situation
from handlers.subscription import CodeState, Mailbox, Subscription, is_code, plain_code, shown_code
from handlers.subscription_card import card, name_of
from knowledge.book import Book

MAILBOX = re.compile(r"mailbox:([0-9]{1,10})")
_WRITTEN = re.compile(
    r"(?:(?:連携|リンク)?コードは?[:\s]*)?([0-9a-z][0-9a-z\s\-ー‐‑–—−]{6,14}[0-9a-z])\s*(?:です)?[。.\s]*", re.I
)


def code_in(content: Content) -> str | None:
    """The one-time code that somebody wrote, alone or behind the command; None where there is none."""
    match content:
        case Command("link", rest) if is_code(rest):
            return plain_code(rest)
        case Text(text) if found := _WRITTEN.fullmatch(normalize("NFKC", text).strip()):
            return plain_code(found[1]) if is_code(found[1]) else None
        case _:
            return None


def give_code(situation: Situation, book: Book) -> list[Effect]:
    """A code that can be written in another conversation, and how."""
    if situation.subscription.is_shared:
        return _not_here(situation, book)
    code = situation.subscription.fresh_code
    return [GiveCode(code), Reply(book.phrase("link_code", code=shown_code(code)))]


def redeem(code: str | None, situation: Situation, book: Book) -> list[Effect]:
    """Join the subscription that a code was given out for; a code that is not good is told apart kindly."""
    subscription = situation.subscription
    if subscription.is_shared:
        return _not_here(situation, book)
    match subscription.code:
        case CodeState.VALID:
            heading = book.phrase("link_joined")
            return [LinkMailbox(code or ""), card(_united(subscription), heading, situation, book)]
        case CodeState.EXPIRED:
            return [Reply(book.phrase("link_expired"))]
        case CodeState.OWN:
            return [Reply(book.phrase("link_own"))]
        case CodeState.LIMITED:
            return [Reply(book.phrase("link_limited"))]
        case CodeState.UNKNOWN | None:
            return [Reply(book.phrase("link_unknown"))]
        case _:
            assert_never(subscription.code)


def _united(own: Subscription) -> Subscription:
    """The subscription once this conversation, which is preferred from then on, has joined the other."""
    other = own.other or Subscription()
    here = next((one for one in own.mailboxes if one.here), Mailbox(0, "", here=True))
    rest = (one for one in (*own.mailboxes, *other.mailboxes) if not one.here)
    return replace(own, topics=own.topics | other.topics, mailboxes=(here, *rest))


def prefer(conversation: int, situation: Situation, book: Book) -> list[Effect] | None:
    """Let notices arrive in another of the linked conversations; None where it is none of them."""
    subscription = situation.subscription
    chosen = next((one for one in subscription.mailboxes if one.conversation == conversation), None)
    if chosen is None:
        return None
    rest = (one for one in subscription.mailboxes if one != chosen)
    heading = book.phrase("mailbox_preferred", name=name_of(chosen, book))
    now = replace(subscription, mailboxes=(chosen, *rest))
    return [PreferMailbox(conversation), card(now, heading, situation, book)]


def leave(situation: Situation, book: Book) -> list[Effect]:
    """Share the subscription no more."""
    subscription = situation.subscription
    if len(subscription.mailboxes) <= 1:
        return [card(subscription, book.phrase("link_alone"), situation, book)]
    nothing = replace(subscription, topics=frozenset(), mailboxes=())
    return [UnlinkMailbox(), card(nothing, book.phrase("link_left"), situation, book)]


def _not_here(situation: Situation, book: Book) -> list[Effect]:
    return [card(situation.subscription, book.phrase("link_shared"), situation, book)]
