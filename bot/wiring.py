"""The composition root of what every process needs: settings become stores, or a web app."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from cryptography import x509
from flask import Flask

from bot.engine.inbox import Inbox
from bot.errors import Misconfigured
from bot.settings import Settings
from bot.storage.audit import AuditTrail
from bot.storage.cases import CaseStore
from bot.storage.collecting import Collection
from bot.storage.database import connect
from bot.storage.figures import FiguresReader
from bot.storage.keys import KeyStore
from bot.storage.migrate import behind
from bot.storage.own_certificate import OwnCertificate
from bot.storage.sites import SiteStore
from bot.watching import Terms
from bot.web.app import create_app
from bot.web.dashboard.books import Books
from bot.web.figures import FiguresCollector
from bot.web.login import Provider
from bot.x509 import sealing


def web(settings: Settings) -> Flask:
    """The web process: doors, health, metrics.  It reaches the database and nothing else."""
    database = connect(settings.database_url)
    collection = Collection(database, key_store(settings))
    waiting = inbox(settings)
    return create_app(
        settings,
        waiting,
        partial(behind, database),
        collection,
        CaseStore(database).find,
        figures=FiguresCollector(FiguresReader(database).read, waiting),
        books=Books.of(database, waiting, Terms(share=settings.watch_percent / 100)),
        provider=_provider(settings),
    )


def inbox(settings: Settings) -> Inbox:
    """Where events wait for the worker."""
    return Inbox(settings.database_url, store_keys(settings))


def case_store(settings: Settings) -> CaseStore:
    """The cases, to look at."""
    return CaseStore(connect(settings.database_url))


def site_store(settings: Settings) -> SiteStore:
    """The sites that are watched."""
    return SiteStore(connect(settings.database_url))


def audit_trail(settings: Settings) -> AuditTrail:
    """What was decided and written, by whom."""
    return AuditTrail(connect(settings.database_url))


def key_store(settings: Settings) -> KeyStore:
    """The sealed keys, and the certificates of those who may open them."""
    recipients: tuple[x509.Certificate, ...] = ()
    if settings.key_recipients:
        try:
            recipients = sealing.load_recipients(Path(settings.key_recipients).read_bytes())
        except ValueError as fault:
            raise Misconfigured(f"KEY_RECIPIENTS: {fault}") from None
    return KeyStore(connect(settings.database_url), store_keys(settings), recipients)


def _provider(settings: Settings) -> Provider | None:
    """The single sign-on.  Imported where it is used: the doors start sooner without."""
    if settings.oidc_issuer is None:
        return None
    from bot.gateways.openid import OpenIdProvider  # noqa: PLC0415

    return OpenIdProvider(settings)


def own_certificate(settings: Settings) -> OwnCertificate:
    """The bot's own certificate and its key."""
    return OwnCertificate(key_store(settings))


def store_keys(settings: Settings) -> tuple[str, ...]:
    """The key store's keys, newest first."""
    return tuple(key.get_secret_value() for key in settings.key_store_keys)
