"""The guided application of a partner employer: what is asked, what is shown, and what is sent."""

import pytest

from handlers.effects import OpenTicket, Reply, SaveIntake
from handlers.intake import FIELDS
from handlers.onboard_questions import FORM_KEYS
from handlers.ticket import TicketKind
from knowledge.book import Book
from knowledge.finding import Outcome
from knowledge.lint import find_phrase_faults
from tests.handlers.applying import TOLD, Owner, applying, ready
from tests.handlers.asking import only as the_only

SHOWN = """\
・事業所のお名前: みどり食堂
・所在地: 千葉県船橋市
・協力の形: 体験、見学
・お仕事の内容: 配膳と店内の清掃
・ご希望・ご心配: 送迎はできません
・ご連絡先: 佐藤 090-1234-5678
・ご相談とご連絡への利用: 同意する"""


def test_the_seven_questions_are_asked_in_order_with_their_number(book: Book) -> None:
    owner = Owner(book)
    heard = [owner.says("協力事業所に登録したい"), *(owner.says(text) for text in TOLD)]
    ends = [text.splitlines()[-1] for text in heard]
    assert ends == [
        "事業所のお名前を教えてください。(1/7)",
        "事業所のある都道府県と市区町村を教えてください。(2/7)",
        "どのような形でご協力いただけそうですか。いくつでもお選びください。(3/7)",
        "どのようなお仕事がありますか。(4/7)",
        "ご希望やご心配なことがあれば教えてください。(5/7)",
        "ご連絡先のお名前と、電話番号かメールアドレスを教えてください。担当者からのご連絡に使います。(6/7)",
        "ここまでの内容を担当者に伝え、ご相談とご連絡に使うことに、同意いただけますか。(7/7)",
    ]


def test_an_application_is_sent_in_nine_messages(book: Book) -> None:
    owner = applying(book, *TOLD[:4], "とくにない", TOLD[5], "はい", "はい")
    assert owner.done == 9
    [ticket] = owner.sent
    assert (ticket.kind, ticket.reason, ticket.urgent) == (TicketKind.EMPLOYER, "employer application", False)


def test_with_buttons_alone_where_there_are_some_it_takes_one_message_more(book: Book) -> None:
    owner = applying(book, *TOLD[:2])
    owner.taps("体験", "これで決定")
    owner.says(TOLD[3])
    owner.taps("とくにない")
    owner.says(TOLD[5])
    owner.taps("同意する", "この内容で送る")
    assert owner.done == 10
    assert len(owner.sent) == 1


def test_the_summary_shows_every_answer_and_offers_to_correct_each(book: Book) -> None:
    owner = ready(book)
    assert owner.heard == f"次の内容でお送りしてよろしいですか。\n{SHOWN}"
    assert owner.offered == [
        "この内容で送る",
        "「事業所のお名前」を直す",
        "「所在地」を直す",
        "「協力の形」を直す",
        "「お仕事の内容」を直す",
        "「ご希望・ご心配」を直す",
        "「ご連絡先」を直す",
        "あとで続ける",
        "やめる",
    ]


def test_what_is_sent_is_what_the_summary_showed(book: Book) -> None:
    owner = ready(book)
    owner.taps("この内容で送る")
    assert owner.sent == [OpenTicket(7, SHOWN, False, "employer application", TicketKind.EMPLOYER)]
    assert the_only(SaveIntake, owner.effects) == SaveIntake(None)
    reply = the_only(Reply, owner.effects)
    assert (reply.outcome, reply.ticket) == (Outcome.HANDOFF, 7)
    assert [part for part in ("受付番号は 7 です", "訪問", "進み具合は") if part not in reply.text] == []


def test_before_the_desk_opens_the_owner_knows_that_nobody_is_there(book: Book) -> None:
    owner = Owner(book)
    owner.waits(days=-20)
    assert "まだ開設前" in owner.says("協力事業所に登録したい")


def test_after_the_desk_has_closed_too(book: Book) -> None:
    owner = Owner(book)
    owner.waits(days=300)
    assert "終了したため" in owner.says("協力事業所に登録したい")


def test_the_owner_can_ask_how_far_it_is(book: Book) -> None:
    owner = ready(book)
    owner.taps("この内容で送る")
    assert [part for part in ("7", "訪問") if part not in owner.says("進み具合は？")] == []
    assert owner.sent == []


