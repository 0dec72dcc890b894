"""What members do about notices in the console, what they see of them, and what is refused."""

import pytest
from sqlalchemy import Engine

from bot.notice_acts import Act
from bot.store.models import DeliveryState
from bot.store.notice_models import Occurrence
from bot.store.transactions import Store
from handlers.notice import OccurrenceState
from knowledge.announcement import NoticeTopic
from knowledge.book import Book
from tests.bot.audiences import subscribe
from tests.bot.console_site import Desk, Members, Page
from tests.bot.noticing import SUZUKI, TANAKA, Newsroom
from tests.bot.site import Site

MARKUP = "<script>alert(1)</script></textarea><b>太字</b>&amp;"
FIELDS = {"topic": "seminar", "title": "会場", "text": "会場のご案内です。", "urgent": ""}


@pytest.fixture
def members() -> Members:
    return [{"name": "佐藤", "login": "sato"}, {"name": "鈴木", "login": "suzuki", "roles": ["staff", "lead"]}]


@pytest.fixture
def room(store: Store, book: Book, engine: Engine) -> Newsroom:
    subscribe(engine, [("telegram", "7"), ("slack", "U7"), ("slack", "C7")], NoticeTopic.SEMINAR)
    return Newsroom(store, book)


def written(desk: Desk, **fields: str) -> Page:
    """A new draft."""
    return desk.press(desk.open("/staff/notices/new"), "下書きに保存する", **{**FIELDS, **fields})


def proposed(sato: Desk, **fields: str) -> str:
    """The path of a notice that waits for approval."""
    return sato.press(written(sato, **fields), "承認を求める").path


def pressed(desk: Desk, path: str, button: str, sure: str = "") -> Page:
    """A button that asks once more, and its answer."""
    asked = desk.press(desk.open(path), button)
    assert asked.path.endswith("/act"), asked.text
    return desk.press(asked, sure or button)


def test_a_notice_is_written_looked_at_proposed_and_approved_by_another(
    sato: Desk, suzuki: Desk, room: Newsroom
) -> None:
    page = written(sato)
    assert (page.status, page.path) == (200, "/staff/notices/1")
    assert "いま送ると 3人 に届きます(Slack 2人、Telegram 1人)。" in page.text
    assert page.text.count("会場のご案内です。") == 3
    page = sato.press(page, "承認を求める")
    assert all("承認する" not in form.buttons for form in page.forms)
    assert "承認待ち" in page.text
    asked = suzuki.press(suzuki.open(page.path), "承認する")
    assert "いま登録している 3人 に届きます" in asked.text
    assert room.state(1) is OccurrenceState.PROPOSED
    assert "予定" in suzuki.press(asked, "承認する").text
    assert [event[:2] for event in room.history(1)] == [("written", "佐藤"), ("proposed", "佐藤"), ("approved", "鈴木")]


def test_the_first_page_says_how_many_notices_wait_for_a_decision(sato: Desk, suzuki: Desk) -> None:
    assert "判断待ち" not in sato.open("/staff").text
    path = proposed(sato)
    assert "判断待ち 1件" in suzuki.open("/staff").text
    pressed(suzuki, path, "承認する")
    assert "判断待ち" not in suzuki.open("/staff").text


def test_each_channel_shows_a_notice_with_its_own_buttons(sato: Desk, room: Newsroom) -> None:
    page = written(sato)
    for heading in ("ウェブでの見え方", "Telegramでの見え方", "Slackでの見え方"):
        assert heading in page.text
    assert page.text.count("カレンダーを見る お知らせの設定") == 3


def test_a_form_sent_twice_makes_one_draft(sato: Desk, room: Newsroom) -> None:
    form = sato.open("/staff/notices/new")
    pages = [sato.press(form, "下書きに保存する", **FIELDS) for _ in range(2)]
    assert [page.path for page in pages] == ["/staff/notices/1"] * 2
    assert len(room.rows(Occurrence)) == 1


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"text": " "}, "題名と本文を書いてください。"),
        ({"text": "文" * 1501}, "本文は1500文字までにしてください。"),
        ({"day": "2022-07-05"}, "日付と時刻は、両方を正しく入れるか、両方空けてください。"),
        ({"day": "2022-02-30", "at": "10:00"}, "日付と時刻は、両方を正しく入れるか、両方空けてください。"),
        ({"day": "2022-07-01", "at": "10:00"}, "送る時刻が過ぎています。"),
        ({"day": "2023-04-01", "at": "10:00"}, "デスクの開設期間の外になるため、送れません。"),
    ],
)
def test_what_cannot_go_is_refused_and_the_words_are_not_lost(
    sato: Desk, room: Newsroom, fields: dict[str, str], told: str
) -> None:
    page = written(sato, **fields)
    assert (page.status, told in page.text) == (422, True), page.text
    form = page.form("下書きに保存する").fields
    assert form["text"].strip() == {**FIELDS, **fields}["text"].strip()
    assert room.rows(Occurrence) == []


