"""How members answer from the console: seen before it is sent, at once with others, corrected, taken back."""

import httpx
from sqlalchemy import Engine, text

from tests.bot.console_site import Desk, wait_for
from tests.bot.console_tickets import TAKEN_OVER, answers, ask, page_with, reply, texts
from tests.bot.site import Site, post


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
