"""What members do to tickets in the console, and what comes of it for the participant."""

import threading
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import Engine, text

from tests.bot.console_site import Desk, Page, wait_for
from tests.bot.site import Site, items, post, said

WANTED = "人と話したいです。"
QUESTION = f"{WANTED}車椅子で見学できる事業所はありますか"
MARKUP = "<script>alert(1)</script><b>太字</b>&amp;\"'"


@pytest.fixture
def participant(console: Site) -> Iterator[httpx.Client]:
    with console.browser() as browser:
        yield browser


def ask(browser: httpx.Client, question: str = QUESTION) -> int:
    """Ask for a person; the number of the ticket."""
    known = len(items(browser))
    post(browser, question)
    numbers = [line["ticket"] for line in said(browser, known + 2)[known:] if line["ticket"]]
    return int(str(numbers[-1]))


# What the first answer of a person ends with.
TAKEN_OVER = "\n\nこのあとお書きになることは、そのまま担当者に届きます。"


def answers(browser: httpx.Client) -> list[dict[str, object]]:
    return [line for line in items(browser) if line["by"] == "staff"]


def texts(browser: httpx.Client) -> list[str]:
    shown = (str(answer["text"]) for answer in answers(browser))
    return [text.removeprefix("担当者より\n").removesuffix(TAKEN_OVER) for text in shown]


def reply(desk: Desk, number: int, words: str, button: str = "返信を確かめる", send: str = "この返信を送る") -> Page:
    return desk.press(desk.press(desk.ticket(number), button, words=words), send)


def page_with(desk: Desk, number: int, words: str) -> Page:
    """The ticket's page, once these words are on it."""
    return wait_for(lambda: page if words in (page := desk.ticket(number)).text else None)


def test_an_open_question_stands_in_the_queue_until_it_is_closed(sato: Desk, participant: httpx.Client) -> None:
    number = ask(participant)
    assert f"#{number} 未対応 {QUESTION}" in sato.open("/staff").text
    assert "ここに表示する受付はありません" in sato.open("/staff?show=mine").text
    sato.press(sato.ticket(number), "担当する")
    assert f"#{number} 対応中" in sato.open("/staff?show=mine").text
    assert "ここに表示する受付はありません" in sato.open("/staff?show=waiting").text
    sato.press(sato.ticket(number), "返事待ちにする")
    assert f"#{number} 参加者の返事待ち" in sato.open("/staff?show=waiting").text
    sato.press(sato.ticket(number), "対象外")
    assert "ここに表示する受付はありません" in sato.open("/staff").text
    assert f"#{number} 終了 対象外" in sato.open("/staff?show=closed").text


def test_urgent_tickets_stand_first_and_the_wait_is_counted(
    console: Site, sato: Desk, participant: httpx.Client
) -> None:
    first = ask(participant)
    with console.browser() as other:
        urgent = ask(other, "死にたいです")
    console.clock.move(3900)
    page = sato.open("/staff").text
    assert page.index(f"#{urgent} 緊急") < page.index(f"#{first} ")
    assert page.count("1時間5分待ち") == 2


def test_a_reply_is_shown_before_it_is_sent_and_its_outcome_after(sato: Desk, participant: httpx.Client) -> None:
    number = ask(participant)
    preview = sato.press(sato.ticket(number), "返信を確かめる", words="ございます。\r\n2か所です。")
    assert "担当者より ございます。 2か所です。" in preview.text
    assert answers(participant) == []
    page = sato.press(preview, "この返信を送る")
    assert page.path == f"/staff/tickets/{number}"
    (answer,) = wait_for(lambda: answers(participant))
    assert (answer["text"], answer["ticket"]) == (f"担当者より\nございます。\n2か所です。{TAKEN_OVER}", number)
    shown = page_with(sato, number, "届きました").text
    assert "佐藤さんの返信 7月4日(月)9:00 ございます。 2か所です。 届きました" in shown
    assert f"#{number} 対応中" in shown


def test_a_preview_can_be_written_anew(sato: Desk, participant: httpx.Client) -> None:
    number = ask(participant)
    preview = sato.press(sato.ticket(number), "返信を確かめる", words="あります")
    again = sato.press(preview, "もう一度確かめる", words="ございます")
    sato.press(again, "この返信を送る")
    assert wait_for(lambda: texts(participant)) == ["ございます"]


def test_nothing_is_sent_where_nothing_was_written(sato: Desk, participant: httpx.Client) -> None:
    number = ask(participant)
    preview = sato.press(sato.ticket(number), "返信を確かめる", words=" \r\n ")
    assert "文が空でした" in preview.text
    assert "この返信を送る" not in preview.text


