"""Commands that show cases, and set going again what failed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC

import click

from bot.commands.ground import plainly, settings, up_to_date


@click.command()
def cases() -> None:
    """How the cases stand, one line each."""
    from bot import wiring

    for case in wiring.case_store(up_to_date()).all():
        click.echo(f"{case.ticket}\t{case.at}\t{case.host}\t{case.csr_issue}\t{case.change_issue}")


@click.command()
@click.argument("ticket", type=int)
def case(ticket: int) -> None:
    """What the bot knows about one ticket's renewal."""
    from bot import wiring

    found = wiring.case_store(up_to_date()).find(ticket)
    if found is None:
        raise click.ClickException(f"ticket {ticket} has no case")
    rows: Iterable[tuple[str, object]] = (
        ("ticket", found.ticket),
        ("stage", found.at),
        ("site", f"{found.host} ({found.environment})"),
        ("names", ", ".join(found.details.names) if found.details else ""),
        ("key fingerprint", found.csr.spki if found.csr else ""),
        ("CSR request", found.csr_issue),
        ("certificate", found.held.fingerprint if found.held else ""),
        ("expires", found.held.expires.astimezone(UTC).isoformat() if found.held else ""),
        ("change", found.change_issue),
        ("goes on at", found.resume_at or ""),
    )
    for label, value in rows:
        if value:
            click.echo(f"{label}: {value}")
    for entry in wiring.audit_trail(settings()).of(ticket):
        details = " ".join(f"{name}={value}" for name, value in entry.details.items())
        click.echo(
            f"{entry.made:%Y-%m-%dT%H:%M:%SZ} {entry.actor}: {entry.what} {details}".rstrip()
        )


@click.command()
@click.argument("event", required=False)
def replay(event: str | None) -> None:
    """List the events that failed for good, or run one again from the failed step."""
    from bot import wiring

    inbox = wiring.inbox(up_to_date())
    with plainly():
        if event:
            inbox.replay(event)
            click.echo(f"{event} runs again")
            return
        for dead in inbox.dead():
            when = f"{dead.when:%Y-%m-%dT%H:%M:%SZ}"
            click.echo(f"{dead.id}\tticket {dead.ticket}\t{when}\t{dead.why}")
