"""What a person wrote is shown and kept whatever the form in which it came."""

import pytest

from bot.apology import apologise
from bot.store.models import Inbound, InboundState
from bot.store.queries import Spoken
from bot.web.wire import Item, item_from
from bot.written import written
from handlers.effects import OpenTicket, Record, Reply, SaveTicket
from handlers.message import Command, Content, Edit, Media, Message, Tap, Text
from handlers.rules import Member
from handlers.situation import Offered, Situation, StaffView
from handlers.ticket import Action, Ticket
from knowledge.finding import Outcome
from tests.bot.fakes import MONDAY, FakeBook

FORMS = [
    (Text("初回は"), "初回は"),
    (Edit("次回は"), "次回は"),
    (Command("help"), "/help"),
    (Command("ask", "初回は"), "/ask 初回は"),
    (Media("photo", "これは"), "これは"),
]


@pytest.mark.parametrize(("content", "words"), FORMS)
def test_the_words_are_those_of_the_person(content: Text | Edit | Command | Media, words: str) -> None:
    assert written(content) == words


@pytest.mark.parametrize(("content", "words"), [*FORMS, (Tap("entry:a"), "Aのこと")])
def test_the_page_shows_what_a_person_did(content: Content, words: str) -> None:
    inbound = Inbound(id=4, channel="web", key="a:k", person="a", at=MONDAY, content=content, state=InboundState.DONE)
    assert item_from(Spoken(4, inbound), {"entry:a": "Aのこと"}) == Item(
        id=4, who="you", at="2022-07-04T09:00:00+09:00", text=words, state=InboundState.DONE, key="k"
    )


@pytest.mark.parametrize(
    ("content", "question"),
    [
        *FORMS,
        (Media("photo"), "media_question media_photo"),
        (Media("hologram", " "), "media_question media_other"),
        (Tap("entry:a", 3), "なに"),
    ],
)
def test_what_could_not_be_decided_goes_to_staff_as_it_was_said(content: Content, question: str) -> None:
    offered = Offered(3, "なに", Outcome.SUGGEST, (), ("entry:a",)) if isinstance(content, Tap) else None
    message = Message("fake", "a", "a", "k", MONDAY, content)
    assert apologise(FakeBook(), message, Situation(MONDAY, (), 7, offered)) == [
        OpenTicket(7, question, urgent=False, reason="broken"),
        Reply("sorry_broken 7", Outcome.HANDOFF, ticket=7, question=question),
    ]


def test_what_could_not_be_decided_goes_to_the_ticket_that_is_open() -> None:
    ticket = Ticket(4, "fake", "a", "なに", False, "gap", MONDAY, last_at=MONDAY, asked_at=MONDAY)
    message = Message("fake", "a", "a", "k", MONDAY, Text("どう"))
    assert apologise(FakeBook(), message, Situation(MONDAY, (), 7, tickets=(ticket,))) == [
        SaveTicket(ticket),
        Record(4, Action.SAID, text="どう"),
        Reply("sorry_broken 4", Outcome.HANDOFF, ticket=4, question="どう"),
    ]


def test_staff_whose_message_could_not_be_decided_are_told_and_open_no_ticket() -> None:
    message = Message("fake", "room", "a", "k", MONDAY, Text("返信: はい"))
    situation = Situation(MONDAY, (), 7, staff=StaffView(Member("佐藤"), in_room=True))
    assert apologise(FakeBook(), message, situation) == [Reply("staff_broken")]
