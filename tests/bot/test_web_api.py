"""The web chat's API over a real socket."""

import threading
import time
import uuid
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import Engine, text

from bot.config import Config
from bot.store.engine import open_engine
from tests.bot.site import Site, items, page_config, post, press, running_site, said


@pytest.fixture
def config(database: str, engine: Engine) -> Config:
    return page_config(database, clock={"start": "2022-07-04T09:00:00+09:00"})


@pytest.fixture
def browser(site: Site) -> Iterator[httpx.Client]:
    with site.browser() as client:
        yield client


def test_a_message_is_stored_and_answered(browser: httpx.Client) -> None:
    response = post(browser, "初回はいつ")
    assert (response.status_code, response.json()) == (202, {"stored": True})
    mine, theirs = said(browser, 2)
    assert (mine["who"], mine["text"]) == ("you", "初回はいつ")
    assert theirs == {
        "id": 2,
        "who": "desk",
        "at": "2022-07-04T09:00:00+09:00",
        "text": "初回はいつですね()",
        "state": theirs["state"],
        "key": None,
        "outcome": "answer",
        "sources": ["チラシ"],
        "choices": [],
        "related": [],
        "rateable": True,
        "rated": None,
        "urgent": False,
        "ticket": None,
        "by": "",
        "revises": None,
        "revised": False,
        "withdrawn": False,
    }


def test_a_reply_comes_to_a_page_that_waits(browser: httpx.Client) -> None:
    post(browser, "一")
    last = int(str(said(browser, 2)[-1]["id"]))
    post(browser, "二")
    begun = time.monotonic()
    assert items(browser, last, wait=20)[0]["text"] == "二"
    assert time.monotonic() - begun < 5


def test_a_repeated_key_is_acknowledged_again_and_nothing_is_doubled(browser: httpx.Client) -> None:
    key = str(uuid.uuid4())
    assert [post(browser, "一", key).status_code for _ in range(3)] == [202, 202, 202]
    assert len(said(browser, 2)) == 2
    assert items(browser)[0]["key"] == key


def test_the_conversation_survives_a_restart(config: Config) -> None:
    with running_site(config) as first, first.browser() as browser:
        post(browser, "一")
        said(browser, 2)
        cookie = browser.cookies["desk"]
    with running_site(config) as second, second.stranger() as browser:
        browser.cookies["desk"] = cookie
        assert [item["text"] for item in items(browser)] == ["一", "一ですね()"]


def test_choices_are_tapped_and_shown_with_their_label(browser: httpx.Client) -> None:
    post(browser, "選ぶ")
    offer = said(browser, 2)[1]
    assert offer["choices"] == [
        {"label": "Aのこと", "value": "entry:a"},
        {"label": "この中にない", "value": "none"},
    ]
    assert press(browser, "entry:a", offer["id"]).status_code == 202
    assert [item["text"] for item in said(browser, 4)[2:]] == ["Aのこと", "選ぶの entry:a"]


def test_a_menu_topic_is_shown_with_its_label(browser: httpx.Client) -> None:
    press(browser, "entry:seminar-next", None)
    assert [item["text"] for item in said(browser, 2)] == ["次のセミナー", "押された entry:seminar-next"]


def test_a_rating_is_kept_shown_on_the_reply_and_no_line_of_its_own(browser: httpx.Client) -> None:
    post(browser, "一")
    reply = said(browser, 2)[1]["id"]
    for value, expected in (("rate:up", True), ("rate:down", False)):
        press(browser, value, reply)
        until_rated(browser, expected)
    assert len(items(browser)) == 2


def until_rated(browser: httpx.Client, expected: bool) -> None:
    deadline = time.monotonic() + 5
    while items(browser)[1]["rated"] is not expected:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_handover_shows_its_ticket_and_urgency(browser: httpx.Client) -> None:
    post(browser, "担当者")
    handover = said(browser, 2)[1]
    assert (handover["outcome"], handover["ticket"], handover["urgent"]) == ("handoff", 1, False)


