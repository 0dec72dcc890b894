"""The command line: `python -m bot COMMAND`."""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Sequence

from bot.commands import (
    ask,
    chat,
    check,
    curate,
    deliveries,
    evaluate,
    migrate,
    notices,
    programme,
    questions,
    rehearse,
    run,
    staff,
)
from bot.errors import DeskError

COMMANDS = (
    run,
    chat,
    ask,
    questions,
    deliveries,
    staff,
    curate,
    notices,
    programme,
    check,
    evaluate,
    rehearse,
    migrate,
)
FAILED = 2
INTERRUPTED = 130


def parser() -> ArgumentParser:
    """All subcommands with their options."""
    top = ArgumentParser(prog="python -m bot", description="地域づくり応援デスク")
    top.add_argument("--config", default="config.yaml", metavar="FILE", help="設定ファイル")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    for module in COMMANDS:
        name = module.__name__.rpartition(".")[2]
        command = commands.add_parser(name, help=module.HELP, description=module.HELP)
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    return top


def main(arguments: Sequence[str]) -> int:
    """Run one command. Returns its exit status; what went wrong is told on standard error."""
    options = parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except DeskError as error:
        print(error, file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has seen enough (`| head`); what is left in the buffer must go nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
