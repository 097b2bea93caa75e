"""Who may read the API: tokens of which the environment holds the SHA-256 alone.

A token has 256 random bits, so a plain hash is enough: there is nothing to guess.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from typing import Final

from bot.setting_types import ApiToken

PREFIX: Final = "ssl_bot_"
"""By which scanners for leaked secrets know one."""
LONGEST: Final = 200


def made(name: str) -> tuple[str, str]:
    """A fresh token, and its entry in API_TOKENS."""
    token = PREFIX + secrets.token_urlsafe(32)
    return token, f"{name}:{digest(token)}"


def digest(token: str) -> str:
    """What the environment holds of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def bearer(header: str, known: Sequence[ApiToken]) -> str | None:
    """The name of the token in an Authorization header; None when it is not known."""
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not 0 < len(token) <= LONGEST:
        return None
    given = digest(token.strip())
    # Every entry is compared, so that the time tells nothing.
    found = [entry.name for entry in known if hmac.compare_digest(given, entry.digest)]
    return found[0] if found else None
