"""A single sign-on by OpenID Connect: where to send people, and who comes back.

Authorization code flow with PKCE.  Nothing of a person but name and groups leaves this module.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any, Final

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.common.urls import add_params_to_uri
from authlib.integrations.requests_client import OAuth2Session

from bot.gateways import openid_tokens
from bot.gateways.openid_discovery import TIMEOUT, Description, Discovery, fetched, silent
from bot.identity import Identity, NotProven
from bot.settings import Settings

CALLBACK: Final = "/login/callback"
AFTERWARDS: Final = "/login"


class OpenIdProvider:
    """One provider, as the settings name it."""

    def __init__(
        self,
        settings: Settings,
        now: Callable[[], float] = time.monotonic,
        timeout: tuple[float, float] = TIMEOUT,
    ) -> None:
        issuer = settings.oidc_issuer or ""
        self._client = settings.oidc_client_id or ""
        secret = settings.oidc_client_secret
        self._secret = secret.get_secret_value() if secret else ""
        self._home = settings.public_url or ""
        self._groups = settings.oidc_roles_claim
        self._timeout = timeout
        self._discovery = Discovery(issuer, now, timeout)
        self._keys = openid_tokens.Keys(
            lambda: fetched(self._discovery.current().jwks_uri, timeout)
        )

    def start(self, state: str, nonce: str, verifier: str) -> str:
        """Where a person logs in; raises TryLater when the provider does not answer."""
        described = self._discovery.current()
        url, _ = self._session(described).create_authorization_url(
            described.authorization_endpoint, state=state, nonce=nonce, code_verifier=verifier
        )
        return str(url)

    def identity(self, code: str, nonce: str, verifier: str) -> Identity:
        """Who came back with the code; raises NotProven, or TryLater."""
        described = self._discovery.current()
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
        more = self._told(described, claims, answer.get("access_token"))
        return openid_tokens.identity(more | claims, self._groups, token)

    def ending(self, token: str) -> str:
        """Where a person logs out (RP-Initiated Logout 1.0, 2); empty where nothing is announced.

        Raises TryLater when the provider does not answer.
        """
        url = self._discovery.current().end_session_endpoint
        if not url:
            return ""
        given = {"client_id": self._client, "post_logout_redirect_uri": self._home + AFTERWARDS}
        hint = {"id_token_hint": token} if token else {}
        return str(add_params_to_uri(url, [*(given | hint).items()]))

    def _told(
        self, described: Description, claims: dict[str, Any], access_token: object
    ) -> dict[str, Any]:
        """What only the user-info endpoint tells, where the ID token is a thin one."""
        url = described.userinfo_endpoint
        thin = not openid_tokens.identity(claims, self._groups, "").groups
        if not (thin and url and isinstance(access_token, str)):
            return {}
        found = fetched(url, self._timeout, access_token)
        # OpenID Connect Core 1.0, 5.3.2: it may be of somebody else.
        if not isinstance(found, dict) or found.get("sub") != claims["sub"]:
            raise NotProven("the user-info is of somebody else")
        return found

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
            raise silent("the log-in", error) from None
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
