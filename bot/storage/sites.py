"""The sites that are watched: what is known of each, and which are due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from statistics import median_high
from typing import Any, Final

from sqlalchemy import Engine, bindparam, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.site import Site
from bot.storage.cases import batched
from bot.storage.database import reading, writing
from bot.storage.schema import SITES

_COLUMNS: Final = tuple(field.name for field in fields(Site))
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
_KNOWN: Final = SITES.c.took.is_not(None)
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


@dataclass(frozen=True, slots=True)
class Durations:
    """How many days renewals took: each brand's longest, and what is usual with each authority.

    One slow brand must not have all others with its authority asked early, hence the median.
    """

    organizations: Mapping[int, float]
    issuers: Mapping[str, float]

    def of(self, site: Site) -> float | None:
        """What is to be reckoned with for this site; None when nothing is known."""
        known = (
            site.took,
            self.organizations.get(site.organization or 0),
            self.issuers.get(site.issuer),
        )
        return max((took for took in known if took is not None), default=None)


class SiteStore:
    """The table of sites."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, host: str, environment: str) -> Site | None:
        """The site, if it is watched."""
        found = self._read(select(SITES).where(*_this(host, environment)))
        return found[0] if found else None

    def all(self) -> tuple[Site, ...]:
        """Every site, those that expire first first, those never seen last."""
        order = (SITES.c.expires_at.is_(None), SITES.c.expires_at, SITES.c.host)
        return self._read(select(SITES).order_by(*order))

    def due(self, now: datetime, most: int) -> tuple[Site, ...]:
        """The sites that are to be looked at by now, the longest due first."""
        due = select(SITES).where(SITES.c.next_at <= now)
        return self._read(due.order_by(SITES.c.next_at).limit(most))

    def durations(self) -> Durations:
        """How long renewals took so far."""
        query = select(SITES.c.organization, SITES.c.issuer, SITES.c.took)
        organizations, issuers = dict[int, float](), dict[str, list[float]]()
        with reading(self._engine) as connection:
            for organization, issuer, took in connection.execute(query.where(_KNOWN)):
                if organization is not None:
                    organizations[organization] = max(took, organizations.get(organization, 0.0))
                if issuer:
                    issuers.setdefault(issuer, []).append(took)
        return Durations(organizations, {name: median_high(all_) for name, all_ in issuers.items()})

    def took(self, site: Site) -> float | None:
        """The same for one site alone."""
        brand = select(func.max(SITES.c.took)).where(SITES.c.organization == site.organization)
        same = (SITES.c.issuer == site.issuer) & _KNOWN
        middle = select(SITES.c.took).where(same).order_by(SITES.c.took).limit(1)
        with reading(self._engine) as connection:
            known = [site.took, connection.scalar(brand) if site.organization is not None else None]
            if site.issuer:
                count = connection.scalar(select(func.count()).select_from(SITES).where(same)) or 0
                known.append(connection.scalar(middle.offset(count // 2)))
        return max((took for took in known if took is not None), default=None)

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
        added, known = 0, 0
        for some in batched(sites):
            for site in some:
                if self._added(replace(site, added_at=now, next_at=now)):
                    added += 1
                    continue
                said = {n: getattr(site, n) for n in ("brand", "organization", "contact")}
                self._change(site, **{name: value for name, value in said.items() if value})
                known += 1
        return added, known

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
                row = {name: getattr(site, name) for name in _COLUMNS}
                connection.execute(insert(SITES).values(**row))
        except IntegrityError:
            return False
        return True

    def _change(self, site: Site, **values: Any) -> None:
        if not values:
            return
        with writing(self._engine) as connection:
            mine = _this(site.host, site.environment)
            connection.execute(update(SITES).where(*mine).values(**values))

    def _read(self, query: Any) -> tuple[Site, ...]:
        with reading(self._engine) as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(Site(**{name: _aware(row[name]) for name in _COLUMNS}) for row in rows)


def _this(host: str, environment: str) -> tuple[Any, Any]:
    return SITES.c.host == host, SITES.c.environment == environment


def _aware(value: Any) -> Any:
    """SQLite gives times without their zone."""
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    return value
