"""The command line: `python -m bot COMMAND`."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click
import structlog
from cryptography.fernet import Fernet
from werkzeug.security import generate_password_hash

from bot import logs
from bot.errors import BotError, Misconfigured
from bot.settings import Settings, SettingsFaults

if TYPE_CHECKING:
    from bot.provision import Provisioner, Side

log = structlog.get_logger(__name__)
SETTINGS_WRONG = 2
_UNKNOWN = "not-known-yet"
"""Stands for the signing secret before there is a webhook."""


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


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Carries SSL renewals between Zendesk and Jira."""


@main.command()
def web() -> None:
    """The webhook doors, health and metrics (gunicorn)."""
    from bot import preparing

    with _plainly():
        preparing.prepare(settings())
    conf = os.path.join(os.path.dirname(__file__), "web", "gunicorn_conf.py")
    os.execv(
        sys.executable,
        [sys.executable, "-m", "gunicorn", "--config", conf, "bot.wsgi:application()"],
    )


@main.command()
def worker() -> None:
    """Works through the events, one at a time per ticket."""
    from bot import preparing
    from bot import worker as work
    from bot.storage.database import answering

    with _plainly():
        found = settings()
        preparing.prepare(found)
        # Whoever looks after the process starts it again.
        with answering():
            work.worker(found).run()


@main.command()
def migrate() -> None:
    """Bring the database to this version's schema (the release step)."""
    from bot import preparing

    with _plainly():
        preparing.migrate(settings())
    click.echo("the database is up to date")


@main.command()
def check() -> None:
    """Is everything configured, reachable and permitted?  One line per fault, exit code 1."""
    from bot import checkup

    found = checkup.lines(settings())
    for line in found:
        click.echo(line)
    if any(line.fault for line in found):
        raise SystemExit(1)
    click.echo("everything is configured, reachable and permitted")


@main.command()
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

    with _plainly():
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


@main.command()
def cases() -> None:
    """How the cases stand, one line each."""
    from bot import wiring

    for case in wiring.case_store(_up_to_date()).all():
        click.echo(f"{case.ticket}\t{case.at}\t{case.host}\t{case.csr_issue}\t{case.change_issue}")


@main.command()
@click.argument("ticket", type=int)
def case(ticket: int) -> None:
    """What the bot knows about one ticket's renewal."""
    from bot import wiring

    found = wiring.case_store(_up_to_date()).find(ticket)
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


@main.group()
def keys() -> None:
    """The sealed private keys."""


@keys.command()
def generate() -> None:
    """A fresh key for KEY_STORE_KEYS."""
    click.echo(Fernet.generate_key().decode())


@main.command("password-hash")
@click.password_option()
def password_hash(password: str) -> None:
    """The value of DASHBOARD_PASSWORD_HASH for a password, which is asked for."""
    click.echo(generate_password_hash(password))


@main.command("api-token")
@click.argument("name")
def api_token(name: str) -> None:
    """A fresh token for the JSON API, shown once, and its entry for API_TOKENS."""
    from bot.setting_types import WORD
    from bot.web.api import tokens

    if not re.fullmatch(WORD, name):
        raise click.ClickException("a name has 1 to 40 letters, digits, dots, dashes, underscores")
    token, entry = tokens.made(name)
    click.echo(f"the token, for whoever reads; it is shown this once: {token}")
    click.echo(f"its entry in API_TOKENS, comma-separated from others: {entry}")


@keys.command()
def rotate() -> None:
    """Seal every private key with the newest key of KEY_STORE_KEYS."""
    from bot import wiring

    with _plainly():
        count = wiring.key_store(_up_to_date()).rotate()
    click.echo(f"{count} private keys are sealed with the newest key")


@keys.command()
def certificate() -> None:
    """The bot's own certificate, for which people seal the keys that they send to it."""
    from bot import wiring

    with _plainly():
        click.echo(wiring.own_certificate(_up_to_date()).pem(), nl=False)


@main.group(invoke_without_command=True)
@click.pass_context
def sites(ctx: click.Context) -> None:
    """The sites that are watched for their expiry; alone, the same as `sites list`."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_sites)


@sites.command("list")
def list_sites() -> None:
    """One line each, those that expire first first."""
    from bot import site_table, wiring

    for line in site_table.lines(wiring.site_store(_up_to_date()).all(), datetime.now(UTC)):
        click.echo(line)


@sites.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def import_sites(file: Path) -> None:
    """Watch the sites of a CSV FILE: host[,environment][,brand][,organization][,contact].

    Every row that cannot be taken is named with its line and reason, exit code 1; the
    others are kept.  To import a list again changes what it says otherwise, and nothing else.
    """
    from bot import site_list, wiring

    found = _up_to_date()
    reached = tuple(entry.host for entry in found.probe_connect_to)
    with file.open("rb") as opened:
        data = opened.read(site_list.LARGEST + 1)
    try:
        listed = site_list.read(data, reached)
    except site_list.Unreadable as fault:
        raise click.ClickException(f"{file.name}: {fault}") from None
    with _plainly():
        added, known = wiring.site_store(found).imported(listed.sites, datetime.now(UTC))
    for line in listed.faults:
        click.echo(line, err=True)
    click.echo(f"{added} sites added, {known} known already, {len(listed.faults)} rows not taken")
    if listed.faults:
        raise SystemExit(1)


@sites.command("forget")
@click.argument("host")
@click.option("--environment", type=click.Choice(["production", "staging"]), help="Only this one.")
def forget_site(host: str, environment: str | None) -> None:
    """Watch HOST no more."""
    from bot import wiring

    host = host.strip().lower()
    with _plainly():
        count = wiring.site_store(_up_to_date()).forget(host, environment)
    if not count:
        raise click.ClickException(f"{host} is not watched")
    click.echo(f"{host} is watched no more")


@main.group()
def audit() -> None:
    """The trail of what was decided and written, by whom."""


@audit.command()
def heads() -> None:
    """The last entry of each ticket, to be kept where nobody who could change the audit can."""
    from bot import wiring

    for ticket, (number, sealed) in sorted(wiring.audit_trail(_up_to_date()).heads().items()):
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
    faults = tuple(wiring.audit_trail(_up_to_date()).faults(noted))
    for fault in faults:
        click.echo(fault)
    if faults:
        raise SystemExit(1)
    click.echo("the audit is whole")


@main.command()
@click.argument("event", required=False)
def replay(event: str | None) -> None:
    """List the events that failed for good, or run one again from the failed step."""
    from bot import wiring

    inbox = wiring.inbox(_up_to_date())
    with _plainly():
        if event:
            inbox.replay(event)
            click.echo(f"{event} runs again")
            return
        for dead in inbox.dead():
            when = f"{dead.when:%Y-%m-%dT%H:%M:%SZ}"
            click.echo(f"{dead.id}\tticket {dead.ticket}\t{when}\t{dead.why}")


def _up_to_date() -> Settings:
    """The settings, once it is clear that their database has this version's schema."""
    from bot import preparing

    found = settings()
    reason = preparing.behind_of(found)
    if reason:
        raise click.ClickException(f"{reason}; python -m bot migrate brings it up to date")
    return found


@contextmanager
def _plainly() -> Iterator[None]:
    """What the bot knows how to name is said in one line, without a traceback."""
    try:
        yield
    except Misconfigured as fault:
        click.echo(fault, err=True)
        raise SystemExit(SETTINGS_WRONG) from None
    except BotError as error:
        raise click.ClickException(str(error)) from None


if __name__ == "__main__":
    main()
