"""What subscribers read: each announcement as it goes, and the words for a session that has moved."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from handlers.announce import TOLD_AT_MOST, TOLD_FROM, Asked, moved_words, write_notice
from handlers.effects import Choice, Reply
from handlers.notice import SHOW_CALENDAR, SHOW_SUBSCRIPTION, notice_of
from knowledge.announcement import NoticeTopic
from knowledge.book import Book
from knowledge.hours import BusinessHours, Closure
from knowledge.plan import Planned
from tests.moments import at, day

HOURS = BusinessHours(closures=(Closure(day("2022-12-29"), day("2023-01-03")),))
CALENDAR = Choice("カレンダーを見る", SHOW_CALENDAR)
SETTINGS = Choice("お知らせの設定", SHOW_SUBSCRIPTION)
FORM = "お申込みがまだの方は、こちらからどうぞ(先着300名様)。\nhttps://forms.gle/3Qa5jUehHGhzN7rEA"
FOOTER = (
    "※「{topic}」のお知らせです。"
    "登録の変更は「お知らせの設定」から、すべて止めるときは「お知らせを止めて」とお書きください。"
)
MANY = [Asked("seminar-apply", 41), Asked("seminar-zoom", 12), Asked("seminar-video", TOLD_FROM)]


def planned(book: Book, notice: str, key: str) -> Planned:
    found = (one for one in book.plan(HOURS) if one.announcement.id == notice and one.key.startswith(key))
    return next(found)


def written(book: Book, notice: str, key: str, asked: Sequence[Asked] = (), late: float = 0) -> Reply:
    """A notice as it goes, so many hours late."""
    one = planned(book, notice, key)
    return write_notice(one, one.due + timedelta(hours=late), asked, book)


def body(reply: Reply) -> str:
    """What stands over the line about the subscription."""
    return reply.text[: reply.text.rindex("\n\n※")]


def test_a_week_before_a_session_its_contents_are_told_and_how_to_apply(book: Book) -> None:
    assert written(book, "seminar-week-before", "4") == Reply(
        "【セミナー第4回まで、あと7日です】\n"
        "【第4回】9月7日(水) 13:30~16:00\n"
        "地域を深く知る②\n"
        "(1) 定量データから地域づくりの課題を探る ~受講者作成のデータ集から地域づくりの特徴や課題を読み取る~\n"
        "(2) 公的な計画や方針等を読み取る\n"
        "(3) 就労支援に関与する地域の施策・事業プレイヤーを理解する\n"
        "\n"
        "オンライン講座です。参加費は無料です。\n"
        f"{FORM}\n"
        "\n" + FOOTER.format(topic="セミナー"),
        choices=(Choice("セミナーの全日程", "entry:seminar-schedule"), CALENDAR, SETTINGS),
        by="notice",
    )


def test_days_that_are_left_are_counted_when_a_notice_goes(book: Book) -> None:
    late = written(book, "seminar-week-before", "4", late=5 * 24)
    assert late.text.splitlines()[0] == "【セミナー第4回まで、あと2日です】"


def test_the_day_before_a_session_says_what_the_flyer_says_about_zoom(book: Book) -> None:
    assert body(written(book, "seminar-day-before", "2")) == (
        "【明日は、セミナー第2回です】\n"
        "7月13日(水) 13:30~16:00 オンライン(Zoom)\n"
        "地域を深く知る①\n"
        "\n"
        "参加方法(Zoom情報・資料)は、お申込みいただいたメールアドレスに、開講日までにご案内します。"
        "お手元に届いているか、お確かめください。\n" + FORM
    )


def test_an_hour_before_a_session_says_that_it_is_today(book: Book) -> None:
    assert body(written(book, "seminar-same-day", "8")) == (
        "【本日13:30から、セミナー第8回です】\n"
        "11月2日(水) 13:30~16:00 オンライン(Zoom)\n"
        "重層的支援と仕事・就労支援の課題②\n"
        "\n"
        "参加方法は、お申込みいただいたメールアドレスへのご案内(Zoom情報・資料)をご覧ください。"
    )


def test_the_day_after_a_session_promises_no_day_for_the_video_and_names_the_next_session(book: Book) -> None:
    assert body(written(book, "seminar-day-after", "2")).split("\n\n") == [
        "【セミナー第2回は終了しました】\n「地域を深く知る①」(7月13日(水))にご参加の皆さま、ありがとうございました。",
        "後日、動画でもご視聴いただけます。視聴の時期や方法は、手元の資料には書かれていません。",
        "次のセミナー\n"
        "【第3回】7月27日(水) 13:30~16:00\n"
        "変化・進化する就労支援① ~就労支援の到達点を考える~\n"
        "(1) 継続した個別支援と多機関連携 ~就労相談、支援内容ほか~"
        "(事例: ユニバーサル就労ネットワークちばの取組みから)\n"
        "(2) 事例検討: グループワーク",
        FORM,
    ]


def test_the_day_after_the_last_session_says_that_it_was_the_last(book: Book) -> None:
    assert body(written(book, "seminar-day-after", "8")).split("\n\n")[2:] == [
        "全8回のセミナーは、これで終わりです。ご質問は、これからも3月31日(金)まで、このデスクにお書きください。"
    ]


def test_the_exercise_before_the_fourth_session_says_by_when(book: Book) -> None:
    assert body(written(book, "exercise-data", "4")) == (
        "【第4回までに: 地域データ集の準備】\n"
        "第2回(7月13日(水))の演習「受講者の地域データ集を作る」は、完成版を第4回(1)で発表することになっています。\n"
        "\n"
        "第4回は9月7日(水) 13:30~16:00、あと14日です。\n"
        "(1) 定量データから地域づくりの課題を探る ~受講者作成のデータ集から地域づくりの特徴や課題を読み取る~\n"
        "\n"
        "データ集の仕上げを、お早めにお進めください。"
    )


def test_the_exercise_before_the_sixth_session_says_by_when(book: Book) -> None:
    assert body(written(book, "exercise-training", "6")) == (
        "【第6回までに: 地域で活用できる訓練を探す】\n"
        "第6回の演習課題は、個人ワーク「地域で活用できる訓練を探す」です。"
        "課題の説明は、第5回(9月21日(水))の(2)で行われました。\n"
        "\n"
        "第6回は10月5日(水) 13:30~16:00、あと9日です。個人ワークをもとに、次の演習を行います。\n"
        "(4) 演習: 地域で利用できる訓練の現状と活用の進め方(個人ワークのもとに)\n"
        "\n"
        "地域で利用できる訓練を、この機会にお調べください。"
    )


def test_a_letter_tells_what_was_most_asked_and_offers_the_answers(book: Book) -> None:
    letter = written(book, "letter", "2022-10", MANY)
    assert letter.choices == (
        Choice("セミナーの申込み方法", "entry:seminar-apply"),
        Choice("セミナーの参加方法", "entry:seminar-zoom"),
        Choice("後日の動画視聴", "entry:seminar-video"),
        CALENDAR,
        SETTINGS,
    )
    assert body(letter) == (
        "【デスク便り: 9月に多かったご質問】\n"
        "1. セミナーの申込み方法(41件)\n"
        "2. セミナーの参加方法(12件)\n"
        "3. 後日の動画視聴(3件)\n"
        "\n"
        "件数は、このデスクがお答えした会話の数です。お答えは、下の項目からご覧いただけます。\n"
        "\n"
        "次のセミナー(オンライン・参加費無料)\n"
        "第6回 10月5日(水) 13:30~16:00\n"
        "変化・進化する就労支援②\n" + FORM
    )


def test_a_letter_without_enough_questions_says_so(book: Book) -> None:
    letter = written(book, "letter", "2023-01", [Asked("seminar-apply", TOLD_FROM - 1)])
    assert (body(letter), letter.choices) == (
        "【デスク便り: 12月に多かったご質問】\n"
        "12月は、ここでご紹介できるほど多く寄せられたご質問はありませんでした。"
        "知りたいことがありましたら、どうぞお気軽にお書きください。\n"
        "\n"
        "このデスクは、3月31日(金)まで開設しています。",
        (CALENDAR, SETTINGS),
    )


def test_a_letter_leaves_out_what_is_no_answer_any_more(book: Book) -> None:
    asked = [Asked("gone", 50), Asked("gap-no-mail", 40), Asked("hello", 30), *MANY]
    assert written(book, "letter", "2022-10", asked) == written(book, "letter", "2022-10", MANY)


def test_a_letter_tells_no_more_questions_than_can_be_read_at_a_glance(book: Book) -> None:
    answers = [entry.id for entry in book.content.entries if entry.kind == "answer"][: TOLD_AT_MOST + 1]
    letter = written(book, "letter", "2022-10", [Asked(name, 9) for name in answers])
    assert [choice.value for choice in letter.choices[:-2]] == [f"entry:{name}" for name in answers[:-1]]


def test_only_letters_tell_what_was_asked(book: Book) -> None:
    assert written(book, "closing-month", "2023", MANY) == written(book, "closing-month", "2023")


@pytest.mark.parametrize(
    ("hours", "heading"),
    [
        (0, "【応援プログラムの実施時期は、本日までです】"),
        (14, "【応援プログラムの実施時期は、終わりました】"),
    ],
)
def test_the_end_of_the_workshops_is_told_as_it_is_when_it_goes(book: Book, hours: float, heading: str) -> None:
    assert written(book, "workshops-end", "2023", late=hours).text.splitlines()[0] == heading


@pytest.mark.parametrize(
    ("notice", "days"),
    [("closing-month", "あと28日になりました。"), ("closing-week", "あと7日になりました。")],
)
def test_the_desk_counts_its_last_days(book: Book, notice: str, days: str) -> None:
    assert written(book, notice, "2023").text.splitlines()[:2] == [
        "【地域づくり応援デスクは、3月31日(金)で終了します】",
        f"開設期間は2022年7月~2023年3月です。{days}",
    ]


def test_every_notice_says_which_topic_it_is_of_and_how_to_stop_it(book: Book) -> None:
    names = {
        NoticeTopic.SEMINAR: "セミナー",
        NoticeTopic.SUPPORT: "応援プログラム",
        NoticeTopic.EMPLOYER: "協力事業所",
        NoticeTopic.LETTER: "デスク便り",
    }
    planned = book.plan(HOURS)
    assert {one.topic for one in planned} == set(names)
    for one in planned:
        reply = write_notice(one, one.due, MANY, book)
        assert reply.text.endswith("\n\n" + FOOTER.format(topic=names[one.topic]))
        assert (reply.choices[-2:], reply.by, reply.urgent) == ((CALENDAR, SETTINGS), "notice", False)


def test_what_a_member_wrote_looks_like_any_other_notice(book: Book) -> None:
    assert notice_of("休館のお知らせです。", NoticeTopic.EMPLOYER, book, ("desk-what", "gone")) == Reply(
        "休館のお知らせです。\n\n" + FOOTER.format(topic="協力事業所"),
        choices=(Choice("応援デスクでできること", "entry:desk-what"), CALENDAR, SETTINGS),
        by="notice",
    )


def test_a_session_that_moved_is_told_with_its_old_time_and_its_new_one(book: Book) -> None:
    assert moved_words(4, at("2022-09-14 13:30"), at("2022-08-20 10:00"), book) == (
        "セミナー第4回の日程変更",
        "【セミナー第4回の日程が変わりました】\n"
        "変更前: 9月14日(水) 13:30から\n"
        "変更後: 9月7日(水) 13:30~16:00\n"
        "\n"
        "地域を深く知る②\n"
        "\n"
        "先にお伝えした日程から変わりました。お手数ですが、ご予定をお改めください。",
    )


def test_a_session_that_there_is_not_cannot_have_moved(book: Book) -> None:
    with pytest.raises(KeyError):
        moved_words(9, at("2022-09-14 13:30"), at("2022-08-20 10:00"), book)