def test_a_time_is_japans_and_quiet_hours_are_told(sato: Desk, room: Newsroom) -> None:
    page = written(sato, day="2022-07-05", at="22:30")
    assert "7月5日(火)22:30" in page.text
    assert "静かにする時間帯のため、7月6日(水)8:00 に送られます。" in page.text
    urgent = written(sato, day="2022-07-05", at="22:30", urgent="yes")
    assert "静かにする時間帯" not in urgent.text
    assert "急ぎ" in urgent.text


def test_a_notice_is_changed_and_nobody_overwrites_what_they_did_not_see(
    sato: Desk, suzuki: Desk, room: Newsroom
) -> None:
    path = written(sato).path
    old = suzuki.open(f"{path}/change")
    sato.press(sato.open(f"{path}/change"), "この内容に直す", **{**FIELDS, "text": "新しい文です。"})
    late = suzuki.press(old, "この内容に直す", **{**FIELDS, "text": "知らない文です。"})
    assert (late.status, "ほかの人が先に変えたため、していません。" in late.text) == (422, True)
    assert room.dossier(1).text == "新しい文です。"


def test_a_proposal_is_sent_back_with_a_word_that_all_can_read(sato: Desk, suzuki: Desk, room: Newsroom) -> None:
    path = proposed(sato)
    page = suzuki.press(suzuki.open(path), "戻す", word="場所も書いてください")
    assert "鈴木さん 下書きに戻しました 場所も書いてください" in page.text
    assert "場所も書いてください" in sato.open(path).text


def test_a_notice_is_put_off_paused_resumed_and_cancelled_with_what_it_means(
    sato: Desk, suzuki: Desk, room: Newsroom
) -> None:
    path = proposed(sato)
    pressed(suzuki, path, "承認する")
    page = suzuki.press(suzuki.open(path), "この時に送る", day="2022-07-05", at="11:00")
    assert "送る時: 7月5日(火)11:00" in page.text
    pressed(suzuki, path, "今すぐ送る")
    room.tick()
    assert "0 / 3人" in suzuki.open(path).text
    page = sato.press(sato.open(path), "一時停止する")
    assert "一時停止中" in page.text
    suzuki.press(suzuki.open(path), "送信を再開する")
    asked = suzuki.press(suzuki.open(path), "中止する")
    assert "まだ送っていない 3人 には届かなくなります。" in asked.text
    suzuki.press(asked, "中止する")
    room.tick()
    assert room.fates(1) == ["cancelled"] * 3


def test_the_report_says_what_became_of_it_and_why(sato: Desk, suzuki: Desk, room: Newsroom) -> None:
    path = proposed(sato)
    pressed(suzuki, path, "承認する")
    room.tick()
    room.end(1, DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.UNKNOWN, error="blocked")
    room.tick()
    page = suzuki.open(path)
    for figure in ("宛先 3人", "届いた 1人", "届かなかった 1人", "分からない 1人", "途中で登録をやめた 0人"):
        assert figure in page.text
    assert "受け取る人がデスクをブロックしています 1人" in page.text
    page = suzuki.press(page, "もう一度送る")
    assert (room.fates(1), "もう一度送る" in page.text) == (["sent", "failed", "queued"], True)
    room.end(1, DeliveryState.SENT)
    room.tick()
    asked = suzuki.press(suzuki.open(path), "届かなかった人に送る")
    assert "いまも登録していて書き込める 1人 に送ります。" in asked.text
    suzuki.press(asked, "もう一度送る")
    assert room.fates(1) == ["sent", "queued", "sent"]


def test_what_nobody_knows_of_a_cancelled_notice_is_settled_and_not_sent_again(
    sato: Desk, suzuki: Desk, room: Newsroom
) -> None:
    path = proposed(sato)
    pressed(suzuki, path, "承認する")
    room.tick()
    room.end(1, DeliveryState.UNKNOWN, DeliveryState.SENT, error="timeout")
    pressed(suzuki, path, "中止する")
    page = suzuki.open(path)
    assert ("届いたか分からないもの" in page.text, "もう一度送る" in page.text) == (True, False)
    page = suzuki.press(page, "届いていた")
    assert (room.fates(1), "届いたか分からないもの" in page.text) == (["sent"] * 3, False)


def test_who_wrote_it_is_told_that_another_time_needs_another_approval(suzuki: Desk, room: Newsroom) -> None:
    number = room.write(by=SUZUKI)
    room.do(number, Act.PROPOSE, SUZUKI)
    room.do(number, Act.APPROVE, TANAKA)
    page = suzuki.open(f"/staff/notices/{number}")
    assert "書いた人や直した人が変えると、もう一度承認が要ります。" in page.text
    page = suzuki.press(page, "この時に送る", day="2022-07-05", at="11:00")
    assert (room.state(number), "今すぐ送る" in page.text) == (OccurrenceState.PROPOSED, False)


