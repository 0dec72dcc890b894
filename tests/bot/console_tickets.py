"""What participants ask of a person, and how members answer it in the console."""

import httpx

from tests.bot.console_site import Desk, Page, wait_for
from tests.bot.site import items, post, said

WANTED = "人と話したいです。"
QUESTION = f"{WANTED}車椅子で見学できる事業所はありますか"
# What the first answer of a person ends with.
TAKEN_OVER = "\n\nこのあとお書きになることは、そのまま担当者に届きます。"


def ask(browser: httpx.Client, question: str = QUESTION) -> int:
    """Ask for a person; the number of the ticket."""
    known = len(items(browser))
    post(browser, question)
    numbers = [line["ticket"] for line in said(browser, known + 2)[known:] if line["ticket"]]
    return int(str(numbers[-1]))


def answers(browser: httpx.Client) -> list[dict[str, object]]:
    """What members said to a participant."""
    return [line for line in items(browser) if line["by"] == "staff"]


def texts(browser: httpx.Client) -> list[str]:
    """The same, in the members' own words alone."""
    shown = (str(answer["text"]) for answer in answers(browser))
    return [text.removeprefix("担当者より\n").removesuffix(TAKEN_OVER) for text in shown]


def reply(desk: Desk, number: int, words: str, button: str = "返信を確かめる", send: str = "この返信を送る") -> Page:
    """Write an answer, look at it, and send it."""
    return desk.press(desk.press(desk.ticket(number), button, words=words), send)


def page_with(desk: Desk, number: int, words: str) -> Page:
    """The ticket's page, once these words are on it."""
    return wait_for(lambda: page if words in (page := desk.ticket(number)).text else None)
