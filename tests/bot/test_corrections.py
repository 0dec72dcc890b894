"""Those who got an answer that reads otherwise now are told, each once."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.curation import Curation
from bot.errors import CurationRefused
from bot.store import corrections
from bot.store.desk_models import Corrected, Correction, CorrectionState
from bot.store.engine import open_engine
from bot.store.models import Delivery, Priority
from bot.store.transactions import Store
from knowledge.build import Edition
from knowledge.sheet import Sheet, sheet_text
from tests.bot.curating import CURATOR, Work, curation, run, small_edition
from tests.bot.fakes import MONDAY, FixedClock

OLD = "お答えします。"
NEW = "百円です。"
TEXT = f"「fee」を改めました。\n\n{NEW}"
TODAY = MONDAY + timedelta(days=40)


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    return small_edition(tmp_path_factory.mktemp("content"))


@pytest.fixture
def desk(store: Store, edition: Edition) -> Curation:
    return curation(store, edition, FixedClock(TODAY))


def publish(desk: Curation, edition: Edition, **other: object) -> None:
    fee = edition.content.entries[0].model_copy(update={"answer": NEW} | other)
    run(desk.publish(run(desk.check(sheet_text(Sheet(entries=(fee,))))), CURATOR))


def approve_and_send(desk: Curation, number: int = 1) -> None:
    run(desk.approve(number, CURATOR))
    run(desk.send_corrections())


def test_those_who_got_the_old_answer_in_thirty_days_are_told_once(
    desk: Curation, work: Work, edition: Edition
) -> None:
    work.answered(OLD, "long-ago", TODAY - timedelta(days=31))
    work.answered(OLD, "a", TODAY - timedelta(days=29))
    work.answered(OLD, "a", TODAY - timedelta(days=2))
    work.answered(f"前の話。\n\n{OLD}", "b", TODAY - timedelta(days=1), channel="other")
    work.answered("水曜です。", "c", TODAY, entries=("day",))
    publish(desk, edition)
    (found,) = run(desk.corrections())
    assert (found.proposed.subject, found.text) == ("fee", TEXT)
    assert [(one.channel, one.address) for one in found.recipients] == [("fake", "a"), ("other", "b")]
    assert work.told() == []
    approve_and_send(desk)
    assert work.told() == [("a", TEXT), ("b", TEXT)]
    run(desk.send_corrections())
    assert len(work.told()) == 2
    assert {row.priority for row in work.rows(Delivery) if row.sent_at is None} == {Priority.NOTICE}


def test_who_has_the_new_answer_already_is_left_alone(desk: Curation, work: Work, edition: Edition) -> None:
    work.answered(OLD, "a", TODAY - timedelta(days=3))
    work.answered(OLD, "b", TODAY - timedelta(days=3))
    work.answered(f"{NEW}\n\n水曜です。", "b", TODAY - timedelta(days=1), entries=("fee", "day"))
    publish(desk, edition)
    (found,) = run(desk.corrections())
    assert [one.address for one in found.recipients] == ["a"]


def test_who_was_corrected_is_corrected_again_when_the_answer_changes_again(
    desk: Curation, work: Work, edition: Edition
) -> None:
    work.answered(OLD, "a", TODAY - timedelta(days=1))
    publish(desk, edition)
    approve_and_send(desk)
    for delivery in work.rows(Delivery):
        work.do(_arrive, delivery.id)
    publish(desk, edition, answer="二百円です。")
    approve_and_send(desk, 2)
    assert work.told() == [("a", "「fee」を改めました。\n\n二百円です。")]


def _arrive(session, number: int) -> None:
    from tests.bot.curating import _arrived

    _arrived(session, number, TODAY)


def test_those_who_cannot_be_told_are_counted(desk: Curation, work: Work, edition: Edition) -> None:
    work.answered(OLD, "a", TODAY)
    work.answered(OLD, "b", TODAY)
    work.gone("b")
    publish(desk, edition)
    (found,) = run(desk.corrections())
    assert ([one.address for one in found.recipients], [one.address for one in found.gone]) == (["a"], ["b"])
    approve_and_send(desk)
    assert work.told() == [("a", TEXT)]


def test_staff_rooms_are_not_corrected(desk: Curation, work: Work, edition: Edition) -> None:
    work.answered(OLD, "C1:12.3", TODAY, channel="slack")
    publish(desk, edition)
    (found,) = run(desk.corrections())
    assert (found.recipients, found.gone) == ([], [])


def test_a_new_title_or_phrasing_needs_no_correction(desk: Curation, work: Work, edition: Edition) -> None:
    work.answered(OLD, "a", TODAY)
    publish(desk, edition, answer=OLD, title="会費")
    assert run(desk.corrections()) == []


def test_what_was_proposed_before_is_overtaken(desk: Curation, work: Work, edition: Edition) -> None:
    publish(desk, edition)
    publish(desk, edition, answer="二百円です。")
    assert [(row.id, row.state) for row in work.rows(Correction)] == [
        (1, CorrectionState.DROPPED),
        (2, CorrectionState.PROPOSED),
    ]


def test_a_correction_is_decided_on_once(desk: Curation, work: Work, edition: Edition) -> None:
    work.answered(OLD, "a", TODAY)
    publish(desk, edition)
    run(desk.drop_correction(1, CURATOR))
    for late in (desk.approve(1, CURATOR), desk.drop_correction(1, CURATOR), desk.approve(9, CURATOR)):
        with pytest.raises(CurationRefused, match="訂正はないか"):
            run(late)
    run(desk.send_corrections())
    assert (work.told(), [row.actor for row in work.rows(Correction)]) == ([], ["佐藤"])


def test_a_crash_between_two_is_made_up_for(desk: Curation, work: Work, edition: Edition, store: Store) -> None:
    for address in "abc":
        work.answered(OLD, address, TODAY)
    publish(desk, edition)
    run(desk.approve(1, CURATOR))
    assert run(store.write(corrections.send_next, TODAY))
    assert work.told() == [("a", TEXT)]
    run(curation(store, edition).send_corrections())
    assert work.told() == [("a", TEXT), ("b", TEXT), ("c", TEXT)]


@pytest.fixture
def others(database: str) -> Iterator[list[Store]]:
    stores = [Store(open_engine(database)) for _ in range(3)]
    yield stores
    for store in stores:
        store.close()


def test_several_processes_at_once_tell_each_only_once(
    desk: Curation, work: Work, edition: Edition, others: list[Store]
) -> None:
    addresses = [f"p{number:02}" for number in range(20)]
    for address in addresses:
        work.answered(OLD, address, TODAY)
    publish(desk, edition)
    run(desk.approve(1, CURATOR))

    async def all_at_once() -> None:
        await asyncio.gather(*(curation(store, edition).send_corrections() for store in others))

    run(all_at_once())
    assert work.told() == [(address, TEXT) for address in addresses]
    assert all(row.delivery_id is not None for row in work.rows(Corrected))
