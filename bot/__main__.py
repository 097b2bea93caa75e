"""The command line: `python -m bot COMMAND`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from datetime import UTC

import click
import structlog

from bot import logs
from bot.settings import Settings, SettingsFaults

log = structlog.get_logger(__name__)
SETTINGS_WRONG = 2


def settings() -> Settings:
    """The settings of this environment; every fault on a line of its own, exit code 2."""
    try:
        found = Settings.from_environ(os.environ)
    except SettingsFaults as faults:
        for fault in faults.faults:
            click.echo(fault, err=True)
        raise SystemExit(SETTINGS_WRONG) from None
    logs.configure(found.log_level)
    return found


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Carries SSL renewals between Zendesk and Jira."""


@main.command()
def web() -> None:
    """The webhook doors, health and metrics (gunicorn)."""
    settings()
    conf = os.path.join(os.path.dirname(__file__), "web", "gunicorn_conf.py")
    os.execv(
        sys.executable,
        [sys.executable, "-m", "gunicorn", "--config", conf, "bot.wsgi:application()"],
    )


@main.command()
def worker() -> None:
    """Works through the events, one at a time per ticket."""
    from bot import wiring
    from bot.errors import Misconfigured

    found = settings()
    try:
        wiring.worker(found).run()
    except Misconfigured as fault:
        click.echo(fault, err=True)
        raise SystemExit(SETTINGS_WRONG) from None


@main.command()
def migrate() -> None:
    """Bring the database to this version's schema (the release step)."""
    from bot import wiring

    wiring.migrate(settings())
    click.echo("the database is up to date")


@main.command()
def check() -> None:
    """Is everything configured, reachable and permitted?  One line per fault, exit code 1."""
    from bot import checkup

    lines = checkup.findings(settings())
    for line in lines:
        click.echo(line)
    if any(line.startswith("fault:") for line in lines):
        raise SystemExit(1)
    click.echo("everything is configured, reachable and permitted")


@main.command()
def cases() -> None:
    """How the cases stand, one line each."""
    from bot import wiring

    for case in wiring.case_store(settings()).all():
        click.echo(f"{case.ticket}\t{case.at}\t{case.host}\t{case.csr_issue}\t{case.change_issue}")


@main.command()
@click.argument("ticket", type=int)
def case(ticket: int) -> None:
    """What the bot knows about one ticket's renewal."""
    from bot import wiring

    found = wiring.case_store(settings()).find(ticket)
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


@main.command()
@click.argument("event", required=False)
def replay(event: str | None) -> None:
    """List the events that failed for good, or run one again from the failed step."""
    from bot import wiring

    inbox = wiring.inbox(settings())
    if event:
        inbox.replay(event)
        click.echo(f"{event} runs again")
        return
    for dead in inbox.dead():
        click.echo(f"{dead.id}\tticket {dead.ticket}\t{dead.when:%Y-%m-%dT%H:%M:%SZ}\t{dead.why}")


if __name__ == "__main__":
    main()
