"""What an ID token says, once it is proven: signature, issuer, audience, nonce and times.

OpenID Connect Core 1.0, 3.1.3.7.  Keys are fetched again, once, when a token is signed with one
that is not known: providers change theirs every few weeks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from bot.identity import Identity, NotProven

ALGORITHMS: Final = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
)
"""With a public key alone: "none" and shared secrets are never taken, whatever is announced."""
LEEWAY: Final = 60
"""Seconds that the clocks may differ."""
_NAMES: Final = ("name", "preferred_username", "email", "sub")
# A header of the provider's own does no harm.
_REGISTRY: Final = JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)


class Keys:
    """The provider's public keys, kept until one is missing."""

    def __init__(self, fetch: Callable[[], Mapping[str, Any]]) -> None:
        self._fetch = fetch
        self._known: KeySet | None = None

    def opened(self, token: str) -> jwt.Token:
        """The token, its signature proven; raises NotProven, and whatever `fetch` does."""
        if self._known is not None:
            try:
                return jwt.decode(token, self._known, registry=_REGISTRY)
            except (InvalidKeyIdError, BadSignatureError):
                pass  # the keys may have been changed
            except (JoseError, ValueError, TypeError) as error:
                raise _unproven(error) from None
        found = self._fetch()
        try:
            self._known = KeySet.import_key_set(found)  # type: ignore[arg-type] # checked by it
            return jwt.decode(token, self._known, registry=_REGISTRY)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise _unproven(error) from None


def proven(
    token: jwt.Token, *, issuer: str, client: str, nonce: str, access_token: object
) -> dict[str, Any]:
    """The claims; raises NotProven when the token is another's, another log-in's or too old."""
    expected = {
        "iss": {"essential": True, "value": issuer},
        "aud": {"essential": True, "value": client},
    }
    given = {"nonce": nonce, "client_id": client, "access_token": access_token}
    claims = CodeIDToken(token.claims, token.header, expected, given)
    try:
        claims.validate(leeway=LEEWAY)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise _unproven(error) from None
    return dict(claims)


def identity(claims: Mapping[str, Any], groups_claim: str, token: str) -> Identity:
    """Name and groups out of the claims."""
    names = (claims.get(name) for name in _NAMES)
    name = next((name for name in names if isinstance(name, str) and name.strip()), "")
    return Identity(name, tuple(_groups(claims, groups_claim)), token)


def _groups(claims: Mapping[str, Any], path: str) -> Iterator[str]:
    """A list or a single one; `realm_access.roles` leads inside, as Keycloak has it."""
    found: Any = claims.get(path)
    if found is None:
        found = claims
        for part in path.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    many = found if isinstance(found, list) else [found]
    return (one for one in many if isinstance(one, str))


def _unproven(error: Exception) -> NotProven:
    """Only the kind of fault: what a token says is nobody's business."""
    claim = getattr(error, "claim", "")
    return NotProven(f"the ID token is not taken: {type(error).__name__} {claim}".strip())
