"""Log-in for the pages that people see: by password, by single sign-on, or by either."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Flask, Response, abort, redirect, render_template
from flask.typing import ResponseReturnValue

from bot.settings import Settings
from bot.web import oidc, sessions
from bot.web.guarding import P, View, following, required_as, with_policy
from bot.web.oidc import Provider, SingleSignOn
from bot.web.passwords import Passwords
from bot.web.roles import Role

__all__ = [
    "Provider",
    "Role",
    "actor",
    "install",
    "person",
    "required",
    "required_as",
    "role",
    "with_policy",
]


def install(
    app: Flask, settings: Settings, now: Callable[[], datetime], provider: Provider | None = None
) -> None:
    """Sessions, and the ways to log in that the settings name."""
    sessions.install(app, settings, now)
    single = SingleSignOn(provider, settings) if provider else None
    hashed = settings.dashboard_password_hash
    passwords = Passwords(hashed.get_secret_value()) if hashed else None
    app.register_blueprint(_pages(passwords, single))
    if single:
        app.register_blueprint(oidc.routes(single))
    app.jinja_env.globals["csrf"] = sessions.csrf


def required(view: View[P]) -> View[P]:
    """The view for everybody who is logged in; its forms must come from our own pages."""
    return required_as(Role.VIEWER)(view)


def person() -> str:
    """Who is logged in; the empty text when nobody is."""
    found = sessions.current()
    return found.name if found else ""


def actor() -> str:
    """The same as the record has it: no name that somebody gives is that of a part of the bot."""
    return f"{person()} (dashboard)"


def role() -> Role | None:
    """What the person who is logged in may do; None when nobody is."""
    found = sessions.current()
    return found.role if found else None


def _pages(passwords: Passwords | None, single: SingleSignOn | None) -> Blueprint:
    blueprint = Blueprint("login", __name__)

    def form(fault: str = "", status: int = 200) -> Response:
        ways = {"password": passwords is not None, "single": single is not None}
        page = render_template("login.html", next=following(), fault=fault, **ways)
        return with_policy((page, status))

    @blueprint.get("/login")
    def shown() -> ResponseReturnValue:
        return form()

    @blueprint.post("/login")
    def log_in() -> ResponseReturnValue:
        if passwords is None or not sessions.own_form():
            abort(403)
        if fault := passwords.fault():
            return form(*fault)
        return redirect(following(), code=303)

    @blueprint.post("/logout")
    def log_out() -> ResponseReturnValue:
        if not sessions.own_form():
            abort(403)
        known = sessions.current()
        sessions.end()
        if single and known and known.single:
            return single.out()
        return redirect("/login", code=303)

    return blueprint
