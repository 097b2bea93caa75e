"""Our tables.  The engine keeps its own beside them."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    DateTime,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy.types import BigInteger

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

CASES = Table(
    "cases",
    METADATA,
    Column("ticket", BigInteger, primary_key=True, autoincrement=False),
    Column("at", String(40), nullable=False),
    Column("version", Integer, nullable=False),
    Column("host", String(255), nullable=False),
    Column("csr_issue", String(64), nullable=False),
    Column("change_issue", String(64), nullable=False),
    Column("organization", BigInteger, nullable=True),
    Column("requester", BigInteger, nullable=True),
    Column("due_at", DateTime(timezone=True), nullable=True, index=True),
    Column("expires_at", DateTime(timezone=True), nullable=True),  # of what the site serves
    Column("data", Text, nullable=False),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    Column("forgotten_at", DateTime(timezone=True), nullable=True),
    Column("at_since", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index("ix_cases_csr_issue", "csr_issue"),
    Index("ix_cases_change_issue", "change_issue"),
    Index("ix_cases_at_ticket", "at", "ticket"),
    Index("ix_cases_at_expires_at", "at", "expires_at", "ticket"),
    Index("ix_cases_at_updated_at", "at", "updated_at"),
    Index("ix_cases_at_at_since", "at", "at_since", "ticket"),
    Index("ix_cases_host", "host", "ticket"),
    Index("ix_cases_organization", "organization", "at"),
    Index("ix_cases_requester", "requester", "at"),
)

SITES = Table(
    "sites",
    METADATA,
    Column("host", String(255), primary_key=True),
    Column("environment", String(20), primary_key=True),
    Column("brand", String(200), nullable=False),  # as people know it; empty when nobody said
    Column("organization", BigInteger, nullable=True),
    Column("requester", BigInteger, nullable=True),
    Column("contact", String(254), nullable=False),  # e-mail, where an import gave it
    Column("source", String(10), nullable=False),  # `case` or `import`
    Column("added_at", DateTime(timezone=True), nullable=False),
    Column("last_ticket", BigInteger, nullable=True),  # of the last renewal
    Column("took", Float(53), nullable=True),  # days from its opening to the verified site
    Column("expected", String(64), nullable=False),  # SHA-256 of the leaf that it installed
    Column("expected_until", DateTime(timezone=True), nullable=True),  # when that one expires
    # what the site served when it was looked at last
    Column("fingerprint", String(64), nullable=False),  # SHA-256 of the leaf; empty: never seen
    Column("issuer", String(200), nullable=False),
    Column("spki", String(64), nullable=False),
    Column("key_since", DateTime(timezone=True), nullable=True),
    Column("not_before", DateTime(timezone=True), nullable=True),
    Column("expires_at", DateTime(timezone=True), nullable=True, index=True),
    Column("probed_at", DateTime(timezone=True), nullable=True),
    Column("fault", String(40), nullable=False),  # finding code of the last look, empty: none
    Column("fault_since", DateTime(timezone=True), nullable=True),
    # what is to be done
    Column("next_at", DateTime(timezone=True), nullable=False, index=True),
    Column("watch_until", DateTime(timezone=True), nullable=True),  # for a roll-back
    Column("asked_for", String(64), nullable=False),  # the leaf that a ticket was opened for
    Column("asked_ticket", BigInteger, nullable=True),
    Column("told", String(200), nullable=False),  # what an agent was told last
    Index("ix_sites_organization", "organization"),
    Index("ix_sites_issuer_took", "issuer", "took"),
    Index("ix_sites_brand_host", "brand", "host"),
    Index("ix_sites_probed_at", "probed_at"),
)

KEYS = Table(
    "keys",
    METADATA,
    Column("spki", String(64), primary_key=True),
    Column("ticket", BigInteger, nullable=False),
    Column("number", Integer, nullable=False),
    Column("csr", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=True),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("destroyed_at", DateTime(timezone=True), nullable=True),
    Column("offered_until", DateTime(timezone=True), nullable=True),
    Column("collected_at", DateTime(timezone=True), nullable=True),
    Column("collected_by", String(200), nullable=True),
    UniqueConstraint("ticket", "number"),
)

AUDIT = Table(
    "audit",
    METADATA,
    Column("ticket", BigInteger, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("made_at", String(40), nullable=False),  # as it was hashed, to the microsecond
    Column("actor", String(200), nullable=False),
    Column("what", String(100), nullable=False),
    Column("details", Text, nullable=False),
    Column("mark", String(120), nullable=True),  # of the attempt: each is noted once
    Column("hash", String(64), nullable=False),
    Index("ix_audit_what", "what", "made_at"),
    Index("ix_audit_actor", "actor", "made_at"),
    Index("ix_audit_made_at", "made_at", "ticket", "number"),
    Index("ix_audit_mark", "ticket", "mark", unique=True),
)

INTERMEDIATES = Table(
    "intermediates",
    METADATA,
    Column("fingerprint", String(64), primary_key=True),
    Column("subject", String(64), nullable=False, index=True),  # SHA-256 of the DER name
    Column("der", LargeBinary, nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
)

HINTS = Table(
    "hints",
    METADATA,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("id", String(160), nullable=False, unique=True),
    Column("place", String(100), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("payload", Text, nullable=False),
    Column("came_at", Float(53), nullable=False),  # seconds since 1970
)

BUDGETS = Table(
    "budgets",
    METADATA,
    Column("name", String(120), primary_key=True),
    Column("total", Integer, nullable=False),
    Column("left", Integer, nullable=False),
    Column("ends_at", Float(53), nullable=False),  # seconds since 1970, as the callers' clocks say
)

TALLIES = Table(
    "tallies",
    METADATA,
    Column("name", String(60), primary_key=True),
    Column("total", BigInteger, nullable=False),
)

SWEEPS = Table(
    "sweeps",
    METADATA,
    Column("part", String(20), primary_key=True),
    Column("swept_to", DateTime(timezone=True), nullable=False),
)

WORKERS = Table(
    "workers",
    METADATA,
    Column("executor", String(80), primary_key=True),
    Column("seen_at", DateTime(timezone=True), nullable=False),
)
