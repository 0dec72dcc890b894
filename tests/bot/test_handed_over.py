"""What is asked of another process, and what it decides, arrive there and here just as they are."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, time
from typing import get_args

import pytest

from bot.deciders import Deciders, forked
from bot.ports import Decide
from handlers.effects import (
    Answer,
    Choice,
    DraftEntry,
    DropIntake,
    Effect,
    GiveCode,
    LinkMailbox,
    OpenTicket,
    PreferMailbox,
    Rate,
    Record,
    Remember,
    Reply,
    Revise,
    SaveIntake,
    SaveTicket,
    SetSubscription,
    StaffMarks,
    UnlinkMailbox,
)
from handlers.intake import CONTACT, NAME, Intake, IntakeState
from handlers.message import Act, Command, Content, Edit, Media, Message, Tap, Text
from handlers.rules import Member, Role, Rules
from handlers.situation import Offered, Situation, StaffView
from handlers.subscription import CodeState, Mailbox, Subscription
from handlers.ticket import Action, Event, TicketKind
from knowledge.announcement import NoticeTopic
from knowledge.finding import Outcome, Turn
from knowledge.hours import BusinessHours, Closure
from knowledge.schema import Change
from tests.bot.fakes import MONDAY, message
from tests.handlers.staffing import CLOSED, EMPLOYER, HERS, MINE, NEW, SATO

MEMBER = Member(SATO, (Role.STAFF, Role.LEAD))
TURN = Turn("参加費は", ("fee",))
INTAKE = Intake(CONTACT, ((NAME, "〇〇食堂"),), ((CONTACT, "電話"),), IntakeState.PAUSED, MONDAY)
REPLY = Reply(
    "<無料>です。\n🍵",
    outcome=Outcome.ANSWER,
    entries=("fee",),
    sources=("チラシ",),
    choices=(Choice("一つ目", "entry:fee"),),
    related=(Choice("二つ目", "entry:day"),),
    rateable=True,
    urgent=True,
    ticket=12,
    question="参加費は",
    by="staff",
    marks=StaffMarks("12番", "reply:12", loud=True, calls=("U1",)),
)
EFFECTS: tuple[Effect, ...] = (
    REPLY,
    OpenTicket(12, "参加費は", urgent=True, reason="gap", kind=TicketKind.EMPLOYER),
    SaveTicket(EMPLOYER),
    Record(12, Action.NOTED, SATO, "確認中"),
    Answer(12, REPLY, Action.REPLIED, SATO),
    Revise(12, 7, REPLY, SATO),
    Revise(12, 7, None, SATO),
    DraftEntry(12, "参加費は", "無料です。", SATO),
    SaveIntake(INTAKE),
    SaveIntake(None),
    DropIntake(),
    Remember(TURN),
    Rate(7, True),
    SetSubscription(NoticeTopic.SEMINAR, False),
    GiveCode("2345BCDF"),
    LinkMailbox("2345BCDF"),
    UnlinkMailbox(),
    PreferMailbox(3),
)
SUBSCRIPTION = Subscription(
    frozenset(NoticeTopic),
    (Mailbox(1, "telegram", here=True), Mailbox(2, "slack", is_gone=True)),
    is_shared=True,
    code=CodeState.VALID,
    other=Subscription(frozenset({NoticeTopic.SEMINAR})),
    fresh_code="2345BCDF",
)
RULES = Rules(
    hours=BusinessHours(time(10), time(16), (Closure(date(2022, 12, 29), date(2023, 1, 3)),)),
    confirm=True,
    burst_seconds=1,
    reminders=(1, 2),
    sorry_minutes=3,
    expire_days=4,
    reopen_days=5,
    double_seconds=6,
    team=(MEMBER,),
    page="https://desk.example.jp",
)
SITUATION = Situation(
    MONDAY,
    (TURN,),
    12,
    offered=Offered(7, "参加費は", Outcome.SUGGEST, ("fee",), ("entry:fee",)),
    before="いくら",
    before_on=11,
    tickets=(NEW, MINE, CLOSED),
    backlog=3,
    intake=INTAKE,
    staff=StaffView(
        MEMBER,
        in_room=True,
        ticket=HERS,
        events=(Event(1, 12, MONDAY, Action.OPENED, SATO, "参加費は", 12, "slack"),),
        queue=(NEW, HERS),
        invites="reply:12",
        noted=9,
        is_private=True,
    ),
    rules=RULES,
    subscription=SUBSCRIPTION,
)
CONTENTS = (
    Text("参加費は"),
    Edit("参加費は?"),
    Tap("entry:fee", 7),
    Command("ask", "参加費は"),
    Media("photo", "これです"),
    Act("reply", 12, "無料です。", "7", confirmed=True),
)


def asked(content: Content) -> Message:
    return replace(message("参加費は"), content=content, ref="8", answers="7")


@dataclass(frozen=True)
class Comparing:
    """Decides on all effects where it is asked just this, and on none where anything is different."""

    expected: tuple[Message, Situation]

    def decide(self, message: Message, situation: Situation) -> Sequence[Effect]:
        return EFFECTS if (message, situation) == self.expected else ()

    def foresee(self, _asked: Sequence[tuple[Message, Situation]]) -> Decide:
        return self.decide

    def follow(self, _change: Change) -> "Comparing":
        return self


def told_by_another_process(message: Message, situation: Situation) -> Sequence[Effect] | None:
    async def work(deciders: Deciders) -> Sequence[Effect] | None:
        await deciders.open()
        return await deciders.decide(message, situation)

    with forked(Comparing((message, situation)), 1) as deciders:
        return asyncio.run(work(deciders))


@pytest.mark.parametrize("content", CONTENTS, ids=lambda content: type(content).__name__)
def test_a_message_its_situation_and_every_effect_arrive_whole(content: Content) -> None:
    assert told_by_another_process(asked(content), SITUATION) == EFFECTS


def test_these_are_all_that_there_are() -> None:
    assert {type(effect) for effect in EFFECTS} == set(get_args(Effect))
    assert {type(content) for content in CONTENTS} == set(get_args(Content))


@pytest.mark.parametrize(
    "value", [SITUATION, SITUATION.staff, RULES, SUBSCRIPTION, REPLY], ids=lambda value: type(value).__name__
)
def test_nothing_in_them_is_left_as_it_is_where_nobody_says(
    value: Situation | StaffView | Rules | Subscription | Reply,
) -> None:
    assert [one.name for one in fields(value) if getattr(value, one.name) == one.default] == []
