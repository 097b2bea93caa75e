"""The sites that are watched, and what they served when they were looked at last."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

INDEXES = {
    "ix_sites_expires_at": ["expires_at"],
    "ix_sites_next_at": ["next_at"],
    "ix_sites_organization": ["organization"],
    "ix_sites_issuer_took": ["issuer", "took"],
    "ix_sites_brand_host": ["brand", "host"],
    "ix_sites_probed_at": ["probed_at"],
}


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "sites",
        sa.Column("host", sa.String(255), nullable=False),
        sa.Column("environment", sa.String(20), nullable=False),
        sa.Column("brand", sa.String(200), nullable=False),
        sa.Column("organization", sa.BigInteger, nullable=True),
        sa.Column("requester", sa.BigInteger, nullable=True),
        sa.Column("contact", sa.String(254), nullable=False),
        sa.Column("source", sa.String(10), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_ticket", sa.BigInteger, nullable=True),
        sa.Column("took", sa.Float(53), nullable=True),
        sa.Column("expected", sa.String(64), nullable=False),
        sa.Column("expected_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("issuer", sa.String(200), nullable=False),
        sa.Column("spki", sa.String(64), nullable=False),
        sa.Column("key_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("probed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fault", sa.String(40), nullable=False),
        sa.Column("fault_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("watch_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_for", sa.String(64), nullable=False),
        sa.Column("asked_ticket", sa.BigInteger, nullable=True),
        sa.Column("told", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("host", "environment", name="pk_sites"),
    )
    for name, columns in INDEXES.items():
        op.create_index(name, "sites", columns)


def downgrade() -> None:
    """Drop it."""
    op.drop_table("sites")
