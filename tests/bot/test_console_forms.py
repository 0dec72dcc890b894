"""Forms of the console: sent twice, from elsewhere, broken, and what one member is told of them."""

import threading

import httpx
import pytest

from tests.bot.console_site import Desk, Page
from tests.bot.console_tickets import ask


def test_a_double_click_is_one_and_other_words_in_the_same_form_are_another(
    sato: Desk, participant: httpx.Client
) -> None:
    number = ask(participant)
    form = sato.ticket(number).form("メモを残す")
    for words in ("一", "一", "二"):
        sato.client.post(form.action, data={**form.fields, "words": words})
    assert sato.ticket(number).text.count("メモ(佐藤さん)") == 2


def test_two_clicks_at_the_same_moment_are_one(sato: Desk, participant: httpx.Client) -> None:
    number = ask(participant)
    form = sato.ticket(number).form("メモを残す")
    data = {**form.fields, "words": "一"}
    clicks = [threading.Thread(target=sato.client.post, args=(form.action,), kwargs={"data": data}) for _ in range(4)]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()
    assert sato.ticket(number).text.count("メモ(佐藤さん)") == 1


def forge(desk: Desk, number: int, headers: dict[str, str], **fields: str) -> httpx.Response:
    form = desk.ticket(number).form("メモを残す")
    return desk.client.post(form.action, data={**form.fields, "words": "偽物", **fields}, headers=headers)


@pytest.mark.parametrize(
    ("headers", "fields"),
    [
        ({"origin": "https://evil.example"}, {}),
        ({"origin": "null"}, {}),
        ({"sec-fetch-site": "same-site"}, {}),
        ({}, {"token": "guessed"}),
        ({}, {"token": "日本"}),
    ],
    ids=["origin", "no origin", "site", "token", "token of other letters"],
)
def test_a_form_from_another_page_does_nothing(
    sato: Desk, participant: httpx.Client, headers: dict[str, str], fields: dict[str, str]
) -> None:
    number = ask(participant)
    assert forge(sato, number, headers, **fields).status_code == 403
    assert "偽物" not in sato.ticket(number).text


def test_a_form_of_a_colleagues_session_does_nothing(sato: Desk, suzuki: Desk, participant: httpx.Client) -> None:
    number = ask(participant)
    stolen = suzuki.ticket(number).form("メモを残す").fields["token"]
    assert forge(sato, number, {}, token=stolen).status_code == 403


def test_a_participants_browser_can_do_nothing(participant: httpx.Client, sato: Desk) -> None:
    number = ask(participant)
    form = sato.ticket(number).form("担当する")
    response = participant.post(form.action, data=form.fields)
    assert (response.status_code, response.headers["location"]) == (303, "/staff/login")
    forged = {"key": "forged-key-1", "tap": {"value": f"staff:claim:{number}", "reply": None}}
    participant.post("/api/messages", json=forged)
    assert "担当者なし" in sato.ticket(number).text


@pytest.mark.parametrize(
    "fields",
    [{"act": "A" * 3}, {"act": ""}, {"key": "short"}, {"target": "x" * 65}, {"confirmed": "x"}, {"more": "1"}],
    ids=lambda fields: next(iter(fields)),
)
def test_a_form_that_cannot_be_read_is_refused_civilly(
    sato: Desk, participant: httpx.Client, fields: dict[str, str]
) -> None:
    number = ask(participant)
    assert forge(sato, number, {}, **fields).status_code == 400


def test_an_act_that_is_not_known_is_told(sato: Desk, participant: httpx.Client) -> None:
    number = ask(participant)
    response = forge(sato, number, {}, act="burn")
    assert "この選択肢は、いまはお使いいただけません。" in Page(response).text


def test_what_one_member_is_told_no_other_sees(sato: Desk, suzuki: Desk, participant: httpx.Client) -> None:
    number = ask(participant)
    sato.press(sato.ticket(number), "担当する")
    page = sato.press(sato.ticket(number), "FAQの下書きにする")
    assert "FAQの下書きにできる返信がありません。" in page.text
    told = page.markup.count("FAQの下書きにできる")
    assert told == 1
    for query in ("?told=1", "?told=x", "?told=99999999999"):
        assert suzuki.open(f"/staff/tickets/{number}{query}").status == 200
    numbers = range(1, 20)
    pages = [suzuki.open(f"/staff/tickets/{number}?told={one}").text for one in numbers]
    assert not any("FAQの下書きにできる" in one for one in pages)
