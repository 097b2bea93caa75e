"""A single sign-on on a loopback port: it logs one person in, and misbehaves when told how."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, redirect, request
from joserfc import jwt
from joserfc.jwk import RSAKey

from sandbox.faults import Faults
from sandbox.service import Service

CLIENT, SECRET = "ssl-bot", "client-hush"
PERSON = {"sub": "u-1", "name": "Olga Operator", "email": "olga@acme.example"}
FORM = """<!doctype html><html lang="en"><title>Acme single sign-on</title>
<form method="post"><label for="user">User</label><input id="user" name="user" autofocus>
<button>Log in</button></form></html>"""


class FakeProvider:
    """Discovery, authorization, tokens, keys, log-out; each attribute may be set by a test."""

    def __init__(self) -> None:
        self.person: dict[str, Any] = PERSON | {"groups": ["staff", "ssl-operators"]}
        self.wrong: dict[str, Any] = {}  # claims that replace or, as None, drop the right ones
        self.described: dict[str, Any] = {}  # the same for the discovery
        self.thin: dict[str, Any] | None = (
            None  # what the user-info endpoint tells, if there is one
        )
        self.error = ""  # the answer to the log-in, instead of a code
        self.state: str | None = None  # another state than the one that was sent
        self.down: set[str] = set()  # paths that answer 500
        self.slow: set[str] = set()  # paths that take too long
        self.alg = "RS256"
        self.asked: list[str] = []
        self.codes: dict[str, dict[str, str]] = {}
        self.rotate()
        self.signs = self.published
        self.service = Service("sso", self._app(), Faults())
        self.issuer = self.service.url

    @property
    def settings(self) -> dict[str, str]:
        """The environment of a bot that knows this provider, with a group for each role."""
        return {
            "OIDC_ISSUER": self.issuer,
            "OIDC_CLIENT_ID": CLIENT,
            "OIDC_CLIENT_SECRET": SECRET,
            "OIDC_VIEWERS": "ssl-viewers, everybody",
            "OIDC_AGENTS": "ssl-agents",
            "OIDC_OPERATORS": "ssl-operators",
        }

    def rotate(self) -> None:
        """New keys, under a new name."""
        self.published = RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig"})
        self.signs = self.published

    def close(self) -> None:
        """Answer no more."""
        self.service.close()

    def token(self, nonce: str) -> str:
        """The ID token, wrong in the ways that the test has asked for."""
        now = int(time.time())
        right = {"iss": self.issuer, "aud": CLIENT, "nonce": nonce, "iat": now, "exp": now + 300}
        claims = _without_none({**right, **self.person, **self.wrong})
        header = {"alg": self.alg, "kid": self.published.kid}
        if self.alg in ("none", "HS256"):
            return self._anybodys(header, claims)
        return jwt.encode(header, claims, self.signs)

    def _anybodys(self, header: dict[str, Any], claims: dict[str, Any]) -> str:
        """Not signed at all, or with the public key taken for a shared secret."""
        signed = ".".join(_b64(json.dumps(part).encode()) for part in (header, claims))
        public = self.published.as_pem(private=False)
        mac = hmac.digest(public, signed.encode(), "sha256") if self.alg == "HS256" else b""
        return f"{signed}.{_b64(mac)}"

    def _description(self) -> dict[str, Any]:
        announced = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "end_session_endpoint": f"{self.issuer}/end",
            "userinfo_endpoint": None if self.thin is None else f"{self.issuer}/userinfo",
            "scopes_supported": ["openid", "profile", "email", "groups"],
            "id_token_signing_alg_values_supported": ["RS256", "none"],
        }
        return _without_none(announced | self.described)

    def _leads_back(self) -> str:
        asked = request.args
        state = asked["state"] if self.state is None else self.state
        if self.error:
            return f"{asked['redirect_uri']}?{urlencode({'error': self.error, 'state': state})}"
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked.to_dict()
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': state})}"

    def _tokens(self) -> tuple[dict[str, Any], int]:
        """Once for each code, for the client with the secret and the verifier (RFC 7636, 4.6)."""
        sent = request.form
        asked = self.codes.pop(sent.get("code", ""), None)
        if (login := request.authorization) is None or login.password != SECRET:
            return {"error": "invalid_client"}, 401
        challenge = _b64(hashlib.sha256(sent["code_verifier"].encode()).digest())
        if asked is None or asked["code_challenge"] != challenge:
            return {"error": "invalid_grant"}, 400
        token = {
            "access_token": "a-t",
            "token_type": "Bearer",
            "id_token": self.token(asked["nonce"]),
        }
        return _without_none(token | self.wrong.get("answer", {})), 200

    def _told(self) -> tuple[dict[str, Any], int]:
        allowed = request.headers.get("Authorization") == "Bearer a-t"
        return (self.thin or {}, 200) if allowed else ({}, 401)

    def _app(self) -> Flask:
        app = Flask("provider")

        @app.before_request
        def _heard() -> Response | None:
            self.asked.append(request.path)
            if request.path in self.slow:
                time.sleep(1.5)
            return Response("out of order", 500) if request.path in self.down else None

        for path, method, view in (
            ("/.well-known/openid-configuration", "GET", self._description),
            ("/jwks", "GET", lambda: {"keys": [self.published.as_dict(private=False)]}),
            ("/authorize", "GET", lambda: FORM),
            ("/authorize", "POST", lambda: redirect(self._leads_back(), 303)),
            ("/token", "POST", self._tokens),
            ("/userinfo", "GET", self._told),
            ("/end", "GET", lambda: redirect(request.args["post_logout_redirect_uri"], 303)),
        ):
            app.add_url_rule(path, f"{method} {path}", view, methods=[method])
        return app


def _without_none(found: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if value is not None}


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
