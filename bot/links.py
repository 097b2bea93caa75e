"""Links to the bot's own pages that carry their permission with them: signed, and not for ever."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from typing import Final

from itsdangerous import BadData, URLSafeTimedSerializer

LIFETIME: Final = 14 * 24 * 3600
"""Seconds that a link to the form of details is good for."""


class DetailsLinks:
    """Links to one ticket's form of details.  `keys` newest first: the newest signs, all open."""

    def __init__(self, keys: Sequence[str], public_url: str) -> None:
        self._public_url = public_url.rstrip("/")
        derived = [hmac.digest(key.encode(), b"details links", hashlib.sha256) for key in keys]
        self._signer = URLSafeTimedSerializer(derived[::-1], salt="details")

    def details(self, ticket: int) -> str:
        """The address of the ticket's form; empty where the bot has no public address."""
        if not self._public_url:
            return ""
        return f"{self._public_url}/details/{self._signer.dumps(ticket)}"

    def ticket(self, token: str, lifetime: int = LIFETIME) -> int | None:
        """The ticket that the link is for; None when it is forged or has run out."""
        try:
            number = self._signer.loads(token, max_age=lifetime)
        except BadData:
            return None
        return number if isinstance(number, int) else None
