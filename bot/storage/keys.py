"""The key store: private keys are drawn here, sealed at once, and never leave in clear."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.x509 import Certificate
from sqlalchemy import Engine, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.case import Request
from bot.errors import Misconfigured
from bot.storage import audit
from bot.storage.audit import AuditTrail
from bot.storage.database import reading, writing
from bot.storage.schema import KEYS
from bot.x509 import request, sealing
from bot.x509.details import Details

ACTOR: Final = "bot"
OFFERED: Final = timedelta(days=7)
"""How long a key can be collected."""


class KeyStore:
    """`bot.ports.Keys` on a database; `fernet_keys` newest first, the first one seals."""

    def __init__(
        self, engine: Engine, fernet_keys: Sequence[str], recipients: Sequence[Certificate]
    ) -> None:
        self._engine = engine
        self._box = MultiFernet([Fernet(key) for key in fernet_keys])
        self._recipients = tuple(recipients)
        self._trail = AuditTrail(engine)

    def new_request(self, ticket: int, number: int, details: Details) -> Request:
        """Key and CSR number `number` of the ticket: made, sealed and committed, or found again."""
        found = self._request(ticket, number)
        if found:
            return found
        key = request.draw(details.key)
        made = Request(request.sign(key, details), request.spki(key.public_key()))
        kept = self.keep(ticket, number, made, request.dump(key), "key made")
        assert kept is not None, "a key that was drawn a moment ago is nobody else's"
        return kept

    def adopt(self, ticket: int, number: int, csr: str, key: bytes) -> Request | None:
        """Keep a key (PKCS#8 PEM) that people made; None when it has served another CSR."""
        spki = request.spki(request.load(key).public_key())
        return self.keep(ticket, number, Request(csr, spki), key, "key adopted")

    def adopted(self, ticket: int, number: int) -> Request | None:
        """CSR number `number` of the ticket, when its key is kept already."""
        return self._request(ticket, number)

    def keep(
        self, ticket: int, number: int, made: Request, key: bytes, what: str
    ) -> Request | None:
        """Seal and commit the key, or find what this number has; None when the key is another's."""
        row = {
            "spki": made.spki,
            "ticket": ticket,
            "number": number,
            "csr": made.pem,
            "sealed": self._box.encrypt(key),
            "made_at": datetime.now(UTC),
        }
        try:
            with writing(self._engine) as connection:
                connection.execute(insert(KEYS).values(**row))
                audit.add(connection, ticket, ACTOR, what, spki=made.spki)
        except IntegrityError:
            return self._request(ticket, number)
        return made

    def handover(self, ticket: int, spki: str) -> bytes:
        """The private key as CMS for the recipients, PEM armour; the opening is audited."""
        why = f"sealed for {', '.join(self.recipients())}"
        return sealing.seal(self.opened(ticket, spki, ACTOR, why), self._recipients)

    def opened(self, ticket: int, spki: str, actor: str, why: str) -> bytes:
        """The private key in clear, PKCS#8 PEM; who opened it and why is audited before."""
        clear = self.unsealed(ticket, spki)
        self._trail.note(ticket, actor, "key opened", spki=spki, why=why)
        return clear

    def offer(self, ticket: int, spki: str) -> None:
        """Let a person collect the key, once, in the days to come."""
        mine = (KEYS.c.ticket == ticket) & (KEYS.c.spki == spki)
        untouched = KEYS.c.offered_until.is_(None) & KEYS.c.collected_at.is_(None)
        until = datetime.now(UTC) + OFFERED
        with self._engine.begin() as connection:
            offered = update(KEYS).where(mine & untouched).values(offered_until=until)
            if connection.execute(offered).rowcount == 1:
                audit.add(connection, ticket, ACTOR, "key offered", spki=spki)

    def transfer(self, ticket: int, to: int) -> None:
        """The ticket's keys and CSRs belong to another ticket from now on."""
        with self._engine.begin() as connection:
            mine = KEYS.c.ticket == ticket
            spkis = tuple(connection.scalars(select(KEYS.c.spki).where(mine)))
            connection.execute(update(KEYS).where(mine).values(ticket=to))
            for spki in spkis:
                audit.add(connection, to, ACTOR, "key taken over", spki=spki, before=str(ticket))

    def destroy(self, ticket: int, why: str) -> tuple[str, ...]:
        """Forget every private key of the ticket; the fingerprints of those that went now."""
        kept = (KEYS.c.ticket == ticket) & KEYS.c.sealed.is_not(None)
        with self._engine.begin() as connection:
            spkis = tuple(connection.scalars(select(KEYS.c.spki).where(kept)))
            gone = {"sealed": None, "destroyed_at": datetime.now(UTC)}
            connection.execute(update(KEYS).where(kept).values(gone))
            for spki in spkis:
                audit.add(connection, ticket, ACTOR, "key destroyed", spki=spki, why=why)
        return spkis

    def rotate(self) -> int:
        """Seal every key with the newest of the key store's keys; how many there were."""
        with self._engine.begin() as connection:
            kept = select(KEYS.c.spki, KEYS.c.sealed).where(KEYS.c.sealed.is_not(None))
            rows = connection.execute(kept.with_for_update()).all()
            for row in rows:
                try:
                    sealed = self._box.rotate(row.sealed)
                except InvalidToken:
                    raise _shut(row.spki) from None
                mine = KEYS.c.spki == row.spki
                connection.execute(update(KEYS).where(mine).values(sealed=sealed))
        return len(rows)

    def recipients(self) -> tuple[str, ...]:
        """Who can open a handed-over key."""
        return sealing.recipient_names(self._recipients)

    def unopened(self) -> int:
        """How many sealed keys none of the key store's keys opens."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(KEYS.c.sealed).where(KEYS.c.sealed.is_not(None)))
            return sum(not self._opens(row.sealed) for row in rows)

    def _opens(self, sealed: bytes) -> bool:
        try:
            self._box.decrypt(sealed)
        except InvalidToken:
            return False
        return True

    def _request(self, ticket: int, number: int) -> Request | None:
        where = (KEYS.c.ticket == ticket) & (KEYS.c.number == number)
        with reading(self._engine) as connection:
            row = connection.execute(select(KEYS.c.csr, KEYS.c.spki).where(where)).first()
        return Request(row.csr, row.spki) if row else None

    def unsealed(self, ticket: int, spki: str) -> bytes:
        """The private key in clear; the caller audits why."""
        where = (KEYS.c.ticket == ticket) & (KEYS.c.spki == spki)
        with reading(self._engine) as connection:
            row = connection.execute(select(KEYS.c.sealed).where(where)).first()
        if row is None or row.sealed is None:
            raise Misconfigured(f"the key store has no key {spki[:16]} for ticket {ticket}")
        try:
            opened = self._box.decrypt(row.sealed)
        except InvalidToken:
            raise _shut(spki) from None
        if request.spki(request.load(opened).public_key()) != spki:
            # A row was swapped: this is not the key that the CSR was made with.
            raise Misconfigured(f"the sealed key {spki[:16]} is not the one of its row")
        return opened


def _shut(spki: str) -> Misconfigured:
    return Misconfigured(f"no key of KEY_STORE_KEYS opens the private key {spki[:16]}")
