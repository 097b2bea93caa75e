"""A single sign-on by OpenID Connect: where to send people, and who comes back.

Authorization code flow with PKCE.  The provider's description is read when it is first needed
and kept for an hour; one that does not answer is asked again after seconds.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from typing import Any, Final, Self
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.common.urls import add_params_to_uri
from authlib.integrations.requests_client import OAuth2Session
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from bot.errors import TryLater
from bot.gateways import openid_tokens
from bot.identity import Identity, NotProven
from bot.settings import Settings

SIDE: Final = "single sign-on"
TIMEOUT: Final = (3.0, 5.0)
"""Seconds: a person waits, and a thread of the web process."""
KEPT: Final = 3600.0
PAUSE: Final = 5.0
"""Seconds until a provider that did not answer is asked again."""
WAITS: Final = 1.0
"""Seconds for somebody else who is asking."""
CALLBACK: Final = "/login/callback"
AFTERWARDS: Final = "/login"


class Description(BaseModel):
    """What the provider announces of itself (OpenID Connect Discovery 1.0, 3)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str | None = None
    scopes_supported: tuple[str, ...] = ()
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)

    @model_validator(mode="after")
    def _as_safe_as_the_issuer(self) -> Self:
        allowed = {"https", urlsplit(self.issuer).scheme}
        found = (self.authorization_endpoint, self.token_endpoint, self.jwks_uri)
        for url in (*found, self.end_session_endpoint or self.issuer):
            if urlsplit(url).scheme not in allowed:
                raise ValueError("an address without TLS")
        return self


class OpenIdProvider:
    """One provider, as the settings name it."""

    def __init__(
        self,
        settings: Settings,
        now: Callable[[], float] = time.monotonic,
        timeout: tuple[float, float] = TIMEOUT,
    ) -> None:
        self._issuer = settings.oidc_issuer or ""
        self._client = settings.oidc_client_id or ""
        secret = settings.oidc_client_secret
        self._secret = secret.get_secret_value() if secret else ""
        self._home = settings.public_url or ""
        self._groups = settings.oidc_roles_claim
        self._now, self._lock = now, threading.Lock()
        self._described: tuple[float, Description | None] = (0.0, None)
        self._keys = openid_tokens.Keys(lambda: self._read(self._description().jwks_uri))
        self._timeout = timeout

    def start(self, state: str, nonce: str, verifier: str) -> str:
        """Where a person logs in; raises TryLater when the provider does not answer."""
        described = self._description()
        url, _ = self._session(described).create_authorization_url(
            described.authorization_endpoint, state=state, nonce=nonce, code_verifier=verifier
        )
        return str(url)

    def identity(self, code: str, nonce: str, verifier: str) -> Identity:
        """Who came back with the code; raises NotProven, or TryLater."""
        described = self._description()
        answer = self._token(described, code, verifier)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise NotProven("the answer holds no ID token")
        claims = openid_tokens.proven(
            self._keys.opened(token),
            issuer=described.issuer,
            client=self._client,
            nonce=nonce,
            access_token=answer.get("access_token"),
        )
        return openid_tokens.identity(claims, self._groups, token)

    def ending(self, token: str) -> str:
        """Where a person logs out (RP-Initiated Logout 1.0, 2); empty where nothing is announced.

        Raises TryLater when the provider does not answer.
        """
        url = self._description().end_session_endpoint
        if not url:
            return ""
        given = {"client_id": self._client, "post_logout_redirect_uri": self._home + AFTERWARDS}
        hint = {"id_token_hint": token} if token else {}
        return str(add_params_to_uri(url, [*(given | hint).items()]))

    def _token(self, described: Description, code: str, verifier: str) -> dict[str, Any]:
        try:
            with self._session(described) as http:
                found = http.fetch_token(
                    described.token_endpoint,
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=verifier,
                    allow_redirects=False,
                )
        except AuthlibBaseError as error:
            word = re.fullmatch(r"[a-z_]{1,40}", str(error.error))
            raise NotProven(f"the code is not taken: {word[0] if word else 'odd'}") from None
        except (requests.RequestException, ValueError) as error:
            raise _silent("the log-in", error) from None
        return dict(found)

    def _session(self, described: Description) -> Any:
        """One for each log-in: it keeps the tokens that it was given."""
        methods = described.token_endpoint_auth_methods_supported
        basic = "client_secret_basic" in methods or "client_secret_post" not in methods
        wanted = ["openid", "profile", "email", self._groups]
        return OAuth2Session(
            self._client,
            self._secret,
            token_endpoint_auth_method="client_secret_basic" if basic else "client_secret_post",
            scope=" ".join(
                s for s in wanted if s != self._groups or s in described.scopes_supported
            ),
            redirect_uri=self._home + CALLBACK,
            code_challenge_method="S256",
            default_timeout=self._timeout,
        )

    def _description(self) -> Description:
        # While somebody asks a provider that hangs, others wait no longer than this.
        if not self._lock.acquire(timeout=WAITS):
            raise TryLater(f"{SIDE} is being asked and does not answer", PAUSE)
        try:
            return self._remembered() or self._renewed()
        finally:
            self._lock.release()

    def _remembered(self) -> Description | None:
        """What is still good; raises TryLater soon after a failure."""
        at, known = self._described
        if at and known is None and self._now() - at < PAUSE:
            raise TryLater(f"{SIDE} has just not answered", PAUSE)
        return known if self._now() - at < KEPT else None

    def _renewed(self) -> Description:
        self._described = (self._now(), None)
        found = self._fetched()
        self._described = (self._now(), found)
        return found

    def _fetched(self) -> Description:
        url = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
        try:
            found = Description.model_validate(self._read(url))
        except ValidationError as error:
            raise _silent("its description", error) from None
        if found.issuer.rstrip("/") != self._issuer.rstrip("/"):
            raise TryLater(f"{SIDE} describes another issuer than OIDC_ISSUER", PAUSE)
        return found

    def _read(self, url: str) -> Any:
        try:
            answer = requests.get(url, allow_redirects=False, timeout=self._timeout)
            answer.raise_for_status()
            return answer.json()
        except (requests.RequestException, ValueError) as error:
            raise _silent(urlsplit(url).path, error) from None


def _silent(what: str, error: Exception) -> TryLater:
    return TryLater(f"{SIDE} does not answer to {what} ({type(error).__name__})", PAUSE)
