"""`python -m bot check`: is everything configured, reachable and permitted?

Each line is a fault, which keeps renewals from working, or a note, which an operator
should know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import requests
from cryptography import x509

from bot import preparing, wiring
from bot.errors import BotError
from bot.gateways.jira import Jira
from bot.gateways.openid import OpenIdProvider
from bot.gateways.sessions import TIMEOUT, session
from bot.gateways.zendesk import Zendesk
from bot.provision import Provisioner
from bot.settings import Settings
from bot.storage.database import connect
from bot.storage.migrate import behind
from bot.x509 import sealing

SOON: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that the operator should know; a fault keeps renewals from working."""

    about: str
    what: str
    fault: bool = True

    def __str__(self) -> str:
        return f"{'fault' if self.fault else 'note'}: {self.about}: {self.what}"


def lines(settings: Settings) -> tuple[Line, ...]:
    """Everything that was found, database first; nothing when all is well."""
    asked: tuple[tuple[str, Callable[[Settings], Iterator[Line]]], ...] = (
        ("database", _database),
        ("key store", _key_store),
        ("recipients", _recipients),
        ("trust roots", _trust_roots),
        ("Zendesk", _zendesk),
        ("Jira", _jira),
        ("single sign-on", _single_sign_on),
        ("this bot", _reachable),
        ("set-up", _set_up),
    )
    found: list[Line] = []
    for about, ask in asked:
        try:
            found += ask(settings)
        except (BotError, OSError, ValueError) as error:
            found.append(Line(about, str(error)))
    return tuple(found)


def _database(settings: Settings) -> Iterator[Line]:
    reason = behind(connect(settings.database_url))
    if reason:
        yield Line("database", preparing.advised(reason))
        return
    dead = wiring.inbox(settings).dead()
    if dead:
        what = f"{len(dead)} events failed for good; python -m bot replay lists them"
        yield Line("database", what, fault=False)


def _key_store(settings: Settings) -> Iterator[Line]:
    if behind(connect(settings.database_url)):
        return  # said already
    shut = wiring.key_store(settings).unopened()
    if shut:
        yield Line("key store", f"KEY_STORE_KEYS do not open {shut} of the sealed private keys")


def _recipients(settings: Settings) -> Iterator[Line]:
    if settings.key_handover == "pull":
        if not settings.dashboard or not settings.public_url:
            what = "KEY_HANDOVER=pull needs PUBLIC_URL and a log-in: OIDC_… or a password"
            yield Line("recipients", what)
        return
    if not settings.key_recipients:
        return
    found = sealing.load_recipients(Path(settings.key_recipients).read_bytes())
    if len(found) < 2:
        yield Line("recipients", "only one person can open handed-over keys", fault=False)
    for name in sealing.weak(found):
        what = f"the key of {name} has fewer than {sealing.STRONG} bits"
        yield Line("recipients", what, fault=False)
    yield from _validity("recipients", found)


def _trust_roots(settings: Settings) -> Iterator[Line]:
    if settings.trust_roots:
        pem = Path(settings.trust_roots).read_bytes()
        yield from _validity("trust roots", x509.load_pem_x509_certificates(pem))


def _validity(about: str, certificates: Sequence[x509.Certificate]) -> Iterator[Line]:
    now = datetime.now(UTC)
    for name, certificate in zip(sealing.recipient_names(certificates), certificates, strict=True):
        ends = certificate.not_valid_after_utc
        if ends <= now:
            yield Line(about, f"the certificate of {name} expired on {ends:%Y-%m-%d}")
        elif ends <= now + SOON:
            yield Line(about, f"the certificate of {name} expires on {ends:%Y-%m-%d}", fault=False)


def _zendesk(settings: Settings) -> Iterator[Line]:
    zendesk = Zendesk.of(settings)
    yield from (Line("Zendesk", what) for what in zendesk.missing())
    if not zendesk.has_hold():
        what = "the account has no on-hold status; tickets go to pending instead"
        yield Line("Zendesk", what, fault=False)
    yield from (Line("Zendesk", what, fault=False) for what in zendesk.scarce())


def _jira(settings: Settings) -> Iterator[Line]:
    yield from (Line("Jira", what) for what in Jira.of(settings).missing())


def _single_sign_on(settings: Settings) -> Iterator[Line]:
    if settings.oidc_issuer:
        OpenIdProvider(settings).start("state", "nonce", "verifier")
    if settings.oidc_issuer and settings.dashboard_password_hash:
        what = "who knows the password of DASHBOARD_PASSWORD_HASH passes by it, under any name"
        yield Line("single sign-on", what, fault=False)


def _reachable(settings: Settings) -> Iterator[Line]:
    """From here, which need not be where Zendesk and Jira are."""
    if not settings.public_url:
        return
    url = f"{settings.public_url}/healthz"
    try:
        with session(timeout=TIMEOUT).get(url, allow_redirects=False) as answer:
            said = "" if answer.status_code == 200 else f"{url} answers {answer.status_code}"
    except requests.RequestException as error:
        said = f"{url} does not answer ({type(error).__name__})"
    if said:
        yield Line("this bot", f"{said}; webhooks and links need it", fault=False)


def _set_up(settings: Settings) -> Iterator[Line]:
    """What `provision` makes, where this log-in may see it."""
    if not settings.public_url:
        return
    for side in Provisioner(settings).sides():
        if side.pending:
            how = "python -m bot provision --dry-run shows them"
            what = f"{len(side.pending)} things are not as the bot needs them; {how}"
            yield Line(side.name, what, fault=False)
