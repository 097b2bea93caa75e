"""What the commands share: settings, a database that is up to date, faults in one line."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import click

from bot import logs
from bot.errors import BotError, Misconfigured
from bot.settings import Settings, SettingsFaults

SETTINGS_WRONG = 2


def settings(**instead: str) -> Settings:
    """The settings of this environment; every fault on a line of its own, exit code 2.

    `instead` stands for what need not be set yet.
    """
    given = {name: value for name, value in os.environ.items() if value.strip()}
    try:
        found = Settings.from_environ({**instead, **given})
    except SettingsFaults as faults:
        for fault in faults.faults:
            click.echo(fault, err=True)
        raise SystemExit(SETTINGS_WRONG) from None
    logs.configure(found.log_level)
    return found


def up_to_date() -> Settings:
    """The settings, once it is clear that their database has this version's schema."""
    from bot import preparing

    found = settings()
    reason = preparing.behind_of(found)
    if reason:
        raise click.ClickException(preparing.advised(reason))
    return found


@contextmanager
def plainly() -> Iterator[None]:
    """What the bot knows how to name is said in one line, without a traceback."""
    try:
        yield
    except Misconfigured as fault:
        click.echo(fault, err=True)
        raise SystemExit(SETTINGS_WRONG) from None
    except BotError as error:
        raise click.ClickException(str(error)) from None
