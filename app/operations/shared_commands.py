"""What the commands of this folder share: how they speak, fail and call each other."""

from __future__ import annotations

import sys
from typing import NoReturn

import click
from flask import current_app

BY = "命令行"


def tell(message: str) -> None:
    """Progress and messages go to standard error; results alone to standard output."""
    click.echo(message, err=True)


def fail(message: str) -> NoReturn:
    tell(message)
    sys.exit(1)


def invoke(*arguments: str) -> bool:
    """Run another feature's command in this process; True when it exists and ended well."""
    if arguments[0] not in current_app.cli.commands:
        return False
    try:
        current_app.cli.main(list(arguments), standalone_mode=False)
    except SystemExit as end:
        return end.code in (0, None)
    return True
