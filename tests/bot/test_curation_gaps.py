"""What staff answer where the material tells nothing: the known gap becomes an answer, in its place."""

import asyncio
import shutil
import time
from contextlib import suppress
from pathlib import Path

import pytest

from bot.curation import Curation
from bot.errors import CurationRefused
from bot.shelf import Shelf
from bot.store.desk_models import Ticket
from bot.store.transactions import Store
from handlers.effects import Reply
from handlers.situation import Situation
from knowledge.build import Edition
from knowledge.lint import find_faults
from knowledge.load import load_content
from knowledge.schema import Entry, Kind
from knowledge.sheet import read_sheet
from tests.bot.curating import CURATOR, HOUSE, Work, curation, run
from tests.bot.fakes import MONDAY, FixedClock, message
from tests.conftest import ROOT

GAP = "gap-parking"
QUESTION = "センターに駐車場はありますか?"
OTHER_QUESTION = "田中さんの車を停めるところはどちらでしょうか"
ANSWER = "田中様、専用の駐車場はありません。近くの有料駐車場をお使いください。"
EDITED = "専用の駐車場はありません。近くの有料駐車場をお使いください。"


@pytest.fixture
def edition(shipped: Edition) -> Edition:
    return shipped


@pytest.fixture
def desk(store: Store, edition: Edition) -> Curation:
    return curation(store, edition)


@pytest.fixture
def gap(edition: Edition) -> Entry:
    found = edition.book.entry(GAP)
    assert found is not None
    return found


def same(session, number: int, oldest: int) -> None:
    for one in (number, oldest):
        session.get_one(Ticket, one).same_as = oldest


def edited(desk: Curation) -> str:
    return run(desk.draft_into(1, GAP)).sheet.replace("【名前:田中様】、", "")


def publish(desk: Curation, text: str) -> None:
    run(desk.publish(run(desk.check(text)), CURATOR))


def answer(shelf: Shelf, question: str) -> list[str]:
    effects = shelf.decide(message(question), Situation(MONDAY, (), 1))
    return [effect.text.partition("\n")[0] for effect in effects if isinstance(effect, Reply)]


@pytest.mark.parametrize(
    ("question", "expected"),
    [(QUESTION, GAP), ("セミナーの参加費はいくらですか", None), ("釣りの道具を借りたい", None)],
)
def test_a_draft_names_the_gap_that_its_question_is_handed_over_for(
    desk: Curation, work: Work, question: str, expected: str | None
) -> None:
    work.draft(question, ANSWER)
    (found,) = run(desk.drafts())
    assert (found.gap and found.gap.id) == expected


def test_the_sheet_of_a_gap_has_the_new_answer_and_every_way_to_ask(desk: Curation, work: Work, gap: Entry) -> None:
    first = work.draft(QUESTION, ANSWER)
    work.do(same, work.draft(OTHER_QUESTION, ANSWER, "d2"), first)
    drafted = run(desk.draft_into(1, GAP))
    sheet = read_sheet("sheet", drafted.sheet, [])
    assert sheet is not None
    assert (drafted.into, sheet.draft, sheet.confirmed) == (gap, 1, ())
    changes = {
        "kind": Kind.ANSWER,
        "source": "応援デスクの回答",
        "phrasings": (*gap.phrasings, "【名前:田中さん】の車を停めるところはどちらでしょうか"),
        "answer": "【名前:田中様】、専用の駐車場はありません。近くの有料駐車場をお使いください。",
        "english": "",
    }
    assert sheet.entries == (gap.model_copy(update=changes),)
    assert "kind:" not in drafted.sheet
    assert "english:" not in drafted.sheet


@pytest.mark.parametrize("entry_id", ["nowhere", "hello"])
def test_only_answers_and_gaps_can_be_corrected_by_a_draft(desk: Curation, work: Work, entry_id: str) -> None:
    work.draft(QUESTION, ANSWER)
    with pytest.raises(CurationRefused):
        run(desk.draft_into(1, entry_id))
    with pytest.raises(CurationRefused, match="下書きはないか"):
        run(desk.draft_into(9, GAP))


def test_a_running_desk_answers_what_was_a_gap_after_less_than_a_second_of_work(
    desk: Curation, work: Work, store: Store, edition: Edition
) -> None:
    """The work of the process is counted, which does not depend on what else runs; `bench.publish` has the seconds."""
    work.draft(QUESTION, ANSWER)
    text = edited(desk)

    async def until_answered() -> float:
        shelf = Shelf(edition, store)
        running = asyncio.create_task(shelf.run())
        publication = await desk.check(text)
        assert answer(shelf, QUESTION) != [EDITED]
        begun, waiting_since = time.process_time(), time.perf_counter()
        await desk.publish(publication, CURATOR)
        while shelf.edition is edition:
            await asyncio.sleep(0.01)
            assert time.perf_counter() - waiting_since < 20
        assert answer(shelf, QUESTION) == [EDITED]
        seconds = time.process_time() - begun
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        return seconds

    assert run(until_answered()) < 1.0


def test_those_who_got_no_answer_can_be_told_the_new_one(desk: Curation, work: Work, gap: Entry) -> None:
    work.answered(gap.answer.strip(), "a", entries=(GAP,))
    work.answered("水曜です。", "b", entries=("contact",))
    work.draft(QUESTION, ANSWER)
    publish(desk, edited(desk))
    (found,) = run(desk.corrections())
    assert (found.proposed.subject, [one.address for one in found.recipients]) == (GAP, ["a"])
    assert EDITED in found.text


def test_what_was_a_gap_is_merged_into_its_place(store: Store, work: Work, edition: Edition, tmp_path: Path) -> None:
    shelf = Shelf(edition, store)
    desk = Curation(store, shelf, HOUSE, FixedClock())
    work.draft(QUESTION, ANSWER)
    publish(desk, edited(desk))
    (file,) = run(desk.export(ROOT / "knowledge" / "faq", tmp_path / "exported"))
    merged = Path(shutil.copytree(ROOT / "knowledge", tmp_path / "merged"))
    shutil.copy(file, merged / "faq" / "gaps-organiser.yaml")
    content = load_content(merged)
    assert find_faults(content, merged / "templates") == []
    assert content.topics == shelf.edition.content.topics
