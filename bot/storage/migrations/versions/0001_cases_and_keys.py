"""Cases, sealed keys, and the workers' heartbeats."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "cases",
        sa.Column("ticket", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("host", sa.String(255), nullable=False),
        sa.Column("csr_issue", sa.String(64), nullable=False),
        sa.Column("change_issue", sa.String(64), nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("ticket", name="pk_cases"),
    )
    for column in ("at", "csr_issue", "change_issue"):
        op.create_index(f"ix_cases_{column}", "cases", [column])
    op.create_table(
        "keys",
        sa.Column("spki", sa.String(64), nullable=False),
        sa.Column("ticket", sa.BigInteger, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("csr", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("spki", name="pk_keys"),
        sa.UniqueConstraint("ticket", "number", name="uq_keys_ticket_number"),
    )
    op.create_table(
        "workers",
        sa.Column("executor", sa.String(80), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("executor", name="pk_workers"),
    )


def downgrade() -> None:
    """Drop the tables."""
    for table in ("workers", "keys", "cases"):
        op.drop_table(table)