def test_an_answer_with_something_missing_is_asked_for_the_rest(book: Book) -> None:
    owner = applying(book, "みどり食堂", "船橋市")
    assert owner.heard == "都道府県はどちらですか。(2/7)"
    owner.says("千葉", "体験", "配膳", "なし", "佐藤")
    assert owner.heard == "電話番号かメールアドレスも教えてください。(6/7)"
    owner.says("090-1234-5678")
    assert (owner.told("place"), owner.told("contact")) == ("千葉県 船橋市", "佐藤 090-1234-5678")


def test_too_long_an_answer_is_asked_for_again(book: Book) -> None:
    owner = applying(book, "あ" * 201)
    assert owner.heard == "200文字までに短くして、お書きください。\n\n事業所のお名前を教えてください。(1/7)"


def test_forms_are_chosen_by_tapping_and_at_least_one(book: Book) -> None:
    owner = applying(book, *TOLD[:2])
    assert owner.taps("これで決定").startswith("ひとつ以上お選びください。")
    owner.taps("見学", "体験", "訓練", "✓ 訓練")
    assert owner.offered[:5] == ["✓ 体験", "訓練", "支援付き短期バイト", "✓ 見学", "その他"]
    owner.taps("これで決定")
    assert owner.told("forms") == "体験、見学"


def test_without_consent_nothing_can_be_sent(book: Book) -> None:
    owner = applying(book, *TOLD)
    assert owner.taps("同意しない").startswith("同意いただけない場合は、お送りできません。")
    assert owner.forges("intake:send").startswith("その選択肢は、いまはお使いいただけません。")
    assert owner.says("送ってください").startswith("「同意する」か「同意しない」でお答えください。")
    assert owner.sent == []


def test_going_back_shows_the_answer_and_it_can_stay(book: Book) -> None:
    owner = applying(book, *TOLD[:4])
    owner.taps("戻る", "戻る", "戻る")
    assert owner.heard == "事業所のある都道府県と市区町村を教えてください。(2/7)\nいまのお答え: 千葉県船橋市"
    assert owner.taps("このままにする") == "ご希望やご心配なことがあれば教えてください。(5/7)"
    owner.taps("戻る", "戻る", "戻る")
    assert owner.says("千葉県市川市") == "ご希望やご心配なことがあれば教えてください。(5/7)"


def test_going_back_from_forms_that_were_not_decided_keeps_them(book: Book) -> None:
    owner = applying(book, *TOLD[:2])
    owner.taps("見学", "戻る", "このままにする")
    assert "✓ 見学" in owner.offered


@pytest.mark.parametrize(
    ("label", "answer", "line"),
    [
        ("「事業所のお名前」を直す", "あおば食堂", "・事業所のお名前: あおば食堂"),
        ("「所在地」を直す", "千葉県市川市", "・所在地: 千葉県市川市"),
        ("「協力の形」を直す", "訓練", "・協力の形: 訓練"),
        ("「お仕事の内容」を直す", "袋詰め", "・お仕事の内容: 袋詰め"),
        ("「ご希望・ご心配」を直す", "特になし", "・ご希望・ご心配: なし"),
        ("「ご連絡先」を直す", "鈴木 a@example.org", "・ご連絡先: 鈴木 a@example.org"),
    ],
)
def test_a_correction_leads_back_to_the_summary(book: Book, label: str, answer: str, line: str) -> None:
    owner = ready(book)
    owner.taps(label)
    assert "戻る" not in owner.offered
    assert line in owner.says(answer).splitlines()
    assert owner.offered[0] == "この内容で送る"


def test_every_sentence_of_the_form_is_there(book: Book) -> None:
    said = {f"onboard_label_{name}": set[str]() for name in FIELDS}
    said |= {f"onboard_ask_{name}": set[str]() for name in FIELDS}
    said |= {f"onboard_form_{key}": set[str]() for key in FORM_KEYS}
    said |= {"onboard_too_long": {"limit"}, "onboard_empty": {"limit"}}
    rest = ("town", "prefecture", "contact_how", "contact_who", "not_agreed", "agree_how", "start", "another", "resume")
    rest += ("restart", "erase", "stay", "cancel", "later", "send", "ask", "keep", "back", "skip", "decide", "agree")
    said |= {f"onboard_{key}": set[str]() for key in (*rest, "disagree")}
    assert find_phrase_faults(book.phrases, said) == []
