"""Commands about the sites that are watched."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from bot.commands.ground import plainly, up_to_date


@click.group(invoke_without_command=True)
@click.pass_context
def sites(ctx: click.Context) -> None:
    """The sites that are watched for their expiry; alone, the same as `sites list`."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_sites)


@sites.command("list")
def list_sites() -> None:
    """One line each, those that expire first first."""
    from bot import site_table, wiring

    for line in site_table.lines(wiring.site_store(up_to_date()).all(), datetime.now(UTC)):
        click.echo(line)


@sites.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def import_sites(file: Path) -> None:
    """Watch the sites of a CSV FILE: host[,environment][,brand][,organization][,contact].

    Every row that cannot be taken is named with its line and reason, exit code 1; the
    others are kept.  To import a list again changes what it says otherwise, and nothing else.
    """
    from bot import site_list, wiring

    found = up_to_date()
    reached = tuple(entry.host for entry in found.probe_connect_to)
    with file.open("rb") as opened:
        data = opened.read(site_list.LARGEST + 1)
    try:
        listed = site_list.read(data, reached)
    except site_list.Unreadable as fault:
        raise click.ClickException(f"{file.name}: {fault}") from None
    with plainly():
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
    with plainly():
        count = wiring.site_store(up_to_date()).forget(host, environment)
    if not count:
        raise click.ClickException(f"{host} is not watched")
    click.echo(f"{host} is watched no more")
