"""The composition root of the expiry watch."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

from bot.engine.inbox import Inbox
from bot.gateways.looks import Looks
from bot.gateways.tls import TlsSites
from bot.journaled import Outside
from bot.settings import Settings
from bot.storage.database import connect
from bot.storage.finished import SiteCases
from bot.storage.sites import SiteStore
from bot.storage.sweeps import Sweeps
from bot.watch_round import WatchRound
from bot.watch_site import WatchSite
from bot.watching import Terms


def jobs(settings: Settings, outside: Outside, waiting: Inbox) -> tuple[WatchRound, WatchSite]:
    """Its rounds, and what is done about one site."""
    database, terms = connect(settings.database_url), Terms(share=settings.watch_percent / 100)
    sites, clock = SiteStore(database), partial(datetime.now, UTC)
    cases = SiteCases(database, outside.policy.key_retention, terms.rollback)
    live = TlsSites(settings.probe_connect_to)
    rounds = WatchRound(
        sites, cases, Sweeps(database), Looks(live), waiting, outside.anchors, terms, clock
    )
    one = WatchSite(
        sites,
        cases,
        live,
        outside.helpdesk,
        outside.openings,
        waiting,
        outside.trail,
        outside.anchors,
        terms,
        clock,
    )
    return rounds, one
