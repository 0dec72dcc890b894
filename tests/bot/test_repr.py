"""No `repr` shows a secret or what somebody wrote: it could reach a traceback, a log, or a test report."""

import pytest
from pydantic import SecretStr

from bot.app import channels_of
from bot.channels.base import Outgoing, Parcel
from bot.channels.slack.channel import SlackSecrets
from bot.config import Config, Secrets
from bot.parts import Parts
from bot.store.models import InboundState
from bot.store.outbox import Claimed
from bot.store.transactions import Store
from bot.web.wire import Item, MessageIn
from handlers.effects import OpenTicket, Remember, Reply
from handlers.message import Command, Edit, Media, Message, Text
from handlers.situation import Offered, Situation
from knowledge.book import Said
from knowledge.finding import Finding, Outcome, Suggestion, Turn
from tests.bot.fakes import MONDAY, FakeBook, FixedClock, decide

MARK = "sakura888secret"
PASSWORD = "hunter2secret"

REPLY = Reply(MARK, Outcome.ANSWER, question=MARK)
MESSAGE = Message("web", "a", "a", "k", MONDAY, Text(MARK))
TURN = Turn(MARK)
CARRIERS = [
    Text(MARK),
    Edit(MARK),
    Command("ask", MARK),
    Media("photo", MARK),
    MESSAGE,
    REPLY,
    OpenTicket(1, MARK, urgent=False, reason="gap"),
    TURN,
    Said(MARK, (TURN,), MONDAY),
    Remember(TURN),
    Suggestion("entry-a", "A", MARK),
    Finding(Outcome.ANSWER, MARK, explanation=(MARK,)),
    Offered(1, MARK, None, (), ()),
    Situation(MONDAY, (TURN,), 1, Offered(1, MARK, None, (), ()), before=MARK),
    Parcel("telegram", "k", MONDAY, MARK, MESSAGE),
    Outgoing(1, "a", REPLY),
    Claimed(1, "telegram", 1, "a", "a", None, REPLY, 1, 0, 0, MONDAY),
    MessageIn(key="12345678", text=MARK),
    Item(id=1, who="you", at="", text=MARK, state=InboundState.NEW),
]


@pytest.mark.parametrize("carrier", CARRIERS, ids=lambda carrier: type(carrier).__name__)
def test_what_carries_words_does_not_show_them(carrier: object) -> None:
    assert MARK not in f"{carrier!r} {carrier}"


def test_what_carries_secrets_does_not_show_them(store: Store) -> None:
    secrets = Secrets(*[SecretStr(PASSWORD)] * 4)
    config = Config(database=SecretStr(f"postgresql://desk:{PASSWORD}@db/desk"))
    parts = Parts(config, FakeBook(), decide, store, FixedClock())
    holders = [secrets, config, parts, *channels_of(parts, secrets), SlackSecrets(*[SecretStr(PASSWORD)] * 3)]
    assert [holder for holder in holders if PASSWORD in f"{holder!r} {holder} {vars(holder)!r}"] == []
