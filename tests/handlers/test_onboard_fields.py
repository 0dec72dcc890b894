"""What a shop owner means by an answer."""

import pytest

from handlers.intake import CONTACT, FORMS, NAME, PLACE, WISHES, WORK
from handlers.onboard_fields import (
    PREFECTURES,
    More,
    Reading,
    Told,
    Unfit,
    agrees,
    is_question,
    is_reachable,
    prefecture_of,
    read,
    rest_of,
    toggled,
)

OFFERED = ("体験", "訓練", "支援付き短期バイト", "見学", "その他")


def reading(name: str, text: str, part: str = "") -> Reading:
    return read(name, text, part, OFFERED)


def test_there_are_47_prefectures_each_known_by_its_name() -> None:
    assert len(set(PREFECTURES)) == 47
    assert [prefecture_of(f"{name}のまち") for name in PREFECTURES] == list(PREFECTURES)


@pytest.mark.parametrize(
    ("text", "prefecture"),
    [
        ("千葉 船橋市", "千葉県"),
        ("東京都港区新橋", "東京都"),
        ("京都", "京都府"),
        ("東京、港区", "東京都"),
        ("場所は、大阪 堺", "大阪府"),
        ("福島区", None),
        ("船橋市", None),
        ("東京ベイ", None),
    ],
)
def test_a_prefecture_is_recognised_only_where_it_is_meant(text: str, prefecture: str | None) -> None:
    assert prefecture_of(text) == prefecture


@pytest.mark.parametrize(
    ("part", "text", "found"),
    [
        ("", "千葉県船橋市", Told("千葉県船橋市")),
        ("", "千葉　船橋市", Told("千葉 船橋市")),
        ("", "船橋市", More("船橋市")),
        ("", "千葉県", More("千葉県")),
        ("", "千葉県です", More("千葉県です")),
        ("船橋市", "千葉", Told("千葉県 船橋市")),
        ("船橋市", "千葉県です", Told("千葉県 船橋市")),
        ("船橋市", "千葉県市川市", Told("千葉県市川市")),
        ("千葉県", "船橋市", Told("千葉県 船橋市")),
        ("船橋市", "わかりません", Told("わかりません 船橋市")),
    ],
)
def test_a_place_is_a_prefecture_and_a_town_and_the_rest_is_asked_for_once(
    part: str, text: str, found: Reading
) -> None:
    assert reading(PLACE, text, part) == found


@pytest.mark.parametrize(
    ("part", "text", "found"),
    [
        ("", "佐藤 090-1234-5678", Told("佐藤 090-1234-5678")),
        ("", "鈴木 sato@example.org", Told("鈴木 sato@example.org")),
        ("", "佐藤", More("佐藤")),
        ("佐藤", "０３（１２３４）５６７８", Told("佐藤 ０３（１２３４）５６７８")),
        ("佐藤", "田中", More("佐藤 田中")),
        ("", "090-1234-5678", More("090-1234-5678")),
        ("", "電話は03-1234-5678です", More("電話は03-1234-5678です")),
        ("090-1234-5678", "佐藤", Told("090-1234-5678 佐藤")),
        ("090-1234-5678", "090-1234-5678", Told("090-1234-5678 090-1234-5678")),
        ("あ" * 150, "い" * 60, Unfit("onboard_too_long")),
    ],
)
def test_a_contact_is_somebody_who_can_be_reached(part: str, text: str, found: Reading) -> None:
    assert reading(CONTACT, text, part) == found


@pytest.mark.parametrize(
    "text",
    [
        "0312345678",
        "03-1234-5678",
        "０９０ー１２３４ー５６７８",
        "090 1234 5678",
        "+81 90-1234-5678",
        "a.b@example.co.jp",
    ],
)
def test_numbers_and_addresses_are_recognised_however_they_are_written(text: str) -> None:
    assert is_reachable(f"佐藤 {text} まで")


@pytest.mark.parametrize("text", ["", "佐藤", "12345", "2022年7月4日", "〒273-0005", "9:00-17:00", "@sato", "a@b"])
def test_other_numbers_reach_nobody(text: str) -> None:
    assert not is_reachable(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("体験", "体験"),
        ("見学と体験", "体験、見学"),
        ("体験、バイトができます", "体験、支援付き短期バイト"),
        ("支援付き短期バイト", "支援付き短期バイト"),
        ("その他", "その他"),
        ("週に一度の清掃", "その他(週に一度の清掃)"),
        ("体験なら、月に一度", "体験、その他(体験なら 月に一度)"),
    ],
)
def test_forms_that_are_written_out_are_understood_and_no_word_is_lost(text: str, found: str) -> None:
    assert reading(FORMS, text) == Told(found)


def test_a_form_is_chosen_and_taken_back_in_the_order_of_the_list() -> None:
    chosen = toggled(toggled("", "見学", OFFERED), "体験", OFFERED)
    assert chosen == "体験、見学"
    assert toggled(chosen, "見学", OFFERED) == "体験"
    assert toggled("その他(清掃)", "体験", OFFERED) == "体験、その他(清掃)"


@pytest.mark.parametrize(("name", "longest"), [(NAME, 200), (PLACE, 200), (CONTACT, 200), (WORK, 1000), (WISHES, 1000)])
def test_answers_are_bounded(name: str, longest: int) -> None:
    assert reading(name, "あ" * (longest + 1)) == Unfit("onboard_too_long")
    assert not isinstance(reading(name, "あ" * longest), Unfit)


@pytest.mark.parametrize("text", ["", "  ", "　\n"])
def test_nothing_is_no_answer(text: str) -> None:
    assert reading(NAME, text) == Unfit("onboard_empty")


def test_lines_stay_where_much_may_be_written() -> None:
    assert reading(WORK, " 配膳 \n 清掃") == Told("配膳\n清掃")
    assert reading(NAME, " みどり \n 食堂") == Told("みどり 食堂")


def test_what_is_missing_is_asked_for_by_name() -> None:
    asked = [
        rest_of(PLACE, "船橋市"),
        rest_of(PLACE, "千葉県"),
        rest_of(CONTACT, "佐藤"),
        rest_of(CONTACT, "0312345678"),
    ]
    assert asked == ["onboard_prefecture", "onboard_town", "onboard_contact_how", "onboard_contact_who"]


@pytest.mark.parametrize(
    ("text", "agreed"), [("はい。", True), ("同意します", True), ("ＯＫ", True), ("いいえ", False), ("うーん", None)]
)
def test_only_a_clear_yes_is_one(text: str, agreed: bool | None) -> None:
    assert agrees(text) is agreed


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("何に使うのですか", True),
        ("これは？", True),
        ("できますか。", True),
        ("佐藤です", False),
        ("いかがなものか", False),
    ],
)
def test_a_question_is_known_by_its_end(text: str, asks: bool) -> None:
    assert is_question(text) is asks
