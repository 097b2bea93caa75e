"""A sandbox and a bot of real processes, for whole renewals."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.processes import BotProcesses
from sandbox.world import World


@pytest.fixture(params=["cloud"])
def sandbox(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """A Zendesk, a Jira of the flavour asked for, a CA and a site."""
    world = World.start(jira_flavour=request.param, folder=tmp_path)
    yield world
    world.close()


@pytest.fixture
def bot(sandbox: World, tmp_path: Path) -> Iterator[BotProcesses]:
    """The bot on SQLite, not started yet; coverage is measured elsewhere, as it costs much time."""
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    settings = {**sandbox.environment(), "DATABASE_URL": url}
    processes = BotProcesses(settings, tmp_path, measured=False)
    yield processes
    processes.stop()
