"""Whatever a participant and staff do in whatever order, no word of a participant is lost, and silence holds."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.belonging import in_hand, ticket_for
from handlers.effects import Effect, OpenTicket, Remember, Reply, SaveTicket
from handlers.message import Command, Content, Edit, Media, Tap, Text
from handlers.rules import Rules
from handlers.situation import Offered, Situation
from handlers.ticket import Action, Resolution, Ticket, ask_back, claim, close, release
from handlers.ticket import reply as answer
from handlers.wishes import asks_progress
from knowledge.book import Book
from tests.handlers.asking import decided, having, opened, recorded

WORDS = st.sampled_from(
    ["会場に駐車場はありますか", "参加費は無料ですか", "ありがとうございます", "人と話したい", "もう死にたいです",
     "ボットに聞きたい", "コメント: はい", "進み具合は", "👍", "セミナーのことなんだけど", "/status", "返信: はい",
     "取り消してください", "/ask 参加費は無料ですか", "10人です"]
)  # fmt: skip
CONTENTS: st.SearchStrategy[Content] = st.one_of(
    WORDS.map(Text),
    st.text(min_size=1, max_size=10).filter(str.strip).map(Text),
    WORDS.map(Edit),
    st.sampled_from(["", "会場に駐車場はありますか"]).map(lambda caption: Media("photo", caption)),
    st.sampled_from(["human", "status", "cancel"]).map(Command),
    st.sampled_from(["cancel", "bot", "reopen", "csat:good"]).flatmap(
        lambda verb: st.integers(1, 12).map(lambda number: Tap(f"{verb}:{number}"))
    ),
    st.sampled_from(["none", "human", "no_staff", "staff:close:7"]).map(lambda value: Tap(value, 1)),
)
DEEDS = st.sampled_from(["claim", "release", "reply", "ask", "close"])
STEPS = st.lists(st.tuples(CONTENTS | DEEDS, st.sampled_from([1, 30, 3600, 1_300_000])), max_size=12)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, confirm=st.booleans())
def test_every_word_of_a_participant_is_answered_or_on_a_ticket(
    book: Book, steps: list[tuple[Content | str, int]], confirm: bool
) -> None:
    situation = having(rules=Rules(confirm=confirm))
    for step, seconds in steps:
        situation = replace(situation, now=situation.now + timedelta(seconds=seconds))
        if isinstance(step, str):
            situation = replace(situation, tickets=_worked_on(situation, step))
            continue
        effects = decided(book, step, situation)
        _expect_nothing_lost(step, situation, effects)
        _expect_silence(step, situation, effects)
        _expect_one_question(situation, effects)
        situation = _after(step, situation, effects)
        _expect_sound(situation)


def _expect_nothing_lost(content: Content, situation: Situation, effects: list[Effect]) -> None:
    if isinstance(content, Tap) or (isinstance(content, Edit) and content.new_text == situation.before):
        return
    actions = {record.action for record in recorded(effects)}
    is_answered = any(isinstance(effect, Reply) for effect in effects)
    assert is_answered or actions & {Action.SAID, Action.EDITED}, content


def _expect_silence(content: Content, situation: Situation, effects: list[Effect]) -> None:
    """While a person talks to them, words are answered only in danger, and where the bot or the status is asked for."""
    words = isinstance(content, Media | Edit) or (isinstance(content, Text) and not content.text.startswith("/"))
    if in_hand(situation.tickets) is None or not words:
        return
    is_bot_meant = Action.BOT_WANTED in {record.action for record in recorded(effects)} or (
        isinstance(content, Text) and asks_progress(content.text)
    )
    assert all(reply.urgent or is_bot_meant for reply in effects if isinstance(reply, Reply))
    assert not any(isinstance(effect, OpenTicket) for effect in effects)


def _expect_one_question(situation: Situation, effects: list[Effect]) -> None:
    """A ticket is opened only where none is open."""
    assert ticket_for(situation.tickets) is None or not any(isinstance(effect, OpenTicket) for effect in effects)


def _expect_sound(situation: Situation) -> None:
    """No ticket is there twice or in two states, and what is closed is in nobody's hand."""
    numbers = [ticket.number for ticket in situation.tickets]
    assert len(numbers) == len(set(numbers))
    for ticket in situation.tickets:
        assert ticket.is_open == (ticket.closed_at is None) == (ticket.resolution is None)
        assert ticket.is_open or not ticket.taken_over


def _worked_on(situation: Situation, deed: str) -> tuple[Ticket, ...]:
    return tuple(_done(ticket, deed, situation) if ticket.is_open else ticket for ticket in situation.tickets)


def _done(ticket: Ticket, deed: str, situation: Situation) -> Ticket:
    match deed:
        case "claim":
            return claim(ticket, "佐藤")
        case "release":
            return release(ticket)
        case "reply":
            return answer(ticket, "佐藤")
        case "ask":
            return ask_back(ticket, "佐藤", situation.now)
        case _:
            return close(ticket, Resolution.ANSWERED, situation.now)


def _after(content: Content, situation: Situation, effects: list[Effect]) -> Situation:
    saved = {effect.ticket.number: effect.ticket for effect in effects if isinstance(effect, SaveTicket)}
    assert len(saved) == sum(isinstance(effect, SaveTicket) for effect in effects)
    new = [_opened(effect, situation) for effect in effects if isinstance(effect, OpenTicket)]
    replies = [effect for effect in effects if isinstance(effect, Reply)]
    return replace(
        situation,
        tickets=(*(saved.get(ticket.number, ticket) for ticket in situation.tickets), *new),
        turns=(*situation.turns, *(effect.turn for effect in effects if isinstance(effect, Remember)))[-6:],
        offered=_offered(replies[0]) if replies else situation.offered,
        before=content.text if isinstance(content, Text) else situation.before,
        before_on=next((record.ticket for record in recorded(effects) if record.action is Action.SAID), None),
        fresh_ticket=situation.fresh_ticket + 1,
    )


def _opened(effect: OpenTicket, situation: Situation) -> Ticket:
    now = situation.now
    ticket = opened(effect.number, effect.question)
    return replace(ticket, urgent=effect.urgent, reason=effect.reason, opened_at=now, asked_at=now, last_at=now)


def _offered(reply: Reply) -> Offered:
    return Offered(1, reply.question, reply.outcome, reply.entries, tuple(choice.value for choice in reply.choices))
