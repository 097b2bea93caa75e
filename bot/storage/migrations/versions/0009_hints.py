"""What webhooks say, until the worker has it in its queue."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "hints",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("id", sa.String(160), nullable=False),
        sa.Column("place", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("came_at", sa.Float(53), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_hints"),
        sa.UniqueConstraint("id", name="uq_hints_id"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("hints")
