"""The watch through real processes: asked before anybody noticed, renewed, watched, rolled back."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bot.site import Site
from bot.storage.database import connect
from bot.storage.sites import SiteStore
from sandbox.faults import Call
from sandbox.processes import BotProcesses, until
from sandbox.world import World
from tests.databases import fresh_postgresql
from tests.wholeway.renewal import answered, certified, installed, staged

LIST = "host;brand;organization;contact\n{host};Nordlicht;7001;ada@nordlicht.example\n"


def test_site_of_a_list_is_renewed_and_a_roll_back_is_told(
    sandbox: World, bot: BotProcesses, tmp_path: Path
) -> None:
    bot.environment["WATCH_SECONDS"] = "1"
    sandbox.connect(bot.start())
    for _ in range(2):
        _import(sandbox, bot, tmp_path)

    until(lambda: len(sandbox.zendesk.ticket_ids()) == 1, "the watch opens a ticket")
    [ticket] = sandbox.zendesk.ticket_ids()
    raw = sandbox.zendesk.ticket(ticket)
    assert (raw["requester_id"], raw["external_id"][:11]) == (sandbox.brand_user, "ssl-expiry-")
    staged(sandbox, ticket, "details_wanted")
    before = sandbox.site._context
    answered(sandbox, ticket)
    staged(sandbox, ticket, "certificate_wanted")
    certified(sandbox, ticket)
    staged(sandbox, ticket, "change_open")
    installed(sandbox, ticket)
    staged(sandbox, ticket, "done")
    until(lambda: _sites(bot)[0].last_ticket == ticket, "the renewal is learnt")

    sandbox.site._context = before
    staged(sandbox, ticket, "with_agent")

    assert sandbox.zendesk.ticket(ticket)["status"] == "open"
    notes = [c["plain_body"] for c in sandbox.zendesk.comments(ticket) if not c["public"]]
    assert sum("SITE_ROLLED_BACK" in note for note in notes) == 1
    assert sandbox.zendesk.ticket_ids() == [ticket]
    assert sandbox.host in bot.finish("sites").stdout
    assert "expiry watch: stage changed" in bot.finish("case", str(ticket)).stdout
    assert bot.finish("audit", "verify").stdout == "the audit is whole\n"


@pytest.mark.parametrize("moment", ["after_write", "after_answer"])
def test_worker_killed_at_the_opening_makes_no_second_ticket(
    sandbox: World, bot: BotProcesses, tmp_path: Path, moment: str
) -> None:
    """`after_write`: made, the answer lost.  `after_answer`: answered, perhaps not yet kept."""
    bot.environment["WATCH_SECONDS"] = "1"
    sandbox.connect(bot.start())
    killed = list[Call]()

    def kill(call: Call) -> None:
        if (call.method, call.path) == ("POST", "/api/v2/tickets.json") and not killed:
            killed.append(call)
            bot.kill_worker()
            bot.add_worker()

    getattr(sandbox.faults, moment)(kill)
    _import(sandbox, bot, tmp_path)

    until(lambda: bool(killed), "the worker is killed at the opening")
    [ticket] = sandbox.zendesk.ticket_ids()
    staged(sandbox, ticket, "details_wanted")
    until(lambda: all(site.asked_ticket == ticket for site in _sites(bot)), "it is remembered")
    assert sandbox.zendesk.ticket_ids() == [ticket]


def test_two_workers_on_postgresql_open_one_ticket(sandbox: World, tmp_path: Path) -> None:
    with fresh_postgresql() as url:
        settings = {**sandbox.environment(), "DATABASE_URL": url, "WATCH_SECONDS": "1"}
        bot = BotProcesses(settings, tmp_path, measured=False)
        try:
            sandbox.connect(bot.start(workers=2))
            _import(sandbox, bot, tmp_path)
            until(lambda: len(sandbox.zendesk.ticket_ids()) > 0, "the watch opens a ticket")
            [ticket] = sandbox.zendesk.ticket_ids()
            staged(sandbox, ticket, "details_wanted")
            until(lambda: _sites(bot)[0].asked_ticket == ticket, "it is remembered")
            before = _sites(bot)[0]
            time.sleep(3.0)  # some rounds more
        finally:
            bot.stop()
        assert before.asked_for == before.fingerprint
        assert sandbox.zendesk.ticket_ids() == [ticket]
        connect(url).dispose()


def _import(world: World, bot: BotProcesses, folder: Path) -> None:
    listed = folder / "sites.csv"
    listed.write_text(LIST.format(host=world.host), encoding="utf-8-sig")
    assert bot.finish("sites", "import", str(listed)).returncode == 0


def _sites(bot: BotProcesses) -> tuple[Site, ...]:
    return SiteStore(connect(bot.environment["DATABASE_URL"])).all()
