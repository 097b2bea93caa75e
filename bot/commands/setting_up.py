"""Commands that set up both sides, and tell whether they are."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.ground import plainly, settings

if TYPE_CHECKING:
    from bot.provision import Provisioner, Side

_UNKNOWN = "not-known-yet"
"""Stands for the signing secret before there is a webhook."""


@click.command()
def check() -> None:
    """Is everything configured, reachable and permitted?  One line per fault, exit code 1."""
    from bot import checkup

    found = checkup.lines(settings())
    for line in found:
        click.echo(line)
    if any(line.fault for line in found):
        raise SystemExit(1)
    click.echo("everything is configured, reachable and permitted")


@click.command()
@click.option("--dry-run", is_flag=True, help="Show the plan and change nothing.")
@click.option("--remove", is_flag=True, help="Take away what this command has made.")
@click.option("--with-fields", is_flag=True, help="Also ticket fields for site and environment.")
@click.option("--yes", is_flag=True, help="Go on without asking, also at a terminal.")
@click.option(
    "--secret-to",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the webhook's signing secret to this file, readable by its owner alone.",
)
def provision(
    dry_run: bool, remove: bool, with_fields: bool, yes: bool, secret_to: Path | None
) -> None:
    """Make and keep up macros, triggers, views and webhooks in Zendesk and Jira."""
    from bot.provision import Provisioner

    with plainly():
        found = settings(ZENDESK_WEBHOOK_SECRET=_UNKNOWN)
        provisioner = Provisioner(found, fields=with_fields, removing=remove)
        sides = provisioner.sides()
        _show_plan(sides)
        ask = not (dry_run or yes) and any(side.pending for side in sides) and sys.stdin.isatty()
        if dry_run or (ask and not click.confirm("Do it?")):
            click.echo("nothing was changed")
        else:
            _carry_out(sides)
            _about_the_secret(provisioner, secret_to)
    if any(side.fault for side in sides):
        raise SystemExit(1)


def _show_plan(sides: Iterable[Side]) -> None:
    for side in sides:
        click.echo(f"{side.name}: {side.fault or f'{len(side.pending)} to do'}")
        for step in side.steps:
            click.echo(f"  {step}")


def _carry_out(sides: Iterable[Side]) -> None:
    """Step by step; what was done stays done, and another run goes on from there."""
    for side in sides:
        for step in side.pending:
            side.do(step)
            click.echo(f"done: {step}")


def _about_the_secret(provisioner: Provisioner, secret_to: Path | None) -> None:
    known = provisioner.secret_is_known()
    if known is None:
        return
    if secret_to is not None:
        provisioner.write_secret(secret_to)
        click.echo(f"the webhook's signing secret stands in {secret_to}")
    elif not known:
        click.echo(
            "ZENDESK_WEBHOOK_SECRET is not the webhook's signing secret: "
            "python -m bot provision --secret-to FILE writes it to a file"
        )
