"""What a provider announces of itself, read when it is first needed and kept for an hour.

One that does not answer is asked again after seconds, by one person at a time.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Final, Self
from urllib.parse import urlsplit

import requests
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from bot.errors import TryLater

SIDE: Final = "single sign-on"
TIMEOUT: Final = (3.0, 5.0)
"""Seconds: a person waits, and a thread of the web process."""
KEPT: Final = 3600.0
PAUSE: Final = 5.0
"""Seconds until a provider that did not answer is asked again."""
WAITS: Final = 1.0
"""Seconds for somebody else who is asking."""


class Description(BaseModel):
    """What the provider announces of itself (OpenID Connect Discovery 1.0, 3)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    end_session_endpoint: str | None = None
    scopes_supported: tuple[str, ...] = ()
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)

    @model_validator(mode="after")
    def _as_safe_as_the_issuer(self) -> Self:
        allowed = {"https", urlsplit(self.issuer).scheme}
        found = (self.authorization_endpoint, self.token_endpoint, self.jwks_uri)
        for url in (*found, self.userinfo_endpoint, self.end_session_endpoint):
            if url and urlsplit(url).scheme not in allowed:
                raise ValueError("an address without TLS")
        return self


class Discovery:
    """One provider's description."""

    def __init__(
        self,
        issuer: str,
        now: Callable[[], float] = time.monotonic,
        timeout: tuple[float, float] = TIMEOUT,
    ) -> None:
        self._issuer, self._timeout = issuer, timeout
        self._now, self._lock = now, threading.Lock()
        self._described: tuple[float, Description | None] = (0.0, None)

    def current(self) -> Description:
        """What it announces; raises TryLater when it does not answer, or not with sense."""
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
            found = Description.model_validate(fetched(url, self._timeout))
        except ValidationError as error:
            raise silent("its description", error) from None
        if found.issuer.rstrip("/") != self._issuer.rstrip("/"):
            raise TryLater(f"{SIDE} describes another issuer than OIDC_ISSUER", PAUSE)
        return found


def fetched(url: str, timeout: tuple[float, float], token: str = "") -> Any:
    """What lies there as JSON, read with the access token if one is given; raises TryLater."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        answer = requests.get(url, headers=headers, allow_redirects=False, timeout=timeout)
        answer.raise_for_status()
        return answer.json()
    except (requests.RequestException, ValueError) as error:
        raise silent(urlsplit(url).path, error) from None


def silent(what: str, error: Exception) -> TryLater:
    """The provider has not answered as it should."""
    return TryLater(f"{SIDE} does not answer to {what} ({type(error).__name__})", PAUSE)
