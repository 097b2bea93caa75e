"""Log-in by a single sign-on: there with a state, back with a code, in with a role.

The session's cookie is SameSite=Strict, so the browser does not send it when the provider leads
people back.  What belongs to one attempt therefore goes into a cookie of its own: signed, Lax,
for ten minutes and the way back alone.  For the same reason the way back ends on a page that
leads on by itself: a redirect would still count as the provider's, without the new session.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import asdict, dataclass
from typing import Final, Protocol, TypedDict

import structlog
from flask import Blueprint, Response, redirect, request
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeTimedSerializer

from bot.errors import TryLater
from bot.identity import Identity, NotProven
from bot.settings import Settings
from bot.web import roles, sessions
from bot.web.guarding import following, said, with_policy

log = structlog.get_logger(__name__)

ATTEMPT: Final = "ssl_bot_attempt"
PROOF: Final = "ssl_bot_proof"
LASTS: Final = 600
"""Seconds that a person has for logging in at the provider."""
LONGEST_PROOF: Final = 3500
LONGEST_CODE: Final = 4000
BACK: Final = "/login/callback"
LEAVING: Final = "/logout"


class Provider(Protocol):
    """The single sign-on; each verb raises TryLater when it does not answer."""

    def start(self, state: str, nonce: str, verifier: str) -> str:
        """Where a person logs in."""
        ...

    def identity(self, code: str, nonce: str, verifier: str) -> Identity:
        """Who came back with the code; raises NotProven."""
        ...

    def ending(self, token: str) -> str:
        """Where a person logs out there; empty when nowhere."""
        ...


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one way to the provider and back has to keep."""

    state: str
    nonce: str
    verifier: str
    leads: str

    @classmethod
    def fresh(cls, leads: str) -> Attempt:
        """What nobody can guess, and where to go afterwards."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        return cls(state, nonce, verifier, leads)


class SingleSignOn:
    """The provider and the cookies that go with it."""

    def __init__(self, provider: Provider, settings: Settings) -> None:
        self._provider, self._groups = provider, roles.groups(settings)
        keys = sessions.derived(settings, b"single sign-on")[::-1]
        self._attempts = URLSafeTimedSerializer(keys, salt="attempt")
        self._secure = sessions.secure(settings)

    def away(self) -> Response:
        """To the provider."""
        attempt = Attempt.fresh(following())
        try:
            url = self._provider.start(attempt.state, attempt.nonce, attempt.verifier)
        except TryLater as fault:
            return _down(fault)
        answer = with_policy(redirect(url, code=303))
        kept = self._attempts.dumps(asdict(attempt))
        answer.set_cookie(ATTEMPT, kept, LASTS, path=BACK, **self._safe("Lax"))
        return answer

    def back(self) -> Response:
        """From the provider; an attempt is good for one answer, whatever it is."""
        answer = self._judged()
        answer.delete_cookie(ATTEMPT, BACK, **self._safe("Lax"))
        return answer

    def out(self) -> Response:
        """A page that leads on to the provider's own log-out, where it has one."""
        try:
            url = self._provider.ending(request.cookies.get(PROOF, ""))
        except TryLater:
            url = ""  # here the session has ended in any case
        answer = said("out", 200, url=url) if url else with_policy(redirect("/login", code=303))
        answer.delete_cookie(PROOF, LEAVING, **self._safe("Strict"))
        return answer

    def _judged(self) -> Response:
        attempt = self._attempt()
        if attempt is None:
            return said("stale", 400)
        if request.args.get("error"):
            return said("refused", 403)
        code = request.args.get("code", "")[:LONGEST_CODE]
        try:
            identity = self._provider.identity(code, attempt.nonce, attempt.verifier)
        except TryLater as fault:
            return _down(fault)
        except NotProven as fault:
            log.warning("log-in not proven", fault=str(fault))
            return said("unproven", 403)
        return self._in(identity, attempt.leads)

    def _in(self, identity: Identity, leads: str) -> Response:
        name = sessions.named(identity.name)
        role = roles.highest(identity.groups, self._groups)
        if not name or role is None:
            return said("stranger", 403, name=name)
        sessions.begin(name, role, single=True)
        answer = said("in", 200, name=name, leads=leads)
        if len(identity.token) <= LONGEST_PROOF:
            lasts = int(sessions.LIFETIME.total_seconds())
            answer.set_cookie(PROOF, identity.token, lasts, path=LEAVING, **self._safe("Strict"))
        return answer

    def _attempt(self) -> Attempt | None:
        """The attempt that the answer at hand belongs to."""
        try:
            kept = self._attempts.loads(request.cookies.get(ATTEMPT, ""), max_age=LASTS)
            attempt = Attempt(**kept)
        except (BadData, TypeError):
            return None
        given = request.args.get("state", "")
        return attempt if hmac.compare_digest(given.encode(), attempt.state.encode()) else None

    def _safe(self, samesite: str) -> _Safe:
        return {"secure": self._secure, "httponly": True, "samesite": samesite}


class _Safe(TypedDict):
    secure: bool
    httponly: bool
    samesite: str


def routes(single: SingleSignOn) -> Blueprint:
    """`/login/sso` and the way back from there."""
    blueprint = Blueprint("sso", __name__)

    @blueprint.get("/login/sso")
    def away() -> ResponseReturnValue:
        return single.away()

    @blueprint.get(BACK)
    def back() -> ResponseReturnValue:
        return single.back()

    return blueprint


def _down(fault: TryLater) -> Response:
    log.warning("single sign-on does not answer", fault=str(fault))
    answer = said("down", 503)
    answer.headers["Retry-After"] = "30"
    return answer
