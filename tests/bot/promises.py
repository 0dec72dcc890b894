"""What a staff desk promises whatever people do: each is held against everything that is in the database."""

from collections.abc import Iterable

from bot.store.models import Delivery, InboundState
from bot.store.notices import ANSWERING, CHANGING, ENDS, Changed
from bot.store.tickets import event_of, value_of
from handlers.effects import Reply
from handlers.message import Text
from handlers.ticket import Action, Event, TicketState
from tests.bot.bustle import ROOMS, TO_BOT, Bustle
from tests.bot.ledger import Ledger
from tests.bot.weather import READ_BACK, Platforms


def no_ticket_is_lost(before: Ledger, now: Ledger) -> None:
    """Every ticket that was there is there, and each was opened once."""
    numbers = [ticket.number for ticket in now.tickets]
    assert {ticket.number for ticket in before.tickets} <= set(numbers)
    assert sorted(event.ticket for event in now.events if event.action is Action.OPENED) == numbers


def each_is_as_its_history_tells(now: Ledger) -> None:
    """One state, one owner, silent or not: what follows from all that happened to it."""
    lives = now.lives
    told = {one.number: (lives[one.number].state, lives[one.number].silent) for one in now.tickets}
    assert {one.number: (one.state, one.taken_over) for one in now.tickets} == told
    is_open = [one for one in now.tickets if one.state is not TicketState.CLOSED]
    assert {one.number: one.owner for one in is_open} == {one.number: lives[one.number].owner for one in is_open}
    assert [one.number for one in now.tickets if (one.closed_at is None) != (one in is_open)] == []


def all_is_heard(now: Ledger, desk: Bustle) -> None:
    """What a participant wrote is answered or on a ticket; where too much waits to be sent, they were told so."""
    assert [key for key in now.unanswered() if key not in desk.refused] == []
    assert [one.id for one in now.inbounds if one.state is InboundState.SET_ASIDE] == []
    assert desk.broken == []


def the_bot_is_silent(before: Ledger, now: Ledger) -> None:
    """It does not answer what was written to a person, but for danger, and those who want it back."""
    silenced, known = before.silenced() & now.silenced(), {one.id for one in before.deliveries}
    opening = {ticket.number for ticket in before.tickets}
    words = {one.id: one.content for one in now.of_participants() if one.person in silenced and one.id not in opening}
    fresh = [one for one in now.to_participants() if one.id not in known and not one.payload.urgent]
    spoke = [words[one.inbound_id] for one in fresh if one.inbound_id in words]
    assert [content for content in spoke if isinstance(content, Text) and content != Text(TO_BOT)] == []


def words_stay(now: Ledger, sealed: Iterable[str]) -> None:
    """No word that was meant for colleagues is in anything for a participant; an answer goes to those who asked."""
    texts = [str((one.payload.text, one.payload.question, one.payload.choices)) for one in now.to_participants()]
    assert [token for token in sealed for text in texts if token in text] == []
    whose = {ticket.number: ticket.conversation_id for ticket in now.tickets}
    answers = [one for one in now.to_participants() if one.payload.by == "staff"]
    assert [one.id for one in answers if whose[one.ticket or 0] != one.conversation_id] == []


def posted_once(now: Ledger, platforms: Platforms) -> None:
    """More often only where nobody knew whether it had arrived, and never where that can be read back."""
    channels = {one.id: one.channel for one in now.deliveries}
    more = {number: times for number, times in platforms.arrived.items() if times > 1}
    assert {number: times for number, times in more.items() if times > 1 + platforms.doubts[number]} == {}
    assert [number for number in more if channels[number] == READ_BACK] == []


def settled(now: Ledger) -> None:
    """Nothing is left to be done: all is decided, has an end, and is told to staff."""
    assert {one.state for one in now.inbounds} <= {InboundState.DONE}
    assert {one.state for one in now.deliveries} <= set(ENDS)
    assert [event.id for event in now.events if not event.told] == []
    assert [one.number for one in now.tickets if one.shown != one.version] == []
    assert [one.id for one in now.deliveries if one.told not in (None, one.state)] == []
    sent = {one.id for one in now.to_participants()}
    assert [event.id for event in now.events if event.action in ANSWERING and event.line not in sent] == []


def shown(now: Ledger, desk: Bustle) -> None:
    """Every room has one card for every ticket, as the ticket is, and one post for everything that happened."""
    for room in ROOMS:
        cards = {one.ticket: one.delivery_id for one in now.cards if one.channel == room.channel}
        assert sorted(one.id for one in now.in_room(room) if _is_card(one)) == sorted(cards.values())
        assert [t.number for t in now.tickets if t.state is not TicketState.CLOSED and t.number not in cards] == []
        for number, card in cards.items():
            _card_is_right(now, desk, number, card)
            if number not in desk.unshown:
                _thread_is_whole(now, desk, number, card)
                _outcomes_are_told(now, desk, number, card)


def _is_card(delivery: Delivery) -> bool:
    marks = delivery.payload.marks
    return delivery.aim == "post" and marks is not None and marks.heading != ""


def _card_is_right(now: Ledger, desk: Bustle, number: int, card: int) -> None:
    """It says how the ticket is, and offers what can be done then; the rest depends on when it was drawn."""
    drawn = desk.cards.card(Changed(value_of(now.ticket(number)), ()))
    seen = _standing(now, desk, card)
    assert seen.text.partition("\n")[0] == drawn.text.partition("\n")[0]
    assert set(drawn.choices) <= set(seen.choices)
    assert {choice.value.split(":")[1] for choice in set(seen.choices) - set(drawn.choices)} <= {"reply_all"}


def _thread_is_whole(now: Ledger, desk: Bustle, number: int, card: int) -> None:
    """A note stands already where it was written."""
    channel = now.delivery(card).channel
    events = [event for event in _events(now, number) if event.action not in (*ANSWERING, *CHANGING)]
    elsewhere = [event for event in events if event.action is not Action.NOTED or event.channel != channel]
    posts = [desk.cards.post(event, value_of(now.ticket(number))) for event in elsewhere]
    told = [one.payload.text for one in now.thread(card) if one.reports is None]
    assert sorted(told) == sorted(post.text for post in posts if post is not None)


def _outcomes_are_told(now: Ledger, desk: Bustle, number: int, card: int) -> None:
    """Each answer has one post, which says what became of it as it was written last."""
    answers = [event.line or 0 for event in _events(now, number) if event.action in ANSWERING]
    reports = [one for one in now.thread(card) if one.reports is not None]
    assert sorted(one.reports or 0 for one in reports) == sorted(answers)
    for report in reports:
        carrier, last = now.carrier(report.reports or 0), event_of(now.about(report.reports or 0))
        drawn = desk.cards.answer(last, carrier.state, carrier.error)
        assert _standing(now, desk, report.id).text == drawn.text


def _events(now: Ledger, number: int) -> list[Event]:
    return [event_of(event) for event in now.events if event.ticket == number]


def _standing(now: Ledger, desk: Bustle, delivery: int) -> Reply:
    post = desk.platforms.standing(now.delivery(delivery).ref)
    assert post is not None
    assert post.reply is not None
    return post.reply
