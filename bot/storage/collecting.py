"""Private keys that a person collects from the bot: offered for a while, shown once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine, select, update

from bot.storage import audit
from bot.storage.database import aware
from bot.storage.keys import OFFERED, KeyStore
from bot.storage.schema import KEYS


class AlreadyCollected(Exception):
    """The key is not offered (any more): collected, run out, destroyed, or never offered."""


@dataclass(frozen=True, slots=True)
class About:
    """What may be told of a key before it is collected; `offered` says whether it can be."""

    spki: str
    ticket: int
    made_at: datetime
    offered: bool
    collected_at: datetime | None
    collected_by: str | None
    destroyed_at: datetime | None


class Collection:
    """Keys at their collection."""

    def __init__(self, engine: Engine, store: KeyStore) -> None:
        self._engine, self._store = engine, store

    def about(self, spki: str) -> About | None:
        """What the key is for; None when there is no such key."""
        with self._engine.connect() as connection:
            row = connection.execute(select(KEYS).where(KEYS.c.spki == spki)).first()
        if row is None:
            return None
        until = aware(row.offered_until)
        return About(
            spki=row.spki,
            ticket=row.ticket,
            made_at=aware(row.made_at) or datetime.now(UTC),
            offered=bool(until and until > datetime.now(UTC) and row.sealed),
            collected_at=aware(row.collected_at),
            collected_by=row.collected_by,
            destroyed_at=aware(row.destroyed_at),
        )

    def collect(self, spki: str, actor: str) -> bytes:
        """The private key as PKCS#8 PEM, once; raises AlreadyCollected."""
        known = self.about(spki)
        if known is None or not known.offered:
            raise AlreadyCollected(spki)
        clear = self._store.unsealed(known.ticket, spki)
        now = datetime.now(UTC)
        taken = {"collected_at": now, "collected_by": actor, "offered_until": None}
        with self._engine.begin() as connection:
            mine = (KEYS.c.spki == spki) & KEYS.c.offered_until.is_not(None)
            if connection.execute(update(KEYS).where(mine).values(taken)).rowcount != 1:
                raise AlreadyCollected(spki)  # somebody else was quicker
            audit.add(connection, known.ticket, actor, "key opened", spki=spki, why="collected")
        return clear

    def offer_again(self, spki: str, actor: str, why: str) -> None:
        """Let the key be collected once more."""
        until = datetime.now(UTC) + OFFERED
        with self._engine.begin() as connection:
            mine = (KEYS.c.spki == spki) & KEYS.c.sealed.is_not(None)
            ticket = connection.scalar(select(KEYS.c.ticket).where(mine))
            if ticket is not None:
                connection.execute(update(KEYS).where(mine).values(offered_until=until))
                audit.add(connection, ticket, actor, "key offered again", spki=spki, why=why)
