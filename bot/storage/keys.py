"""The key store: private keys are drawn here, sealed at once, and never leave in clear."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.x509 import Certificate
from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import IntegrityError

from bot.case import Request
from bot.errors import Misconfigured
from bot.storage.database import reading, writing
from bot.storage.schema import KEYS
from bot.x509 import request, sealing
from bot.x509.details import Details


class KeyStore:
    """`bot.ports.Keys` on a database; `fernet_keys` newest first, the first one seals."""

    def __init__(
        self, engine: Engine, fernet_keys: Sequence[str], recipients: Sequence[Certificate]
    ) -> None:
        self._engine = engine
        self._box = MultiFernet([Fernet(key) for key in fernet_keys])
        self._recipients = tuple(recipients)

    def new_request(self, ticket: int, number: int, details: Details) -> Request:
        """Key and CSR number `number` of the ticket: made, sealed and committed, or found again."""
        found = self._request(ticket, number)
        if found:
            return found
        key = request.draw(details.key)
        made = Request(request.sign(key, details), request.spki(key.public_key()))
        row = {
            "spki": made.spki,
            "ticket": ticket,
            "number": number,
            "csr": made.pem,
            "sealed": self._box.encrypt(request.dump(key)),
            "made_at": datetime.now(UTC),
        }
        try:
            with writing(self._engine) as connection:
                connection.execute(insert(KEYS).values(**row))
        except IntegrityError:
            found = self._request(ticket, number)
            if found is None:
                raise
            return found
        return made

    def handover(self, ticket: int, spki: str) -> bytes:
        """The private key as CMS for the recipients, PEM armour."""
        opened = self._opened(ticket, spki)
        return sealing.seal(opened, self._recipients)

    def recipients(self) -> tuple[str, ...]:
        """Who can open a handed-over key."""
        return sealing.recipient_names(self._recipients)

    def _request(self, ticket: int, number: int) -> Request | None:
        where = (KEYS.c.ticket == ticket) & (KEYS.c.number == number)
        with reading(self._engine) as connection:
            row = connection.execute(select(KEYS.c.csr, KEYS.c.spki).where(where)).first()
        return Request(row.csr, row.spki) if row else None

    def _opened(self, ticket: int, spki: str) -> bytes:
        where = (KEYS.c.ticket == ticket) & (KEYS.c.spki == spki)
        with reading(self._engine) as connection:
            row = connection.execute(select(KEYS.c.sealed).where(where)).first()
        if row is None or row.sealed is None:
            raise Misconfigured(f"the key store has no key {spki[:16]} for ticket {ticket}")
        try:
            opened = self._box.decrypt(row.sealed)
        except InvalidToken:
            raise Misconfigured(
                f"no key of KEY_STORE_KEYS opens the private key {spki[:16]}"
            ) from None
        if request.spki(request.load(opened).public_key()) != spki:
            # A row was swapped: this is not the key that the CSR was made with.
            raise Misconfigured(f"the sealed key {spki[:16]} is not the one of its row")
        return opened
