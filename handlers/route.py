"""decide(): from a message to what is to happen. The first match wins."""

from collections.abc import Sequence
from typing import assert_never

from handlers.ask import answer_text
from handlers.command import answer_command, as_meant
from handlers.effects import Effect, Remember, Reply
from handlers.follow import follow_up
from handlers.media import answer_media
from handlers.message import Act, Command, Content, Edit, Media, Message, Tap, Text
from handlers.onboard import answer_intake
from handlers.situation import Situation
from handlers.staff import answer_staff, is_for_staff
from handlers.subscribe import answer_wish
from handlers.tap import answer_tap
from knowledge.book import Book, Said

# With so many replies waiting, further ones would be read long after they were asked for.
LONGEST_BACKLOG = 20


def decide(message: Message, situation: Situation, book: Book) -> list[Effect]:
    """What to do about one message. Pure: the same arguments give the same effects."""
    effects = _answer(message, situation, book)
    if situation.backlog < LONGEST_BACKLOG or any(_must_be_kept(effect) for effect in effects):
        return effects
    # Said once, where the backlog reaches its bound.
    return [Reply(book.phrase("too_many_waiting"))] if situation.backlog == LONGEST_BACKLOG else []


def _must_be_kept(effect: Effect) -> bool:
    """However many replies wait: someone in danger is answered, and what is for staff reaches them."""
    match effect:
        case Reply(urgent=urgent):
            return urgent
        case Remember():
            return False
        case _:
            return True


def foresee(asked: Sequence[tuple[Message, Situation]], book: Book) -> Book:
    """The same book, with which decide() is quicker about these messages, whatever it is that they ask."""
    read = ((as_meant(message.content), situation) for message, situation in asked)
    return book.ahead([Said(c.text, s.turns, s.now) for c, s in read if isinstance(c, Text) and not _in_room(s)])


def _in_room(situation: Situation) -> bool:
    """Where staff write to each other, words are rarely looked up."""
    return situation.staff is not None and situation.staff.in_room


def _answer(message: Message, situation: Situation, book: Book) -> list[Effect]:
    view, is_meant = situation.staff, is_for_staff(message.content)
    if view is not None and is_meant and not (view.in_room or view.is_private):
        # Participants read along there.
        return [Reply(book.phrase("staff_elsewhere"))]
    if view is not None and (view.in_room or is_meant):
        return answer_staff(message, situation, book)
    if is_meant and not isinstance(message.content, Command):
        # A button or a form of staff's, from somebody who is none.
        return []
    content = as_meant(message.content)
    for answer in (answer_intake, follow_up, answer_wish):
        effects = answer(content, situation, book)
        if effects is not None:
            return effects
    return _answer_anew(content, situation, book)


def _answer_anew(content: Content, situation: Situation, book: Book) -> list[Effect]:
    match content:
        case Text(text):
            return answer_text(text, situation, book)
        case Edit(new_text):
            # Platforms also report edits that leave the words as they were.
            return [] if new_text == situation.before else answer_text(new_text, situation, book)
        case Tap() as tap:
            return answer_tap(tap, situation, book)
        case Command() as command:
            return answer_command(command, situation, book)
        case Media() as media:
            return answer_media(media, situation, book)
        case Act():
            return []
        case _:
            assert_never(content)