def test_a_handler_that_breaks_leaves_a_civil_reply_and_a_ticket(browser: httpx.Client) -> None:
    post(browser, "爆発")
    assert said(browser, 2)[1]["text"] == "sorry_broken 1"
    post(browser, "二")
    assert said(browser, 4)[3]["text"] == "二ですね()"


@pytest.mark.parametrize("text", ["", "   ", "😀🎉", "\x00\x01\x07", "\u202e逆", "<script>alert(1)</script>"])
def test_odd_text_is_stored_and_answered_literally(browser: httpx.Client, text: str) -> None:
    assert post(browser, text).status_code == 202
    kept = text.replace("\x00", "")
    assert [item["text"] for item in said(browser, 2)] == [kept, f"{kept}ですね()"]


def test_a_session_sees_nothing_of_others_and_cannot_touch_it(site: Site, browser: httpx.Client) -> None:
    post(browser, "選ぶ")
    offer = said(browser, 2)[1]["id"]
    with site.browser() as other:
        press(other, "entry:a", offer)
        press(other, "rate:up", offer)
        assert [item["text"] for item in said(other, 1)] == ["押された entry:a"]
    assert len(items(browser)) == 2
    assert items(browser)[1]["rated"] is None


def test_two_browsers_may_use_the_same_key(site: Site, browser: httpx.Client) -> None:
    with site.browser() as other:
        post(browser, "一", "same-key-1")
        post(other, "二", "same-key-1")
        assert said(other, 2)[0]["text"] == "二"
    assert said(browser, 2)[0]["text"] == "一"


def test_only_the_hash_of_a_cookie_is_stored(site: Site, browser: httpx.Client, database: str) -> None:
    engine = open_engine(database)
    with engine.connect() as connection:
        (row,) = connection.execute(text("SELECT token_hash, address FROM web_session")).all()
    engine.dispose()
    assert browser.cookies["desk"] not in row
    assert len(row.token_hash) == 64


def test_the_state_tells_the_desks_time_and_whether_staff_are_there(site: Site) -> None:
    with site.stranger() as browser:
        state = browser.get("/api/state").json()
        assert state == {
            "now": "2022-07-04T09:00:00+09:00",
            "clock_is_set": True,
            "banner": "banner_clock 2022年7月4日(月)",
            "desk": "open",
            "menu": [{"label": "次のセミナー", "value": "entry:seminar-next"}],
        }
        site.clock.move(-7 * 86_400)
        assert browser.get("/api/state").json()["desk"] == "before"
        site.clock.move(400 * 86_400)
        assert browser.get("/api/state").json()["desk"] == "closed"


def test_waiting_pages_are_let_go_when_the_desk_stops(config: Config) -> None:
    answers: list[int] = []

    def wait() -> None:
        answers.append(browser.get("/api/conversation?wait=20").status_code)

    with running_site(config) as site, site.browser() as browser:
        waiting = threading.Thread(target=wait)
        waiting.start()
        time.sleep(0.3)
        begun = time.monotonic()
        site.stop()
        waiting.join(5)
    assert answers == [200]
    assert time.monotonic() - begun < 3


def test_a_wait_ends_with_nothing_when_nothing_happens(browser: httpx.Client) -> None:
    assert browser.get("/api/conversation?after=0&wait=1").json() == {"items": [], "last": 0, "topics": []}


def test_no_message_is_lost_among_many_at_once(config: Config) -> None:
    many = config.model_copy(update={"limits": config.limits.model_copy(update={"messages_per_minute": 1000})})
    with running_site(many) as site, site.browser() as browser:
        threads = [threading.Thread(target=post, args=(browser, f"{n}")) for n in range(30)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        lines = said(browser, 60)
    mine = [str(line["text"]) for line in lines if line["who"] == "you"]
    replies = [str(line["text"]).partition("ですね")[0] for line in lines if line["who"] == "desk"]
    assert sorted(mine, key=int) == [str(n) for n in range(30)]
    assert replies == mine
