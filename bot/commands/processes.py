"""Commands that run or prepare the processes."""

from __future__ import annotations

import os
import sys

import click

from bot.commands.ground import plainly, settings


@click.command()
def web() -> None:
    """The webhook doors, health and metrics (gunicorn)."""
    from bot import preparing

    with plainly():
        preparing.prepare(settings())
    conf = os.path.join(os.path.dirname(os.path.dirname(__file__)), "web", "gunicorn_conf.py")
    os.execv(
        sys.executable,
        [sys.executable, "-m", "gunicorn", "--config", conf, "bot.wsgi:application()"],
    )


@click.command()
def worker() -> None:
    """Works through the events, one at a time per ticket."""
    from bot import preparing
    from bot import worker as work
    from bot.storage.database import answering

    with plainly():
        found = settings()
        preparing.prepare(found)
        # Whoever looks after the process starts it again.
        with answering():
            work.worker(found).run()


@click.command()
def migrate() -> None:
    """Bring the database to this version's schema (the release step)."""
    from bot import preparing

    with plainly():
        preparing.migrate(settings())
    click.echo("the database is up to date")
