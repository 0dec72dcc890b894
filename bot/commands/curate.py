"""curate: drafts become entries, entries are published and exported, and outdated answers are corrected."""

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from bot.clock import JAPAN, clock_from
from bot.commands.context import settings
from bot.errors import CurationRefused, FileUnreadable

if TYPE_CHECKING:
    from bot.config import Config
    from bot.curation import Curation, Drafted, Outdated
    from bot.store.corrections import Received
    from bot.store.transactions import Store

HELP = "下書きから項目を作って公開し、ファイルに書き出し、古い回答の訂正を送ります"

Action = Callable[["Curation", Namespace], Awaitable[None]]


def add_arguments(parser: ArgumentParser) -> None:
    """drafts; show; publish; drop; export; corrections; correct."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("drafts", help="下書きの一覧を出します(近い項目つき)")
    show = actions.add_parser("show", help="下書きを、書き直して公開できる YAML で出します")
    show.add_argument("draft", type=int, metavar="ID", help="下書きの番号")
    show.add_argument("--into", metavar="ENTRY", help="新しい項目にせず、この id の項目を直す YAML を出します")
    publish = actions.add_parser("publish", help="YAML を調べ、誤りがなければ公開します")
    publish.add_argument("file", nargs="?", type=Path, metavar="FILE", help="show が出した形の YAML(- は標準入力)")
    publish.add_argument("--draft", type=int, metavar="ID", help="FILE のかわりに、保存してある下書きを公開します")
    drop = actions.add_parser("drop", help="下書きを項目にしないと決めます")
    drop.add_argument("draft", type=int, metavar="ID", help="下書きの番号")
    export = actions.add_parser("export", help="公開した項目を、knowledge/faq/ に戻せるファイルに書き出します")
    export.add_argument("folder", type=Path, metavar="DIR", help="書き出す先")
    actions.add_parser("corrections", help="古い回答を受け取った会話の数と、送る訂正の文を出します")
    correct = actions.add_parser("correct", help="訂正を、受け取った会話に一度ずつ送ります")
    correct.add_argument("correction", type=int, metavar="ID", help="訂正の番号")
    correct.add_argument("--drop", action="store_true", help="送らないと決めます")
    for action in (publish, drop, correct):
        action.add_argument("--by", required=True, metavar="LOGIN", help="config.yaml の staff.members の login")


def run(options: Namespace) -> int:
    """0 where it was done. Raises CurationRefused, NotPublished, FileUnreadable."""
    from bot.parts import open_store

    config = settings(options)
    with closing(open_store(config)) as store:
        asyncio.run(_run(store, config, options))
    return 0


async def _run(store: "Store", config: "Config", options: Namespace) -> None:
    from bot.curation import Curation
    from bot.house import house_of
    from bot.reading import read_edition
    from bot.shelf import Shelf

    shelf = Shelf(read_edition(config.knowledge), store)
    await shelf.look()
    curation = Curation(store, shelf, house_of(config), clock_from(config.clock.start, config.clock.speed))
    options.faq = config.knowledge.folder / "faq"
    await ACTIONS[options.action](curation, options)


async def _drafts(curation: "Curation", _options: Namespace) -> None:
    found = await curation.drafts()
    for one in found:
        print(_draft_line(one))
        print("".join(f"\t近い項目 {similar}\n" for similar in _similar(one)), end="")
    print(f"{len(found)}件")


def _draft_line(drafted: "Drafted") -> str:
    from knowledge.personal import with_marks

    draft = drafted.draft
    at = draft.at.astimezone(JAPAN).strftime("%Y-%m-%d %H:%M")
    question = " ".join(with_marks(draft.question).split())
    return "\t".join([str(draft.id), at, f"受付番号 {draft.ticket}", draft.actor, question])


def _similar(drafted: "Drafted") -> list[str]:
    return [f"{one.entry.id}({one.entry.title}) {one.meaning:.2f}" for one in drafted.similar]


async def _show(curation: "Curation", options: Namespace) -> None:
    drafted = await _chosen(curation, options)
    for line in [*_how_to(drafted), *_near(drafted), *_marks(drafted)]:
        print(f"# {line}")
    print(drafted.sheet, end="")


def _chosen(curation: "Curation", options: Namespace) -> "Awaitable[Drafted]":
    if options.into is None:
        return curation.draft(options.draft)
    return curation.draft_into(options.draft, options.into)


def _how_to(drafted: "Drafted") -> list[str]:
    """What is to be done with the sheet."""
    if drafted.into is None:
        return ["言い方を8つ以上にし、出典を確かめてから公開してください。"]
    return [
        f"項目 {drafted.into.id}({drafted.into.title})を直します。id はそのままにしてください。",
        "この回答では答えにならない言い方は消し、出典を確かめてから公開してください。",
        *_quoted("これまでの回答", drafted.into.answer),
        *_quoted("これまでの出典", drafted.into.source),
        *_quoted("外した英文。新しい回答にも合うときだけ、english に書き戻してください", drafted.into.english),
    ]


def _quoted(heading: str, text: str) -> list[str]:
    """A text under its heading; nothing where there is none."""
    return [f"{heading}:", *(f"  {line}" for line in text.splitlines())] if text else []


def _near(drafted: "Drafted") -> list[str]:
    """Entries that say something near, and how to answer a known gap."""
    if drafted.into is not None:
        return []
    near = [f"近い項目 {similar}" for similar in _similar(drafted)]
    if drafted.gap is None:
        return near
    command = f"python -m bot curate show {drafted.draft.id} --into {drafted.gap.id}"
    return [
        *near,
        f"{drafted.gap.id} は答えられない質問の項目です。これを直す YAML は {command} で出ます。",
    ]


def _marks(drafted: "Drafted") -> list[str]:
    from knowledge.personal import marks_left

    marks = dict.fromkeys(marks_left(drafted.sheet))
    return [f"消すか、個人のことでなければ confirmed に書く印 {mark}" for mark in marks]


async def _publish(curation: "Curation", options: Namespace) -> None:
    member = curation.curator(options.by)
    if (options.file is None) == (options.draft is None):
        raise CurationRefused("FILE か --draft のどちらかを指定してください")
    text = (await curation.draft(options.draft)).sheet if options.file is None else _read(options.file)
    publication = await curation.check(text, str(options.file or f"下書き {options.draft}"))
    await curation.publish(publication, member)
    for entry in publication.entries:
        print(f"公開しました\t{entry.id}\t{entry.title}")
    if publication.corrections:
        print("回答が変わりました。受け取った人に知らせるかどうかを curate corrections で確かめてください。")


def _read(file: Path) -> str:
    try:
        return sys.stdin.read() if str(file) == "-" else file.read_text("utf-8")
    except OSError as error:
        raise FileUnreadable(file, error.strerror or type(error).__name__) from None
    except UnicodeDecodeError:
        raise FileUnreadable(file, "UTF-8 ではありません") from None


async def _drop(curation: "Curation", options: Namespace) -> None:
    await curation.drop(options.draft, curation.curator(options.by))
    print(f"{options.draft}\t項目にしません")


async def _export(curation: "Curation", options: Namespace) -> None:
    for file in await curation.export(options.faq, options.folder):
        print(file)


async def _corrections(curation: "Curation", _options: Namespace) -> None:
    found = await curation.corrections()
    for one in found:
        print(f"{one.proposed.id}\t{_about(one)}\t{_told(one)}")
        print("".join(f"\t{line}\n" for line in one.text.splitlines()), end="")
    print(f"{len(found)}件")


def _about(outdated: "Outdated") -> str:
    subject = outdated.proposed.subject
    return subject if isinstance(subject, str) else f"第{subject.session}回の日程"


def _told(outdated: "Outdated") -> str:
    return f"送る先 {_by_channel(outdated.recipients)}  もう送れない先 {_by_channel(outdated.gone)}"


def _by_channel(found: "Sequence[Received]") -> str:
    counts = Counter(one.channel for one in found)
    return f"{len(found)}件" + "".join(f" {channel} {count}" for channel, count in sorted(counts.items()))


async def _correct(curation: "Curation", options: Namespace) -> None:
    member = curation.curator(options.by)
    if options.drop:
        await curation.drop_correction(options.correction, member)
        print(f"{options.correction}\t送りません")
        return
    outdated = await curation.approve(options.correction, member)
    await curation.send_corrections()
    print(f"{options.correction}\t{_told(outdated)}")


ACTIONS: dict[str, Action] = {
    "drafts": _drafts,
    "show": _show,
    "publish": _publish,
    "drop": _drop,
    "export": _export,
    "corrections": _corrections,
    "correct": _correct,
}
