"""The sites that are watched: what is known of each, and which are due."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Engine, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from bot.rhythm import BEYOND
from bot.site import Site
from bot.storage.cases import batched
from bot.storage.database import aware, reading, writing
from bot.storage.durations import Durations, durations, took
from bot.storage.schema import SITES

_COLUMNS: Final = tuple(field.name for field in fields(Site))
_ALL: Final = tuple(SITES.c[name] for name in _COLUMNS)
_SEEN: Final = (
    "fingerprint",
    "issuer",
    "spki",
    "key_since",
    "not_before",
    "expires_at",
    "probed_at",
    "fault",
    "fault_since",
    "next_at",
)
_WRITTEN: Final = ("host", "environment", *_SEEN)
_SAVE: Final = (
    update(SITES)
    .where(SITES.c.host == bindparam("_host"), SITES.c.environment == bindparam("_environment"))
    .values({name: bindparam(f"_{name}") for name in _SEEN})
)
_LISTED: Final = ("brand", "organization", "contact")
_RENEWED: Final = (
    "organization",
    "requester",
    "last_ticket",
    "took",
    "expected",
    "expected_until",
    "watch_until",
    "next_at",
)


class SiteStore:
    """The table of sites."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, host: str, environment: str) -> Site | None:
        """The site, if it is watched."""
        found = self._read(select(*_ALL).where(*_this(host, environment)))
        return found[0] if found else None

    def all(self) -> tuple[Site, ...]:
        """Every site, those that expire first first, those never seen last."""
        order = (SITES.c.expires_at.is_(None), SITES.c.expires_at, SITES.c.host)
        return self._read(select(*_ALL).order_by(*order))

    def due(self, now: datetime, most: int) -> tuple[Site, ...]:
        """The sites that are to be looked at by now, the longest due first."""
        # What a clock that was ahead has planned is not waited for.
        due = select(*_ALL).where(or_(SITES.c.next_at <= now, SITES.c.next_at > now + BEYOND))
        return self._read(due.order_by(SITES.c.next_at).limit(most))

    def durations(self) -> Durations:
        """How long renewals took so far."""
        with reading(self._engine) as connection:
            return durations(connection)

    def took(self, site: Site) -> float | None:
        """The same for one site alone."""
        with reading(self._engine) as connection:
            return took(connection, site)

    def seen(self, sites: Sequence[Site]) -> None:
        """Keep what was seen of the sites, and when they are due again."""
        rows = [{f"_{name}": getattr(site, name) for name in _WRITTEN} for site in sites]
        with writing(self._engine) as connection:
            if rows:
                connection.execute(_SAVE, rows)

    def asked(self, site: Site, fingerprint: str, ticket: int) -> None:
        """A ticket was opened for this certificate."""
        self._change(site, asked_for=fingerprint, asked_ticket=ticket)

    def told(self, site: Site, told: str) -> None:
        """An agent knows these facts."""
        self._change(site, told=told)

    def renewed(self, sites: Iterable[Site], now: datetime) -> int:
        """Learn from finished renewals; how many told something new.

        A renewal that is known, or one that an other one has followed, tells nothing.
        """
        return sum(self._renewed(site, now) for site in sites)

    def imported(self, sites: Iterable[Site], now: datetime) -> tuple[int, int]:
        """How many sites were added and how many were known; what the list says of those is kept.

        What it leaves empty stays as it is.
        """
        added, count = 0, 0
        for some in batched(replace(site, added_at=now, next_at=now) for site in sites):
            count += len(some)
            try:
                added += self._import(some)
            except IntegrityError:
                added += self._import(some)  # somebody else has added one of them: it is known now
        return added, count - added

    def asked_with(self, site: Site) -> int | None:
        """The ticket that asks the same brand for the certificate that the site serves."""
        same = SITES.c.requester == site.requester
        if site.organization is not None:
            same = SITES.c.organization == site.organization
        elif site.requester is None:
            same = SITES.c.contact == site.contact
        asked = same & (SITES.c.asked_for == site.fingerprint)
        with reading(self._engine) as connection:
            found: int | None = connection.scalar(
                select(func.max(SITES.c.asked_ticket)).where(asked)
            )
        return found

    def forget(self, host: str, environment: str | None) -> int:
        """Watch the host no more; how many environments of it that were."""
        this = [SITES.c.host == host]
        if environment is not None:
            this.append(SITES.c.environment == environment)
        with writing(self._engine) as connection:
            return connection.execute(delete(SITES).where(*this)).rowcount

    def _import(self, some: Sequence[Site]) -> int:
        """Add those that are not there, and say of the others what the list says."""
        keys = select(SITES.c.host, SITES.c.environment)
        with writing(self._engine) as connection:
            named = keys.where(SITES.c.host.in_([site.host for site in some]))
            there = {(row.host, row.environment) for row in connection.execute(named)}
            new = [site for site in some if (site.host, site.environment) not in there]
            if new:
                connection.execute(insert(SITES), list(map(_row, new)))
            for site in some:
                said = {name: getattr(site, name) for name in _LISTED if getattr(site, name)}
                if said and (site.host, site.environment) in there:
                    mine = _this(site.host, site.environment)
                    connection.execute(update(SITES).where(*mine).values(**said))
        return len(new)

    def _renewed(self, site: Site, now: datetime) -> bool:
        if self._added(replace(site, added_at=now, next_at=now)):
            return True
        values = {name: getattr(replace(site, next_at=now), name) for name in _RENEWED}
        if site.brand:
            values["brand"] = site.brand
        older = SITES.c.last_ticket.is_(None) | (SITES.c.last_ticket < site.last_ticket)
        mine = _this(site.host, site.environment)
        with writing(self._engine) as connection:
            learnt = update(SITES).where(*mine, older).values(**values)
            return connection.execute(learnt).rowcount == 1

    def _added(self, site: Site) -> bool:
        if self.find(site.host, site.environment) is not None:
            return False
        try:
            with writing(self._engine) as connection:
                connection.execute(insert(SITES).values(**_row(site)))
        except IntegrityError:
            return False
        return True

    def _change(self, site: Site, **values: Any) -> None:
        with writing(self._engine) as connection:
            mine = _this(site.host, site.environment)
            connection.execute(update(SITES).where(*mine).values(**values))

    def _read(self, query: Any) -> tuple[Site, ...]:
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return tuple(Site(*map(aware, row)) for row in rows)


def _row(site: Site) -> dict[str, Any]:
    return {name: getattr(site, name) for name in _COLUMNS}


def _this(host: str, environment: str) -> tuple[Any, Any]:
    return SITES.c.host == host, SITES.c.environment == environment
