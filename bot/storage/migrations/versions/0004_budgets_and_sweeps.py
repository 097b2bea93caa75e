"""What is left of the API limits, shared by all workers, and how far the sweeps have come."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "budgets",
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("left", sa.Integer, nullable=False),
        sa.Column("ends_at", sa.Float(53), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_budgets"),
    )
    op.create_table(
        "sweeps",
        sa.Column("part", sa.String(20), nullable=False),
        sa.Column("swept_to", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("part", name="pk_sweeps"),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("sweeps")
    op.drop_table("budgets")
