"""Intermediate certificates that were seen in good chains, for brands that leave them out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from cryptography import x509
from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import IntegrityError

from bot.storage.database import reading, writing
from bot.storage.schema import INTERMEDIATES

MOST: Final = 20
"""Certificates of one name that are looked at."""


class Intermediates:
    """The intermediates, on a database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def named(self, subject: x509.Name) -> tuple[bytes, ...]:
        """Those of this name, DER, the one seen last first."""
        rows = (
            select(INTERMEDIATES.c.der)
            .where(INTERMEDIATES.c.subject == _hash(subject))
            .order_by(INTERMEDIATES.c.seen_at.desc())
            .limit(MOST)
        )
        with reading(self._engine) as connection:
            return tuple(connection.scalars(rows))

    def remember(self, ders: Iterable[bytes]) -> None:
        """Keep each of them once."""
        for der in ders:
            row = {
                "fingerprint": hashlib.sha256(der).hexdigest(),
                "subject": _hash(x509.load_der_x509_certificate(der).subject),
                "der": der,
                "seen_at": datetime.now(UTC),
            }
            try:
                with writing(self._engine) as connection:
                    connection.execute(insert(INTERMEDIATES).values(**row))
            except IntegrityError:
                continue  # known already


def _hash(name: x509.Name) -> str:
    return hashlib.sha256(name.public_bytes()).hexdigest()
