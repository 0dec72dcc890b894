"""Subscribing, opting out and linking, as decisions: what is changed, and the card that shows what one has then."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.effects import (
    Choice,
    Effect,
    GiveCode,
    LinkMailbox,
    OpenTicket,
    PreferMailbox,
    Record,
    SetSubscription,
    UnlinkMailbox,
)
from handlers.linking import code_in
from handlers.message import Command, Content, Edit, Tap, Text
from handlers.notice import SHOW_CALENDAR, SHOW_SUBSCRIPTION
from handlers.rules import Rules
from handlers.situation import Situation
from handlers.subscription import CODE_SIGNS, CodeState, Mailbox, Subscription, is_code, plain_code, shown_code
from handlers.ticket import claim
from knowledge.announcement import NoticeTopic
from knowledge.book import Book
from tests.handlers.asking import decided, having, only, opened, reply

SEMINAR, SUPPORT, EMPLOYER, LETTER = NoticeTopic
EVERYTHING = frozenset(NoticeTopic)
HERE = Mailbox(1, "web", here=True)
PHONE = Mailbox(2, "telegram")
OFFICE = Mailbox(3, "slack", is_gone=True)
CODE = "BCDF2345"


def _having(*topics: NoticeTopic, mailboxes: tuple[Mailbox, ...] = (HERE,), **known: object) -> Situation:
    subscription = replace(Subscription(frozenset(topics), mailboxes), **known)  # type: ignore[arg-type]
    return having(subscription=subscription, rules=Rules(page="https://desk.example.jp"))


def _shown(book: Book, content: Content, situation: Situation) -> str:
    return reply(decided(book, content, situation)).text


def _set(effects: list[Effect]) -> list[tuple[NoticeTopic, bool]]:
    return [(effect.topic, effect.wanted) for effect in effects if isinstance(effect, SetSubscription)]


def _values(effects: list[Effect]) -> list[str]:
    return [choice.value for choice in reply(effects).choices]


def test_without_words_the_command_shows_what_one_has_and_all_that_changes_it(book: Book) -> None:
    [card] = decided(book, Command("subscribe"), _having(SEMINAR))
    assert reply([card]).text == (
        "お知らせの登録は、いま次のとおりです。\n\n"
        "✓ セミナー\n・ 応援プログラム\n・ 協力事業所\n・ デスク便り\n\nお届け先: この会話"
    )
    assert reply([card]).choices == (
        Choice("セミナーのお知らせを止める", "topic:seminar:off"),
        Choice("応援プログラムのお知らせを受け取る", "topic:support:on"),
        Choice("協力事業所のお知らせを受け取る", "topic:employer:on"),
        Choice("デスク便りのお知らせを受け取る", "topic:letter:on"),
        Choice("すべて受け取る", "topics:all:on"),
        Choice("すべて止める", "topics:all:off"),
        Choice("カレンダーを見る", SHOW_CALENDAR),
        Choice("ほかのアプリとつなぐ", "link:new"),
    )


@pytest.mark.parametrize(
    "content", [Command("subscribe", "セミナー デスク便り"), Text("セミナーとデスク便りのお知らせがほしい")]
)
def test_what_is_subscribed_to_stands_on_the_card(book: Book, content: Content) -> None:
    effects = decided(book, content, _having(EMPLOYER))
    assert _set(effects) == [(SEMINAR, True), (LETTER, True)]
    assert reply(effects).text.startswith(
        "お知らせをお届けします: セミナー、デスク便り\n\n✓ セミナー\n・ 応援プログラム\n✓ 協力事業所\n✓ デスク便り"
    )


@pytest.mark.parametrize("content", [Text("お知らせを止めて"), Command("unsubscribe"), Tap("topics:all:off", 3)])
def test_opting_out_without_a_topic_stops_all_at_once_and_offers_the_way_back(book: Book, content: Content) -> None:
    effects = decided(book, content, _having(SEMINAR, LETTER))
    assert _set(effects) == [(topic, False) for topic in NoticeTopic]
    assert reply(effects).text.startswith("お知らせを止めました: セミナー、デスク便り\n\n・ セミナー\n")
    back = reply(effects).choices[0]
    assert back == Choice("元に戻す", "topics:seminar,letter:on")
    assert _set(decided(book, Tap(back.value, 9), _having())) == [(SEMINAR, True), (LETTER, True)]


def test_opting_out_of_one_topic_leaves_the_others(book: Book) -> None:
    effects = decided(book, Text("デスク便りだけ解除"), _having(SEMINAR, LETTER))
    assert _set(effects) == [(LETTER, False)]
    assert "✓ セミナー\n・ 応援プログラム\n・ 協力事業所\n・ デスク便り" in reply(effects).text


def test_opting_out_of_what_one_does_not_get_says_so(book: Book) -> None:
    effects = decided(book, Tap("topic:letter:off", 1), _having(SEMINAR))
    assert _set(effects) == [(LETTER, False)]
    assert reply(effects).text.startswith("登録していないため、お届けしていません: デスク便り")
    assert "元に戻す" not in [choice.label for choice in reply(effects).choices]


def test_who_wants_notices_and_names_none_chooses(book: Book) -> None:
    [card] = decided(book, Text("お知らせを受け取りたい"), _having())
    assert reply([card]).text.startswith("受け取りたいお知らせをお選びください。")


def test_an_english_wish_is_answered_in_english(book: Book) -> None:
    effects = decided(book, Text("Please stop the notifications"), _having(SEMINAR))
    assert reply(effects).text.startswith("I have stopped the notices on: ")


def test_words_that_name_no_topic_are_said_back(book: Book) -> None:
    [card] = decided(book, Command("subscribe", "天気"), _having())
    assert reply([card]).text.startswith("「天気」というお知らせはありません。")


@pytest.mark.parametrize("name", ["subscribe", "unsubscribe", "link"])
def test_danger_behind_a_command_comes_first(book: Book, name: str) -> None:
    effects = decided(book, Command(name, "もう死にたい"), _having(SEMINAR))
    assert only(OpenTicket, effects).urgent
    assert _set(effects) == []


def test_outside_of_the_season_the_card_says_when_notices_come(book: Book) -> None:
    situation = replace(having(when="2023-04-03 10:00"), subscription=Subscription())
    assert "お知らせをお届けするのは、応援デスクの開設期間(" in _shown(book, Command("subscribe"), situation)


def test_a_sentence_that_was_mended_counts_once_it_says_so(book: Book) -> None:
    situation = replace(_having(SEMINAR), before="お知らせを止めt")
    assert len(_set(decided(book, Edit("お知らせを止めて"), situation))) == len(NoticeTopic)
    assert decided(book, Edit("お知らせを止めて"), replace(situation, before="お知らせを止めて")) == []


def test_wishes_to_staff_who_took_over_go_to_them_but_buttons_and_commands_work(book: Book) -> None:
    taken = replace(claim(opened(5), "佐藤"), taken_over=True)
    situation = replace(_having(SEMINAR), tickets=(taken,))
    [_, said] = decided(book, Text("お知らせを受け取りたい"), situation)
    assert only(Record, [said]).text == "お知らせを受け取りたい"
    assert len(_set(decided(book, Command("unsubscribe"), situation))) == len(NoticeTopic)
    assert _set(decided(book, Tap("topic:seminar:off", 1), situation)) == [(SEMINAR, False)]


def test_a_group_is_told_that_it_subscribes_as_such_and_is_linked_to_nothing(book: Book) -> None:
    situation = _having(SEMINAR, is_shared=True)
    [card] = decided(book, Command("subscribe"), situation)
    assert "このチャンネル(グループ)として登録し" in reply([card]).text
    assert not [value for value in _values([card]) if value.startswith(("link:", "mailbox:"))]
    for content in (Command("link"), Tap("link:new", 1), Text("ほかのアプリとつなぎたい"), Command("link", CODE)):
        [refused] = decided(book, content, replace(situation, subscription=replace(situation.subscription)))
        assert reply([refused]).text.startswith("チャンネルやグループの登録は、ほかとつなげません。")


@pytest.mark.parametrize("content", [Command("calendar"), Tap(SHOW_CALENDAR, 1), Text("カレンダーを見たい")])
def test_the_calendar_is_a_link(book: Book, content: Content) -> None:
    assert "https://desk.example.jp/calendar" in _shown(book, content, _having())


def test_without_a_page_there_are_the_dates(book: Book) -> None:
    effects = decided(book, Command("calendar"), having())
    assert _values(effects) == ["entry:seminar-schedule", SHOW_SUBSCRIPTION]


def test_status_tells_what_one_has(book: Book) -> None:
    assert _shown(book, Command("status"), _having(SEMINAR, LETTER)).endswith(
        "登録中のお知らせ: セミナー、デスク便り(/subscribe で変えられます)"
    )


@pytest.mark.parametrize("content", [Command("link"), Tap("link:new", 1), Text("連携コードをください")])
def test_a_code_is_given_out_with_how_to_use_it(book: Book, content: Content) -> None:
    effects = decided(book, content, _having(SEMINAR, fresh_code=CODE))
    assert only(GiveCode, effects).code == CODE
    assert reply(effects).text.startswith("コードは BCDF-2345 です。10分間、1回だけ使えます。")


@pytest.mark.parametrize(
    "content", [Command("link", "bcdf-2345"), Text("ＢＣＤＦ－２３４５"), Text("コードは bcdf 2345 です")]
)
def test_a_good_code_joins_and_the_card_shows_what_both_have(book: Book, content: Content) -> None:
    other = Subscription(frozenset({LETTER}), (PHONE, OFFICE))
    situation = _having(SEMINAR, code=CodeState.VALID, other=other)
    effects = decided(book, content, situation)
    assert only(LinkMailbox, effects).code == CODE
    assert reply(effects).text.endswith(
        "✓ セミナー\n・ 応援プログラム\n・ 協力事業所\n✓ デスク便り\n\n"
        "お届け先: この会話\nつながっている会話: Telegram、Slack(いまは届きません)"
    )
    assert {"mailbox:2", "mailbox:3", "link:leave"} <= set(_values(effects))


@pytest.mark.parametrize("content", [Command("link", "7qc5-399k"), Text("7QC5399K")])
def test_a_code_is_no_cry_for_help_whatever_it_is_near_to(book: Book, content: Content) -> None:
    """The search takes this one for an emergency."""
    effects = decided(book, content, _having(SEMINAR, code=CodeState.UNKNOWN))
    assert [reply([effect]).urgent for effect in effects] == [False]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (CodeState.EXPIRED, "期限の10分が過ぎたか、もう使われています"),
        (CodeState.OWN, "つながっている会話のものです"),
        (CodeState.UNKNOWN, "見つかりません"),
        (CodeState.LIMITED, "いまはお受けできません"),
    ],
)
def test_a_code_that_is_not_good_is_told_apart_kindly(book: Book, state: CodeState, said: str) -> None:
    [told] = decided(book, Command("link", CODE), _having(SEMINAR, code=state))
    assert said in reply([told]).text


def test_what_is_no_code_is_not_found(book: Book) -> None:
    [told] = decided(book, Command("link", "こんにちは"), _having())
    assert "見つかりません" in reply([told]).text


def test_another_conversation_can_be_preferred(book: Book) -> None:
    effects = decided(book, Tap("mailbox:2", 1), _having(SEMINAR, mailboxes=(HERE, PHONE)))
    assert only(PreferMailbox, effects).conversation == 2
    assert "お届け先: Telegram\nつながっている会話: この会話" in reply(effects).text
    assert Choice("この会話で受け取る", "mailbox:1") in reply(effects).choices


def test_who_leaves_has_nothing_then(book: Book) -> None:
    effects = decided(book, Tap("link:leave", 1), _having(SEMINAR, mailboxes=(HERE, PHONE)))
    assert only(UnlinkMailbox, effects) == UnlinkMailbox()
    assert "✓" not in reply(effects).text


def test_who_is_linked_to_nothing_is_told_so(book: Book) -> None:
    [card] = decided(book, Tap("link:leave", 1), _having(SEMINAR))
    assert reply([card]).text.startswith("この会話は、ほかとつながっていません。\n\n✓ セミナー")


@pytest.mark.parametrize(
    "value",
    [
        *("topic:weather:on", "topic:seminar:maybe", "topic::on", "topics:all,weather:off", "topics:,:on", "topic:all"),
        *("mailbox:9", "mailbox:", "mailbox:x", "mailbox:-1", "link:", "link:old", "notices:", "notices:hide"),
    ],
)
def test_a_forged_choice_changes_nothing(book: Book, value: str) -> None:
    [told] = decided(book, Tap(value, 1), _having(SEMINAR))
    assert reply([told]).text == book.phrase("expired_choice")


TAPS = st.sampled_from(
    ["topic:seminar:on", "topic:seminar:off", "topics:all:on", "topics:all:off", "topics:letter,support:on"]
)


@given(taps=st.lists(TAPS, max_size=6))
def test_cards_work_in_any_order_and_always_show_what_one_has(book: Book, taps: list[str]) -> None:
    situation = _having()
    for value in taps:
        effects = decided(book, Tap(value, 1), situation)
        topics = set(situation.subscription.topics)
        for topic, wanted in _set(effects):
            (topics.add if wanted else topics.discard)(topic)
        situation = replace(situation, subscription=replace(situation.subscription, topics=frozenset(topics)))
        ticked = {topic for topic in NoticeTopic if f"✓ {book.phrase(f'topic_{topic}')}" in reply(effects).text}
        assert ticked == topics


def test_what_is_tapped_fits_every_platform(book: Book) -> None:
    situation = _having(*EVERYTHING, mailboxes=(HERE, Mailbox(2**31 - 1, "telegram")))
    effects = decided(book, Command("unsubscribe"), situation)
    assert max(len(f"{2**31 - 1}:{value}".encode()) for value in _values(effects)) <= 64


@pytest.mark.parametrize("text", ["BCDF2345", "bcdf-2345", " BCDF 2345 ", "ＢＣＤＦー２３４５", "b-c-d-f-2345"])
def test_a_code_is_known_however_it_is_typed(text: str) -> None:
    assert is_code(text)
    assert plain_code(text) == CODE
    assert shown_code(plain_code(text)) == "BCDF-2345"


@pytest.mark.parametrize(
    "text", ["", "seminars", "ABCD2345", "BCDFGHJK", "23456789", "BCDF234", "BCDF23456", "参加費は?"]
)
def test_other_words_are_no_codes(text: str) -> None:
    assert not is_code(text)
    assert code_in(Text(text)) is None


@given(text=st.text(max_size=20) | st.text(f"{CODE_SIGNS}AIU-", min_size=7, max_size=10))
def test_a_code_found_in_a_text_is_always_one(text: str) -> None:
    found = code_in(Text(text))
    assert found is None or (is_code(found) and set(found) <= set(CODE_SIGNS))