def test_asking_back_makes_it_the_participants_turn(sato: Desk, participant: httpx.Client) -> None:
    number = ask(participant)
    page = reply(sato, number, "市町村はどちらですか", "聞き返す文を確かめる", "この質問を送る")
    assert f"#{number} 参加者の返事待ち" in page.text
    assert wait_for(lambda: texts(participant)) == ["市町村はどちらですか"]
    post(participant, "青葉市です")
    shown = page_with(sato, number, "青葉市です")
    assert f"#{number} 対応中" in shown.text


def test_a_canned_answer_is_shown_before_it_is_sent(sato: Desk, participant: httpx.Client) -> None:
    number = ask(participant)
    preview = sato.press(sato.ticket(number), "確認しています")
    assert "内容を確認しています。いましばらくお待ちください。" in preview.text
    assert answers(participant) == []
    sato.press(preview, "この返信を送る")
    assert "内容を確認しています" in wait_for(lambda: texts(participant))[0]


def test_a_claim_shows_to_all_and_the_second_is_told_whose_it_is(
    sato: Desk, suzuki: Desk, participant: httpx.Client
) -> None:
    number = ask(participant)
    stale = suzuki.ticket(number)
    sato.press(stale_free := sato.ticket(number), "担当する")
    page = suzuki.press(stale, "担当する")
    assert "この件は、すでに佐藤さんが担当しています。" in page.text
    assert "担当: 佐藤さん" in page.text
    taken = suzuki.press(page, "自分が引き継ぐ")
    assert "担当: 鈴木さん" in taken.text
    assert stale_free.text.count("担当者なし") == 1


def test_a_ticket_is_handed_to_a_colleague_and_released(sato: Desk, participant: httpx.Client) -> None:
    number = ask(participant)
    sato.press(sato.ticket(number), "担当する")
    handed = sato.press(sato.ticket(number), "引き継ぐ", target="鈴木")
    assert "佐藤さんから鈴木さんに引き継がれました。" in handed.text
    assert "担当: 鈴木さん" in handed.text
    assert "担当者なし" in sato.press(handed, "担当を外れる").text


def test_a_note_never_leaves(sato: Desk, suzuki: Desk, participant: httpx.Client) -> None:
    number = ask(participant)
    before = items(participant)
    page = sato.press(sato.ticket(number), "メモを残す", words="返信: 事業所に電話で確かめる")
    assert "メモ(佐藤さん)" in page.text
    assert "返信: 事業所に電話で確かめる" in suzuki.ticket(number).text
    assert items(participant) == before


def test_the_second_of_two_replies_at_once_is_asked_to_confirm(
    sato: Desk, suzuki: Desk, participant: httpx.Client
) -> None:
    number = ask(participant)
    reply(sato, number, "2か所です")
    asked = reply(suzuki, number, "3か所です")
    assert "たったいま、佐藤さんが同じメッセージに返信しました。それでも送りますか。" in asked.text
    assert asked.form("返信を確かめる").fields["words"] == "3か所です"
    assert texts(participant) == ["2か所です"]
    suzuki.press(asked, "それでも送る")
    assert wait_for(lambda: texts(participant)[1:]) == ["3か所です"]


def test_what_could_not_be_done_leaves_the_words_in_the_form(sato: Desk, participant: httpx.Client) -> None:
    number = ask(participant)
    page = reply(sato, number, "あ" * 3001)
    assert "3000文字までに短くしてください" in page.text
    assert page.form("返信を確かめる").fields["words"] == "あ" * 3001
    assert sato.ticket(number).form("返信を確かめる").fields["words"] == ""


def test_a_reply_to_a_closed_ticket_is_refused_until_it_is_reopened(
    sato: Desk, suzuki: Desk, participant: httpx.Client
) -> None:
    number = ask(participant)
    preview = suzuki.press(suzuki.ticket(number), "返信を確かめる", words="2か所です")
    sato.press(sato.ticket(number), "対象外")
    refused = suzuki.press(preview, "この返信を送る")
    assert "この件は終了しています。続けるには、先に再開してください。" in refused.text
    assert answers(participant) == []
    opened = suzuki.press(refused, "再開する")
    assert f"#{number} 対応中" in opened.text
    reply(suzuki, number, "2か所です")
    assert wait_for(lambda: texts(participant)) == ["2か所です"]


def test_closing_what_was_not_answered_is_asked_to_confirm(sato: Desk, participant: httpx.Client) -> None:
    number = ask(participant)
    asked = sato.press(sato.ticket(number), "終了")
    assert f"受付番号 {number} には、まだここから返信していません。それでも終了しますか。" in asked.text
    assert f"#{number} 終了" in sato.press(asked, "それでも終了する").text


def test_an_answer_becomes_a_draft_of_an_entry(sato: Desk, participant: httpx.Client, engine: Engine) -> None:
    number = ask(participant)
    assert "FAQの下書きにできる返信がありません。" in sato.press(sato.ticket(number), "FAQの下書きにする").text
    reply(sato, number, "2か所です")
    assert "佐藤さんがFAQの下書きにしました。" in sato.press(sato.ticket(number), "FAQの下書きにする").text
    with engine.connect() as connection:
        assert connection.execute(text("SELECT answer, actor FROM draft")).all() == [("2か所です", "佐藤")]


