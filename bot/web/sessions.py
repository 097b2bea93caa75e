"""The session of a person who is logged in: name, role and since when, in a signed cookie."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from flask import Flask, current_app, request, session

from bot.settings import Settings
from bot.web.roles import BY_WORD, Role

log = structlog.get_logger(__name__)

LIFETIME: Final = timedelta(hours=8)
"""Counted from the log-in, whatever was done since."""
LONGEST_NAME: Final = 80
COOKIE: Final = "ssl_bot"
_CLOCK: Final = "SSL_BOT_CLOCK"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is logged in; `single` says whether by the single sign-on."""

    name: str
    role: Role
    single: bool


def install(app: Flask, settings: Settings, now: Callable[[], datetime]) -> None:
    """Sessions signed with keys that follow from the key store's: newest signs, all are read."""
    keys = derived(settings, b"web sessions")
    app.secret_key = keys[0]
    app.config.update(
        SECRET_KEY_FALLBACKS=keys[1:],
        SESSION_COOKIE_NAME=COOKIE,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_SECURE=secure(settings),
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=LIFETIME,
    )
    app.config[_CLOCK] = now


def begin(name: str, role: Role, *, single: bool) -> None:
    """A fresh session: one from before the log-in is worth nothing after it."""
    session.clear()
    session.update(name=name, role=role.word, single=single, since=_now().timestamp())
    csrf()  # at once: pages that are opened side by side would make one each, and keep the last
    session.permanent = True
    log.info("logged in", role=role.word, single=single)


def current() -> Person | None:
    """Who is logged in; None when nobody is, or the session has run out."""
    name, role = session.get("name"), BY_WORD.get(str(session.get("role")))
    since = session.get("since")
    if not name or role is None or not isinstance(since, float):
        return None
    if _now().timestamp() - since >= LIFETIME.total_seconds():
        return None
    return Person(str(name), role, bool(session.get("single")))


def end() -> None:
    """Nobody is logged in any more."""
    session.clear()


def csrf() -> str:
    """The token that our own forms carry."""
    if "csrf" not in session:
        session["csrf"] = secrets.token_urlsafe(24)
    return str(session["csrf"])


def own_form() -> bool:
    """Whether the form at hand is one of ours, and not another site's."""
    given, kept = request.form.get("csrf", ""), session.get("csrf", "")
    return bool(kept) and hmac.compare_digest(given.encode(), str(kept).encode())


def named(text: str) -> str:
    """A name as the audit takes it: one line, bounded."""
    plain = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(plain.split())[:LONGEST_NAME].strip()


def secure(settings: Settings) -> bool:
    """Whether cookies go by TLS alone."""
    return bool(settings.public_url and settings.public_url.startswith("https"))


def derived(settings: Settings, purpose: bytes) -> list[bytes]:
    """One key for each of the key store's, newest first."""
    keys = [key.get_secret_value().encode() for key in settings.key_store_keys]
    return [hmac.digest(key, purpose, hashlib.sha256) for key in keys]


def _now() -> datetime:
    clock: Callable[[], datetime] = current_app.config[_CLOCK]
    return clock()
