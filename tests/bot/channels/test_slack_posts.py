"""Posts in threads, calls to staff, and what is done to a post afterwards."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.channels.base import Aim, Gone, NotSent, Outcome, Outgoing, Refused, Sent, Throttled, Unknown
from bot.channels.slack.channel import SlackChannel
from handlers.effects import Choice, Reply, StaffMarks
from tests.bot.channels.slack_desk import ROOM, outcome_of, reply_to, staff_room, using
from tests.fakes.slack_api import FakeSlack, running_slack
from tests.fakes.slack_world import Entry, Trouble

STAFF = staff_room()


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with running_slack() as slack:
        yield slack


def sent(slack: FakeSlack, outgoing: Outgoing) -> Sent:
    """What a post became that was taken."""
    outcome = outcome_of(slack, outgoing, staff=STAFF)
    assert isinstance(outcome, Sent)
    return outcome


def plain(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "plain_text", "text": text, "emoji": False}}


def test_a_card_opens_a_thread_and_what_follows_goes_into_it(slack: FakeSlack) -> None:
    card = sent(slack, Outgoing(7, ROOM, Reply("#12")))
    follows = Outgoing(8, ROOM, Reply("追加"), root=card.ref, thread=card.thread)
    without_thread = replace(follows, id=9, thread=None)
    answer = reply_to(f"{ROOM}:{card.ref}", 10)
    posts = [sent(slack, each) for each in (follows, without_thread, answer)]
    assert card == Sent(slack.people.posts()[0].ts, slack.people.posts()[0].ts)
    assert posts == [Sent(post.ts, card.ref) for post in slack.people.posts()[1:]]
    assert [post.thread for post in slack.people.posts()] == [None, card.ref, card.ref, card.ref]


def test_a_post_in_a_thread_is_found_again(slack: FakeSlack) -> None:
    card = sent(slack, Outgoing(7, ROOM, Reply("#12")))
    follows = Outgoing(8, ROOM, Reply("追加"), root=card.ref, thread=card.thread)

    async def before_and_after(channel: SlackChannel) -> list[object]:
        return [await channel.arrived(follows), await channel.send(follows), await channel.arrived(follows)]

    before, sent_as, found_as = using(slack, before_and_after, staff=STAFF)
    post = Sent(slack.people.posts()[-1].ts, card.thread)
    assert (before, sent_as, found_as) == (False, post, post)


def test_a_card_whose_outcome_was_unknown_is_found_again_with_its_thread(slack: FakeSlack) -> None:
    slack.meets(Trouble("drop_after"))
    card = Outgoing(7, ROOM, Reply("#12"))
    assert outcome_of(slack, card, staff=STAFF) == Unknown("ServerDisconnectedError")
    posted = slack.people.posts()[0].ts
    assert using(slack, lambda channel: channel.arrived(card), staff=STAFF) == Sent(posted, posted)


def test_only_what_is_marked_calls_anybody(slack: FakeSlack) -> None:
    text = "<!channel> <@U0BOSS> *緊急* & @here"
    sent(slack, Outgoing(7, ROOM, Reply(text)))
    sent(slack, Outgoing(8, ROOM, Reply(text, marks=StaffMarks(loud=True))))
    sent(slack, Outgoing(9, ROOM, Reply(text, marks=StaffMarks(calls=("U0BOSS", "W0LEAD", "<!here>", "u1")))))
    sent(slack, Outgoing(10, ROOM, Reply(text, marks=StaffMarks("見出し", "reply:12", loud=True, calls=("U0BOSS",)))))

    def calls(text: str) -> dict[str, Any]:
        return {"type": "section", "text": {"type": "mrkdwn", "text": text}}

    assert [post.arguments["blocks"] for post in slack.people.posts()] == [
        [plain(text)],
        [calls("<!channel>"), plain(text)],
        [calls("<@U0BOSS> <@W0LEAD>"), plain(text)],
        [calls("<!channel> <@U0BOSS>"), plain(text)],
    ]
    escaped = "&lt;!channel&gt; &lt;@U0BOSS&gt; *緊急* &amp; @here"
    assert [(post.text, post.arguments["mrkdwn"]) for post in slack.people.posts()] == [(escaped, False)] * 4


@pytest.mark.parametrize("address", ["D0ALICE", "C0GENERAL", "U0ALICE:D0ALICE"])
def test_participants_are_never_called(slack: FakeSlack, address: str) -> None:
    sent(slack, Outgoing(7, address, Reply("回答", marks=StaffMarks(loud=True, calls=("U0BOB",)))))
    assert slack.people.posts()[0].arguments["blocks"] == [plain("回答")]


def test_a_card_with_many_buttons_keeps_to_slacks_limits(slack: FakeSlack) -> None:
    choices = tuple(Choice(f"選択{number}", f"staff:hand:12:{number}") for number in range(32))
    sent(slack, Outgoing(7, ROOM, Reply("だれに?" * 900, choices=choices, marks=StaffMarks(loud=True))))
    assert [len(block.get("elements", ())) for block in slack.people.posts()[0].arguments["blocks"]] == (
        [0, 0, 0] + [5] * 6 + [2]
    )
    assert outcome_of(slack, Outgoing(8, ROOM, Reply("多い", choices=choices * 8)), staff=STAFF) == Refused("too_long")


@pytest.mark.parametrize("address", [ROOM, "U0ALICE:D0ALICE", "U0ALICE"])
def test_a_post_is_revised_in_place(slack: FakeSlack, address: str) -> None:
    post = sent(slack, Outgoing(7, address, Reply("旧 <b>", choices=(Choice("受ける", "staff:claim:12"),))))
    reply = Reply("新 <!channel> *太字*", choices=(Choice("戻す", "staff:release:12"),))
    revision = Outgoing(9, address, reply, aim=Aim.REVISE, of=7, original=post.ref)
    assert sent(slack, revision) == post
    assert sent(slack, revision) == post
    (entry,) = slack.people.posts()
    assert (entry.ts, entry.text, entry.plain()) == (post.ref, "新 &lt;!channel&gt; *太字*", "新 <!channel> *太字*")
    assert [(button["text"]["text"], button["value"]) for button in entry.buttons()] == [("戻す", "9:staff:release:12")]
    assert entry.arguments["metadata"]["event_payload"] == {"delivery": 7}
    assert entry.arguments["parse"] == "none"


@pytest.mark.parametrize("address", [ROOM, "U0ALICE:D0ALICE"])
def test_a_post_is_withdrawn_and_a_second_time_does_no_harm(slack: FakeSlack, address: str) -> None:
    post = sent(slack, reply_to(address))
    withdrawal = Outgoing(9, address, Reply("回答です"), aim=Aim.WITHDRAW, of=7, original=post.ref)
    assert isinstance(outcome_of(slack, withdrawal, staff=STAFF), Sent)
    assert slack.people.posts() == []
    assert outcome_of(slack, withdrawal, staff=STAFF) == Sent()


@pytest.mark.parametrize("aim", [Aim.REVISE, Aim.WITHDRAW])
def test_what_was_never_posted_cannot_be_changed(slack: FakeSlack, aim: Aim) -> None:
    assert outcome_of(slack, Outgoing(9, "D0ALICE", Reply("新"), aim=aim, of=7)) == Refused("never_sent")
    assert slack.world.calls == []


def test_what_others_wrote_and_what_is_not_there_cannot_be_revised(slack: FakeSlack) -> None:
    slack.world.write(Entry("D0ALICE", "1.1", "U0ALICE", "質問"))
    theirs = Outgoing(9, "D0ALICE", Reply("新"), aim=Aim.REVISE, of=7, original="1.1")
    assert outcome_of(slack, theirs) == Refused("cant_update_message")
    assert outcome_of(slack, replace(theirs, aim=Aim.WITHDRAW)) == Refused("cant_delete_message")
    assert outcome_of(slack, replace(theirs, original="2.2")) == Refused("message_not_found")


@pytest.mark.parametrize(("aim", "method"), [(Aim.REVISE, "chat.update"), (Aim.WITHDRAW, "chat.delete")])
@pytest.mark.parametrize(
    ("trouble", "outcome"),
    [
        (Trouble("throttle", seconds=7), Throttled(7.0)),
        (Trouble("error", error="edit_window_closed"), Refused("edit_window_closed")),
        (Trouble("error", error="compliance_exports_prevent_deletion"), Refused("compliance_exports_prevent_deletion")),
        (Trouble("error", error="channel_not_found"), Gone("channel_not_found")),
        (Trouble("error", error="token_revoked"), NotSent("token_revoked")),
        (Trouble("error", error="internal_error"), Unknown("internal_error")),
        (Trouble("status", status=502), Unknown("status_502")),
        (Trouble("drop_after"), Unknown("ServerDisconnectedError")),
        (Trouble("slow", seconds=1), Unknown("timeout")),
        (Trouble("garbage"), Unknown("malformed")),
    ],
    ids=lambda value: f"{value.kind}-{value.error}" if isinstance(value, Trouble) else "",
)
def test_what_became_of_a_change_is_told_exactly(
    slack: FakeSlack, aim: Aim, method: str, trouble: Trouble, outcome: Outcome
) -> None:
    post = sent(slack, reply_to("D0ALICE"))
    slack.meets(replace(trouble, method=method))
    change = Outgoing(9, "D0ALICE", Reply("新"), aim=aim, of=7, original=post.ref)
    assert outcome_of(slack, change, seconds=0.4) == outcome


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        ("not_in_channel", NotSent("not_in_channel")),
        ("channel_not_found", NotSent("channel_not_found")),
        ("is_archived", NotSent("is_archived")),
        ("thread_not_found", Refused("thread_not_found")),
        ("invalid_blocks", Refused("invalid_blocks")),
    ],
)
def test_staff_are_never_taken_for_gone(slack: FakeSlack, error: str, outcome: Outcome) -> None:
    slack.meets(Trouble("error", error=error))
    assert outcome_of(slack, reply_to(ROOM), staff=STAFF) == outcome
    slack.meets(Trouble("error", error="not_in_channel"))
    assert outcome_of(slack, reply_to("C0GENERAL"), staff=STAFF) == Gone("not_in_channel")


def test_once_let_in_again_the_staff_room_is_told(slack: FakeSlack) -> None:
    slack.world.without_app.add(ROOM)
    assert outcome_of(slack, reply_to(ROOM), staff=STAFF) == NotSent("not_in_channel")
    slack.world.without_app.clear()
    assert isinstance(sent(slack, reply_to(ROOM)), Sent)