def test_a_sent_answer_is_corrected_and_withdrawn_and_staff_see_it(sato: Desk, participant: httpx.Client) -> None:
    number = ask(participant)
    reply(sato, number, "2か所です")
    page = page_with(sato, number, "届きました")
    assert page.form("修正を確かめる").fields["words"] == "2か所です"
    preview = sato.press(page, "修正を確かめる", words="3か所です")
    assert "担当者より 3か所です" in preview.text
    sato.press(preview, "この文に修正する")
    wait_for(lambda: texts(participant) == ["3か所です"])
    revised = page_with(sato, number, "修正しました")
    assert "佐藤さんの修正 7月4日(月)9:00 3か所です 修正しました" in revised.text
    assert len([form for form in revised.forms if "修正を確かめる" in form.buttons]) == 1
    sato.press(revised, "この返信を取り消す")
    wait_for(lambda: answers(participant)[0]["withdrawn"])
    withdrawn = page_with(sato, number, "参加者の画面から取り消しました")
    assert not [form for form in withdrawn.forms if "修正を確かめる" in form.buttons]


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


def test_what_was_said_before_the_ticket_is_shown(sato: Desk, participant: httpx.Client) -> None:
    post(participant, "参加費はいくらですか")
    said(participant, 2)
    number = ask(participant)
    page = sato.ticket(number).text
    assert page.index("参加者 7月4日(月)9:00 参加費はいくらですか") < page.index("自動応答 7月4日(月)9:00")


def test_nothing_that_others_said_in_a_group_is_shown(sato: Desk, console: Site, participant: httpx.Client) -> None:
    with console.browser() as other:
        ask(other, f"{WANTED}ひみつの相談です")
    assert "ひみつの相談" not in sato.ticket(ask(participant)).text


def test_what_a_participant_writes_is_never_markup(sato: Desk, participant: httpx.Client) -> None:
    number = ask(participant, WANTED + MARKUP)
    reply(sato, number, MARKUP)
    preview = sato.press(sato.ticket(number), "返信を確かめる", words=MARKUP)
    for page in (sato.open("/staff"), sato.ticket(number), preview):
        assert MARKUP in page.text
        assert "<script>alert" not in page.markup
        assert page.tags.count("script") == 1
        assert "b" not in page.tags or page.path == "/staff"


def test_a_ticket_or_list_that_is_not_there_is_told_civilly(sato: Desk) -> None:
    for path in ("/staff/tickets/999", "/staff/tickets/99999999999999", "/staff?show=all", "/staff/absent"):
        page = sato.open(path)
        assert (page.status, "ページが見つかりません" in page.text) == (404, True)


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


def test_the_steps_of_an_application_are_ticked(sato: Desk, participant: httpx.Client, engine: Engine) -> None:
    number = ask(participant)
    with engine.begin() as connection:
        connection.execute(text("UPDATE ticket SET kind = 'employer'"))
    page = sato.press(sato.ticket(number), "☐ ご連絡")
    assert "☑ ご連絡" in page.text
    assert "☐ ご訪問" in page.text
    assert "協力事業所" in page.text


def test_one_answer_settles_all_that_ask_the_same(
    console: Site, sato: Desk, participant: httpx.Client, engine: Engine
) -> None:
    with console.browser() as other:
        first, second = ask(participant), ask(other)
        with engine.begin() as connection:
            connection.execute(text(f"UPDATE ticket SET same_as = {first}"))
        page = sato.ticket(second)
        assert f"同じ質問: #{first}" in page.text
        preview = sato.press(page, "同じ質問2件にまとめて返信", words="2か所です")
        sato.press(preview, "同じ質問2件にまとめて返信")
        assert wait_for(lambda: texts(participant)) == wait_for(lambda: texts(other)) == ["2か所です"]


def test_a_reply_written_while_the_tab_was_closed_is_there_at_return(console: Site, sato: Desk) -> None:
    with console.browser() as browser:
        number = ask(browser)
        cookie = browser.cookies["desk"]
    reply(sato, number, "2か所です")
    with console.stranger() as later:
        later.cookies["desk"] = cookie
        assert wait_for(lambda: texts(later)) == ["2か所です"]


def test_a_participant_who_blocked_the_desk_is_shown_as_such(
    sato: Desk, participant: httpx.Client, engine: Engine
) -> None:
    number = ask(participant)
    with engine.begin() as connection:
        connection.execute(text("UPDATE conversation SET gone = 'blocked' WHERE channel = 'web'"))
    page = reply(sato, number, "2か所です")
    assert "届きませんでした(相手がこのデスクをブロックしています)" in page.text