def test_a_notice_is_copied_as_a_draft_of_ones_own(sato: Desk, suzuki: Desk, room: Newsroom) -> None:
    page = suzuki.press(suzuki.open(written(sato).path), "写して新しい下書きを作る")
    assert (page.path, "書いた人: 鈴木さん" in page.text) == ("/staff/notices/2", True)


def test_who_cannot_be_reached_is_told_that_nothing_can_be_tried(sato: Desk, room: Newsroom) -> None:
    page = written(sato)
    assert "試し送りの届く先がありません。" in page.text
    assert all("自分に試し送りする" not in form.buttons for form in page.forms)


def test_the_season_is_shown_in_order_of_time_and_by_state(sato: Desk, suzuki: Desk, room: Newsroom) -> None:
    room.tick()
    written(sato)
    page = sato.open("/staff/notices")
    assert page.text.index("送る時が決まっていないもの") < page.text.index("2022年8月") < page.text.index("2023年3月")
    planned = [row for row in room.rows(Occurrence) if row.state is OccurrenceState.PLANNED]
    assert page.text.count("予定 ") >= len(planned)
    assert "会場" in sato.open("/staff/notices?show=waiting").text
    assert "会場" not in sato.open("/staff/notices?show=done").text
    room.do(planned[0].id, Act.SKIP, SUZUKI)
    assert "担当者が決めました" in sato.open("/staff/notices?show=left").text
    assert sato.open("/staff/notices?show=nothing").status == 404


def test_one_that_is_announced_is_shown_and_left_out_and_taken_up_again(suzuki: Desk, room: Newsroom) -> None:
    room.tick()
    planned = next(
        row for row in room.rows(Occurrence) if row.notice == "seminar-week-before" and row.due > room.clock.at
    )
    path = f"/staff/notices/{planned.id}"
    page = suzuki.open(path)
    assert "本文は、送る時にあらためて作られます。" in page.text
    assert all("内容を直す" not in form.buttons for form in page.forms)
    assert "見送り" in pressed(suzuki, path, "見送る").text
    suzuki.press(suzuki.open(path), "見送りをやめる")
    assert room.state(planned.id) is OccurrenceState.PLANNED


def test_what_somebody_wrote_is_never_markup(sato: Desk, suzuki: Desk, room: Newsroom) -> None:
    path = proposed(sato, title=MARKUP[:40], text=MARKUP)
    suzuki.press(suzuki.open(path), "戻す", word=MARKUP)
    pages = [sato.open(one) for one in ("/staff/notices", path, f"{path}/change")]
    sato.press(sato.open(path), "承認を求める")
    pages.append(suzuki.press(suzuki.open(path), "承認する"))
    for page in pages:
        assert MARKUP[:40] in page.text
        assert "<script>alert" not in page.markup
        assert "<b>太字" not in page.markup


def test_who_has_no_role_for_it_is_refused_however_they_send_it(sato: Desk, room: Newsroom) -> None:
    path = proposed(sato)
    own = sato.open(path).form("中止する").fields
    sent = sato.client.post(f"{path}/act", data={**own, "act": Act.APPROVE, "confirmed": "yes"})
    assert (sent.status_code, "lead か curator" in sent.text) == (422, True)
    assert room.state(1) is OccurrenceState.PROPOSED


@pytest.mark.parametrize(
    ("headers", "fields"),
    [({"origin": "https://evil.example"}, {}), ({}, {"token": "guessed"})],
    ids=["origin", "token"],
)
def test_a_form_from_elsewhere_changes_nothing(
    suzuki: Desk, room: Newsroom, headers: dict[str, str], fields: dict[str, str]
) -> None:
    number = room.write(by=SUZUKI)
    path = f"/staff/notices/{number}"
    own = suzuki.open(path).form("承認を求める").fields
    forms = [
        ("/staff/notices/new", {**FIELDS, "token": own["token"], "key": own["key"]}),
        (f"{path}/act", own),
        (f"{path}/change", {**FIELDS, "text": "別", "token": own["token"], "version": "1"}),
        (f"{path}/settle", {"token": own["token"], "delivery": "1", "verdict": "sent"}),
    ]
    for where, values in forms:
        assert suzuki.client.post(where, data={**values, **fields}, headers=headers).status_code == 403
    assert [(row.state, row.text) for row in room.rows(Occurrence)] == [(OccurrenceState.DRAFT, "会場のご案内です。")]


def test_nobody_sees_notices_without_logging_in(console: Site) -> None:
    with console.stranger() as browser:
        for path in ("/staff/notices", "/staff/notices/1", "/staff/notices/new"):
            response = browser.get(path)
            assert (response.status_code, response.headers["location"]) == (303, "/staff/login")


@pytest.mark.parametrize("path", ["/staff/notices/9", f"/staff/notices/{2**63}", "/staff/notices/9/change"])
def test_what_is_not_there_is_not_shown(sato: Desk, room: Newsroom, path: str) -> None:
    assert sato.open(path).status == 404
