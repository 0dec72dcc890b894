"""What members do to tickets in the console, and what comes of it for the participant."""

import httpx
from sqlalchemy import Engine, text

from tests.bot.console_site import Desk
from tests.bot.console_tickets import QUESTION, WANTED, ask, reply
from tests.bot.site import Site, items, post, said

MARKUP = "<script>alert(1)</script><b>太字</b>&amp;\"'"


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


def test_the_steps_of_an_application_are_ticked(sato: Desk, participant: httpx.Client, engine: Engine) -> None:
    number = ask(participant)
    with engine.begin() as connection:
        connection.execute(text("UPDATE ticket SET kind = 'employer'"))
    page = sato.press(sato.ticket(number), "☐ ご連絡")
    assert "☑ ご連絡" in page.text
    assert "☐ ご訪問" in page.text
    assert "協力事業所" in page.text
