"""What the figures are counted by: expiries, indexes, and the workers' own counts."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add column, indexes and table; a case tells its expiry when it is saved next."""
    with op.batch_alter_table("cases") as table:
        table.add_column(sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
        table.create_index("ix_cases_expires_at", ["expires_at", "at"])
        table.create_index("ix_cases_at_updated_at", ["at", "updated_at"])
    op.create_index("ix_audit_what", "audit", ["what"])
    op.create_table(
        "tallies",
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("total", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_tallies"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("tallies")
    op.drop_index("ix_audit_what", "audit")
    with op.batch_alter_table("cases") as table:
        table.drop_index("ix_cases_at_updated_at")
        table.drop_index("ix_cases_expires_at")
        table.drop_column("expires_at")
