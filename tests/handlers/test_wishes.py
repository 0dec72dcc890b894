"""What people wish for in so many words, and what only sounds like it."""

import pytest

from handlers.wishes import asks_progress, comment_of, is_thanks, wants_bot, wants_person, wants_to_cancel


@pytest.mark.parametrize(
    "text",
    [
        "担当者につないでください",
        "すみません、担当者につないでもらえますか?",
        "参加費のことで担当の方と話がしたいです",
        "ボットじゃなくて人間がいい",
        "ＡＩではなくて担当者と話したい",
        "担当者と直接話せますか",
        "担当者の方と電話で話したい",
        "担当の方と電話でお話しできますか",
        "機械の答えじゃわからない。人につないで",
        "職員さんに代わってください",
        "I want to talk to a real person",
    ],
)
def test_asking_for_a_person_is_recognised(text: str) -> None:
    assert wants_person(text)
    assert not wants_bot(text)


@pytest.mark.parametrize(
    "text",
    [
        "担当者セミナーとは",
        "相談の担当者向けですか",
        "協力事業所の担当者と話したい",
        "人と話したくない若者の支援はありますか",
        "働きたい人につないでもらえるのはどこですか",
        "専門家につないでもらえますか",
        "職員に相談したいときはどうすればいいですか",
        "Can we talk to someone before applying?",
        "",
    ],
)
def test_a_question_about_people_is_none_of_it(text: str) -> None:
    assert not wants_person(text)


@pytest.mark.parametrize(
    "text", ["ボットに聞きたい", "自動応答に戻して", "ﾎﾞｯﾄに戻してください", "機械でいいです", "back to the bot please"]
)
def test_asking_for_the_bot_is_recognised(text: str) -> None:
    assert wants_bot(text)


@pytest.mark.parametrize(
    "text",
    ["ロボットの訓練はありますか", "AIの話を聞きたい", "ボットは嫌です", "機械で答えてほしくない", "機械は使いますか"],
)
def test_other_words_about_machines_are_none_of_it(text: str) -> None:
    assert not wants_bot(text)


@pytest.mark.parametrize(
    ("text", "is_said"),
    [
        ("返信ありがとうございます", True),
        ("ご回答いただきありがとうございました。", True),
        ("ありがとう!", True),
        ("ありがとうございます。あと駐車場は?", False),
        ("ありがとうございますと言われたのですが", False),
        ("", False),
    ],
)
def test_thanks_are_known_from_what_follows_them(text: str, is_said: bool) -> None:
    assert is_thanks(text) is is_said


@pytest.mark.parametrize(
    ("text", "is_asked"),
    [
        ("進み具合は?", True),
        ("進捗を教えてください", True),
        ("いまどうなっていますか", True),
        ("どこまで進んでいますか", True),
        ("セミナーの進み具合は", False),
        ("状況に応じた支援とは", False),
        ("", False),
    ],
)
def test_asking_how_far_it_is_names_nothing_else(text: str, is_asked: bool) -> None:
    assert asks_progress(text) is is_asked


@pytest.mark.parametrize(
    ("text", "is_taken_back"),
    [
        ("やっぱり取り消します", True),
        ("取り消してください。", True),
        ("キャンセルで", True),
        ("すみません、さっきの質問はキャンセルでお願いします", True),
        ("セミナーをキャンセルしたい", False),
        ("キャンセルできますか", False),
        ("申込みを取り消してください", False),
        ("取り消しの方法は", False),
        ("", False),
    ],
)
def test_taking_a_question_back_names_nothing_else(text: str, is_taken_back: bool) -> None:
    assert wants_to_cancel(text) is is_taken_back


@pytest.mark.parametrize(
    ("text", "comment"),
    [
        ("コメント:よかった", "よかった"),
        ("ご意見：\nよかった:とても", "よかった:とても"),
        ("コメント:", ""),
        ("コメントはどこに書く", None),
        ("そのコメント:よい", None),
    ],
)
def test_a_comment_begins_with_the_word(text: str, comment: str | None) -> None:
    assert comment_of(text) == comment
