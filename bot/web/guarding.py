"""Which pages ask for whom, what a page may load, and where a log-in leads."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Final, ParamSpec
from urllib.parse import quote

import structlog
from flask import Response, abort, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from bot.errors import TryLater
from bot.web import sessions
from bot.web.roles import Role

log = structlog.get_logger(__name__)
P = ParamSpec("P")
View = Callable[P, ResponseReturnValue]

PAGE_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_OURS: Final = re.compile(r"/(?:[A-Za-z0-9._~-][A-Za-z0-9._~/-]*)?(?:\?[A-Za-z0-9._~&=%+-]*)?")
LONGEST_PATH: Final = 1000


def required_as(least: Role) -> Callable[[View[P]], View[P]]:
    """The view for people with this role or a higher one; its forms must come from our pages."""

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            person = sessions.current()
            if person is None:
                return _who()
            try:
                if request.method == "POST" and not sessions.own_form():
                    abort(403)
                if person.role < least:
                    return said("role", 403, person=person, least=least)
                return with_policy(view(*args, **kwargs))
            except HTTPException as fault:
                return _refused(fault.code or 500)
            except TryLater as fault:
                log.warning("page not made", path=request.path, why=str(fault))
                return _refused(503)

        return guarded

    return guard


def with_policy(answer: ResponseReturnValue) -> Response:
    """A page may use the style sheet and its own forms, and nothing else."""
    made: Response = make_response(answer)
    made.headers["Content-Security-Policy"] = PAGE_POLICY
    return made


def said(what: str, status: int, **more: object) -> Response:
    """A page of a few plain sentences about the log-in."""
    return with_policy((render_template("login_said.html", what=what, **more), status))


def following() -> str:
    """Where to go after the log-in: a path of ours, never another site."""
    return ours(request.values.get("next", "/"))


def ours(path: str) -> str:
    """The path when it is one of ours, else the first page."""
    # Browsers drop control characters and take a backslash for a slash.
    return path if len(path) <= LONGEST_PATH and _OURS.fullmatch(path) else "/"


def _refused(status: int) -> Response:
    """Why not, as a page: who is here is a person, and wants a way on."""
    answer = with_policy((render_template("refused.html", status=status), status))
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        answer.headers["Retry-After"] = "30"
    return answer


def _who() -> Response:
    """The log-in.  Who follows a link of Jira's or Zendesk's may well be logged in: the browser
    keeps the strict cookie back, and sends it when our own page leads there once more."""
    here = f"{request.path}?{request.query_string.decode('ascii', 'replace')}".removesuffix("?")
    foreign = request.headers.get("Sec-Fetch-Site") == "cross-site"
    if foreign and request.method == "GET" and ours(here) == here:
        return said("through", 200, leads=here)
    return with_policy(redirect(f"/login?next={quote(here)}", code=303))
