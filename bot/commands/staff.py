"""staff: who may log in to the console, and setting a password."""

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from contextlib import closing
from getpass import getpass
from secrets import token_bytes
from typing import TYPE_CHECKING

from bot.clock import JAPAN, RealClock
from bot.commands.context import settings
from bot.errors import PasswordNotSet
from bot.passwords import SALT_BYTES, SHORTEST, hashed

if TYPE_CHECKING:
    from bot.config import Config
    from bot.store.transactions import Store

HELP = "担当者用ページのログインの一覧を出し、パスワードを設定します"


def add_arguments(parser: ArgumentParser) -> None:
    """list; password LOGIN."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("list", help="ログインの一覧を出します")
    password = actions.add_parser("password", help="パスワードを設定します(端末でないときは標準入力の1行目)")
    password.add_argument("login", metavar="LOGIN", help="config.yaml の staff.members の login")


def run(options: Namespace) -> int:
    """0 after a list or a new password. Raises PasswordNotSet."""
    from bot.parts import open_store

    config = settings(options)
    with closing(open_store(config)) as store:
        if options.action == "list":
            asyncio.run(_list(store, config))
        else:
            asyncio.run(_set(store, config, options.login))
    return 0


async def _list(store: "Store", config: "Config") -> None:
    from bot.store.logins import set_times

    times = await store.read(set_times)
    for member in config.staff.members:
        if member.login is not None:
            at = times.get(member.login)
            since = f"{at.astimezone(JAPAN):%Y-%m-%d %H:%M}" if at else "パスワード未設定"
            print("\t".join((member.login, member.name, ",".join(member.roles), since)))


async def _set(store: "Store", config: "Config", login: str) -> None:
    from bot.store.logins import set_password

    if login not in {member.login for member in config.staff.members}:
        raise PasswordNotSet(login, "config.yaml の staff.members にこの login がありません")
    password = _read(login)
    if len(password) < SHORTEST:
        raise PasswordNotSet(login, f"パスワードは{SHORTEST}文字以上にしてください")
    await store.write(set_password, login, hashed(password, token_bytes(SALT_BYTES)), RealClock().now())
    print(f"{login} のパスワードを設定しました。")


def _read(login: str) -> str:
    """The password, typed twice alike; from a pipe its first line."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first, second = getpass("新しいパスワード: "), getpass("もう一度: ")
    if first != second:
        raise PasswordNotSet(login, "2回の入力が同じではありません")
    return first
