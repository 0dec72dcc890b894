"""Who the staff are and where they work, from the settings."""

from dataclasses import replace
from datetime import date, time
from pathlib import Path

import pytest

from bot.config import Config, load_config
from bot.errors import ConfigFaults
from bot.house import Room, house_of
from handlers.rules import Member, Role, Rules
from knowledge.hours import BusinessHours, Closure

STAFF = """
staff:
  escalation: confirm
  slack_channel: C0STAFF
  telegram_group: "-1001"
  reminder_minutes: [5, 15]
  hours:
    opens: "10:00"
    closes: "16:00"
    closures:
      - {begins: 2022-12-29, ends: 2023-01-03}
  members:
    - {name: 佐藤, slack: U1, telegram: "11", login: sato, roles: [staff, curator, lead]}
    - {name: 鈴木, slack: U2}
"""


def load(tmp_path: Path, text: str) -> Config:
    file = tmp_path / "config.yaml"
    file.write_text(text, encoding="utf-8")
    return load_config(file, {})


def test_the_house_is_as_the_settings_say(tmp_path: Path) -> None:
    house = house_of(load(tmp_path, STAFF))
    sato = Member("佐藤", (Role.STAFF, Role.CURATOR, Role.LEAD))
    assert house.rooms == (Room("slack", "C0STAFF", ("U1",)), Room("telegram", "-1001", ("11",)))
    assert dict(house.members) == {
        ("slack", "U1"): sato,
        ("telegram", "11"): sato,
        ("staff", "sato"): sato,
        ("slack", "U2"): Member("鈴木"),
    }
    assert house.rules == Rules(
        hours=BusinessHours(time(10), time(16), (Closure(date(2022, 12, 29), date(2023, 1, 3)),)),
        confirm=True,
        reminders=(5, 15),
        team=(sato, Member("鈴木")),
        page="http://127.0.0.1:8000",
    )


@pytest.mark.parametrize(
    ("web", "page"),
    [
        ("public_url: https://desk.example.jp/", "https://desk.example.jp"),
        ("port: 8080", "http://127.0.0.1:8080"),
        ("enabled: false", ""),
    ],
)
def test_links_lead_to_the_page_where_there_is_one(tmp_path: Path, web: str, page: str) -> None:
    assert house_of(load(tmp_path, f"channels: {{web: {{{web}}}}}")).rules.page == page


def test_rooms_and_the_console_are_staffs_own(tmp_path: Path) -> None:
    house = house_of(load(tmp_path, STAFF))
    places = [("slack", "C0STAFF:1.2"), ("telegram", "-1001:7"), ("staff", "sato"), ("slack", "C1"), ("web", "-1001")]
    assert [house.is_room(*place) for place in places] == [True, True, True, False, False]


def test_without_settings_there_is_nobody(tmp_path: Path) -> None:
    house = house_of(Config())
    assert (dict(house.members), house.rooms, replace(house.rules, page="")) == ({}, (), Rules())


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("members: [{name: 佐藤, slack: U1}, {name: 鈴木, slack: U1}]", "members の slack が重なっています"),
        ("members: [{name: 佐藤}, {name: 佐藤}]", "members の name が重なっています"),
        ("members: [{name: 佐藤, slack: sato}]", "SlackのメンバーID(Uで始まるもの)を書いてください"),
        ("members: [{name: 佐 藤}]", "空白と「:」を入れずに"),
        ("members: [{name: 佐藤, roles: [boss]}]", "'staff', 'curator' or 'lead' のどれかにしてください"),
        ("hours: {opens: '17:00', closes: '09:00'}", "closes は opens よりあとの時刻にしてください"),
        ("hours: {closures: [{begins: 2023-01-03, ends: 2022-12-29}]}", "ends は begins と同じ日か"),
        ("reminder_minutes: [30, 10]", "小さい順に"),
        ("telegram_group: '1001'", "-で始まるもの"),
        ("escalation: never", "'auto' or 'confirm' のどれかにしてください"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(tmp_path: Path, wrong: str, said: str) -> None:
    with pytest.raises(ConfigFaults) as raised:
        load(tmp_path, f"staff:\n  {wrong}\n")
    assert [said in fault.what for fault in raised.value.faults] == [True], raised.value.faults
