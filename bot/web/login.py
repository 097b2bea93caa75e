"""Log-in for the pages that people see: one password, a name for the audit, a short session."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from collections import deque
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Final, ParamSpec

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    session,
)
from flask.typing import ResponseReturnValue
from werkzeug.security import check_password_hash

from bot.settings import Settings

P = ParamSpec("P")
LIFETIME: Final = timedelta(hours=8)
TRIES: Final = 5
WINDOW: Final = 300.0
"""Wrong passwords that one process takes within so many seconds, from wherever they come."""

PAGE_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
LONGEST_NAME: Final = 80
_OURS: Final = re.compile(r"/(?:[A-Za-z0-9._~-][A-Za-z0-9._~/-]*)?")
LONGEST_PASSWORD: Final = 1000


class Throttle:
    """Counts wrong passwords; when there were too many, even the right one has to wait."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._wrong: deque[float] = deque()

    def full(self) -> bool:
        """Whether nobody may try now."""
        while self._wrong and self._wrong[0] < self._now() - WINDOW:
            self._wrong.popleft()
        return len(self._wrong) >= TRIES

    def wrong(self) -> None:
        """One wrong password more."""
        self._wrong.append(self._now())


def install(app: Flask, settings: Settings, hashed: str) -> None:
    """Sessions signed with keys that follow from the key store's, and the log-in page."""
    keys = [_derived(key.get_secret_value()) for key in settings.key_store_keys]
    app.secret_key = keys[0]
    app.config.update(
        SECRET_KEY_FALLBACKS=keys[1:],
        SESSION_COOKIE_NAME="ssl_bot",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_SECURE=bool(settings.public_url and settings.public_url.startswith("https")),
        PERMANENT_SESSION_LIFETIME=LIFETIME,
    )
    app.register_blueprint(_pages(hashed, Throttle()))
    app.jinja_env.globals["csrf"] = csrf


def person() -> str:
    """Who is logged in; the empty text when nobody is."""
    return str(session.get("name", ""))


def required(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """The view for people who are logged in; its forms must come from our own pages."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if not person():
            return redirect(f"/login?next={request.path}", code=303)
        if request.method == "POST" and not _own_form():
            abort(403)
        return with_policy(view(*args, **kwargs))

    return guarded


def csrf() -> str:
    """The token that our own forms carry."""
    if "csrf" not in session:
        session["csrf"] = secrets.token_urlsafe(24)
    return str(session["csrf"])


def with_policy(answer: ResponseReturnValue) -> Response:
    """A page may use the style sheet and its own forms, and nothing else."""
    made: Response = make_response(answer)
    made.headers["Content-Security-Policy"] = PAGE_POLICY
    return made


def _pages(hashed: str, throttle: Throttle) -> Blueprint:
    blueprint = Blueprint("login", __name__)

    @blueprint.get("/login")
    def form() -> ResponseReturnValue:
        return _form("")

    @blueprint.post("/login")
    def log_in() -> ResponseReturnValue:
        if not _own_form():
            abort(403)
        if throttle.full():
            return _form("Too many wrong passwords; please try again in some minutes.", 429)
        if not check_password_hash(hashed, request.form.get("password", "")[:LONGEST_PASSWORD]):
            throttle.wrong()
            return _form("The password is wrong.", 401)
        name = " ".join(request.form.get("name", "").split())[:LONGEST_NAME]
        if not name:
            return _form("Please give your name.", 401)
        session.clear()  # a session from before the log-in is worth nothing after it
        session["name"] = name
        session.permanent = True
        return redirect(_next(), code=303)

    @blueprint.post("/logout")
    def log_out() -> ResponseReturnValue:
        if not _own_form():
            abort(403)
        session.clear()
        return redirect("/login", code=303)

    return blueprint


def _form(fault: str, status: int = 200) -> Response:
    return with_policy((render_template("login.html", next=_next(), fault=fault), status))


def _own_form() -> bool:
    given, kept = request.form.get("csrf", ""), session.get("csrf", "")
    return bool(kept) and hmac.compare_digest(given.encode(), str(kept).encode())


def _next() -> str:
    """Where to go afterwards: a path of ours, never another site."""
    path = request.values.get("next", "/")
    # Browsers drop control characters and take a backslash for a slash.
    return path if _OURS.fullmatch(path) else "/"


def _derived(key: str) -> bytes:
    return hmac.digest(key.encode(), b"web sessions", hashlib.sha256)
