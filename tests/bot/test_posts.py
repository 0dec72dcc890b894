"""Long replies go out as several posts, with everything to tap under the last."""

from bot.posts import LONGEST, posts_of
from handlers.effects import Choice, Reply
from knowledge.finding import Outcome

LONG = Reply(
    "\n\n".join(f"{n}。" + "あ" * 900 for n in range(12)),
    Outcome.ANSWER,
    ("entry-a",),
    ("チラシ",),
    (Choice("A", "entry:a"),),
    (Choice("B", "entry:b"),),
    rateable=True,
    question="なに",
)


def test_a_short_reply_is_one_post_everywhere() -> None:
    short = Reply("はい", Outcome.ANSWER, sources=("チラシ",), rateable=True)
    assert [posts_of(channel, short) for channel in ("telegram", "slack", "web")] == [[short]] * 3


def test_the_web_takes_any_length() -> None:
    assert posts_of("web", LONG) == [LONG]


def test_a_long_reply_loses_nothing_and_is_tapped_under_its_last_post() -> None:
    for channel in ("telegram", "slack"):
        *first, last = posts_of(channel, LONG)
        assert first
        assert "\n\n".join(post.text for post in [*first, last]) == LONG.text
        assert all(len(post.text) <= LONGEST[channel] for post in [*first, last])
        assert [(post.sources, post.choices, post.related, post.rateable) for post in first] == [
            ((), (), (), False)
        ] * len(first)
        assert (last.sources, last.choices, last.related, last.rateable, last.question) == (
            LONG.sources,
            LONG.choices,
            LONG.related,
            True,
            "なに",
        )
