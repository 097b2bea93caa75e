"""Commands that prove the audit."""

from __future__ import annotations

from typing import TextIO

import click

from bot.commands.ground import up_to_date


@click.group()
def audit() -> None:
    """The trail of what was decided and written, by whom."""


@audit.command()
def heads() -> None:
    """The last entry of each ticket, to be kept where nobody who could change the audit can."""
    from bot import wiring

    for ticket, (number, sealed) in sorted(wiring.audit_trail(up_to_date()).heads().items()):
        click.echo(f"{ticket} {number} {sealed}")


@audit.command()
@click.option(
    "--against", type=click.File(), help="Heads as they were noted earlier: none may be gone."
)
def verify(against: TextIO | None) -> None:
    """Prove that no entry was changed or dropped; exit code 1 with one line for each fault."""
    from bot import wiring

    noted = {}
    for line in against or ():
        ticket, number, sealed = line.split()
        noted[int(ticket)] = (int(number), sealed)
    faults = tuple(wiring.audit_trail(up_to_date()).faults(noted))
    for fault in faults:
        click.echo(fault)
    if faults:
        raise SystemExit(1)
    click.echo("the audit is whole")
