"""Photographs of the console and of the participant's page, taken of a running desk in a real browser."""

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bot.browser.console import press
from tests.bot.browser.page import ChatPage
from tests.bot.console_site import PASSWORD, member
from tests.bot.site import Site
from tests.guide import desk
from tests.guide.desk import FurnishedDesk

READY = "return document.readyState === 'complete'"
BOTTOM = (
    "Math.ceil(Math.max(...[...document.querySelectorAll('main > *, .two > * > *')]"
    ".map((one) => one.getBoundingClientRect().bottom)))"
)
EDGE = 8


@dataclass(frozen=True)
class Screen:
    """Its size in pixels of the page, and how many points of the picture one of them becomes."""

    width: int
    height: int
    scale: float = 1
    is_phone: bool = False


DESKTOP, LOW, NARROW = Screen(1000, 800), Screen(1000, 660), Screen(640, 800)
PHONE, LONG_PHONE = Screen(390, 900, 1.5, is_phone=True), Screen(390, 1215, 1.3, is_phone=True)
CLOSE_PHONE = Screen(390, 1000, 1.2, is_phone=True)


@dataclass(frozen=True)
class Camera:
    """A browser, and the folder for what it sees."""

    page: ChatPage
    folder: Path

    def hold(self, screen: Screen) -> None:
        """From now on the page is seen on such a screen."""
        metrics = {"width": screen.width, "height": screen.height, "deviceScaleFactor": screen.scale}
        self._devtools("Emulation.setDeviceMetricsOverride", {**metrics, "mobile": screen.is_phone})
        self._devtools("Emulation.setScrollbarsHidden", {"hidden": True})

    def open(self, path: str) -> None:
        """Go to a page."""
        self.page.driver.get(f"{self.page.url}{path}")
        self.page.wait_for(lambda: self.page.driver.execute_script(READY))

    def press(self, label: str) -> None:
        """Press a button that leads to another page."""
        press(self.page, label)
        self.page.wait_for(lambda: self.page.driver.execute_script(READY))

    def write(self, selector: str, words: str) -> None:
        """Fill in a field."""
        self.page.one(selector).send_keys(words)

    def take_screen(self, name: str) -> None:
        """Keep what is on the screen."""
        self._keep(name, {"captureBeyondViewport": False})

    def take_page(self, name: str) -> None:
        """Keep the page, down to where it ends."""
        width, height = self.page.driver.execute_script(f"return [innerWidth, {BOTTOM}]")
        self._keep_part(name, 0, 0, width, height + EDGE)

    def take_part(self, name: str, selector: str) -> None:
        """Keep the last part of the page that the selector names."""
        box = self.page.all(selector)[-1].rect
        self._keep_part(name, box["x"] - EDGE, box["y"] - EDGE, box["width"] + 2 * EDGE, box["height"] + 2 * EDGE)

    def _keep_part(self, name: str, x: float, y: float, width: float, height: float) -> None:
        clip = {"x": x, "y": y, "width": width, "height": height, "scale": 1}
        self._keep(name, {"captureBeyondViewport": True, "clip": clip})

    def _keep(self, name: str, how: dict[str, object]) -> None:
        taken = self._devtools("Page.captureScreenshot", {"format": "png", **how})
        (self.folder / name).write_bytes(base64.b64decode(taken["data"]))

    def _devtools(self, command: str, arguments: dict[str, object]) -> dict[str, Any]:
        answer: dict[str, Any] = self.page.driver.execute_cdp_cmd(command, arguments)
        return answer


def take_all(furnished: FurnishedDesk, camera: Camera) -> None:
    """All photographs of the guide."""
    _questions(furnished.site, camera)
    camera.page.driver.delete_all_cookies()
    _notices(furnished, camera)


def _questions(site: Site, camera: Camera) -> None:
    camera.hold(LONG_PHONE)
    _ask_in_the_browser(camera)
    application = _fill(site)
    camera.hold(NARROW)
    camera.open("/staff")
    camera.take_page("console-login.png")
    _log_in(camera)
    _answer(camera)
    camera.hold(DESKTOP)
    _look_around(camera, application)
    camera.hold(PHONE)
    camera.open("/staff/tickets/1")
    camera.take_screen("console-phone.png")
    camera.hold(LONG_PHONE)
    _look_as_participant(camera)
    camera.hold(NARROW)
    _answer_twice(site, camera)


def _fill(site: Site) -> int:
    """More questions, an application, a note; the number of the application."""
    site.clock.move(150)
    desk.ask(site, desk.BUSES)
    desk.ask(site, desk.SIGNS)
    application = desk.apply(site)
    site.clock.move(240)
    desk.note(site, 1, "センターに電話で確かめます")
    return application


def _ask_in_the_browser(camera: Camera) -> None:
    camera.page.open()
    camera.page.say(desk.PARKING)
    camera.page.wait_for(lambda: camera.page.all(".line.desk .ticket"))


def _log_in(camera: Camera) -> None:
    camera.open("/staff")
    camera.write("#login", "sato")
    camera.write("#password", PASSWORD)
    camera.press("ログイン")


def _answer(camera: Camera) -> None:
    camera.open("/staff/tickets/1")
    camera.press("担当する")
    camera.write("#reply", desk.ANSWER)
    camera.press("返信を確かめる")
    camera.take_page("console-preview.png")
    camera.press("この返信を送る")
    camera.open("/staff/tickets/1")
    while camera.page.one(".fate").text != "届きました":
        camera.open("/staff/tickets/1")
    camera.page.one(".history details summary").click()
    camera.take_part("console-change.png", ".history .line.staff")


def _look_around(camera: Camera, application: int) -> None:
    camera.open("/staff")
    camera.take_page("console-queue.png")
    camera.open("/staff/tickets/1")
    camera.take_page("console-ticket.png")
    camera.open(f"/staff/tickets/{application}")
    camera.take_screen("console-employer.png")


def _look_as_participant(camera: Camera) -> None:
    camera.page.open()
    camera.page.wait_for(lambda: camera.page.all(".line.staff"))
    camera.take_screen("participant.png")


def _answer_twice(site: Site, camera: Camera) -> None:
    with member(site, "suzuki") as suzuki:
        desk.reply(suzuki, 1, "駐車場はありません。")
    camera.open("/staff/tickets/1")
    camera.write("#reply", "お車は要りません。")
    camera.press("返信を確かめる")
    camera.press("この返信を送る")
    camera.take_part("console-twice.png", ".told")


def _notices(furnished: FurnishedDesk, camera: Camera) -> None:
    camera.page.open()
    camera.page.say(desk.SUBSCRIBED)
    camera.page.wait_for(lambda: camera.page.all(".line.desk"))
    furnished.announce()
    proposed = desk.propose_notice(furnished.site)
    camera.hold(LOW)
    _log_in(camera)
    camera.open("/staff/notices")
    camera.take_screen("console-notices.png")
    camera.open(proposed)
    camera.take_screen("console-notice.png")
    furnished.announce_week_before()
    _look_at_what_went(camera)
    camera.hold(NARROW)
    camera.open(f"/staff/programme/2?day={desk.MOVED_TO}")
    camera.take_page("console-move.png")


def _look_at_what_went(camera: Camera) -> None:
    camera.hold(CLOSE_PHONE)
    camera.page.open()
    camera.page.wait_for(lambda: len(camera.page.all(".line.desk")) > 1)
    camera.take_screen("participant-notice.png")
