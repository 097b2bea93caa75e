"""Keys that are collected by a person: until when they are offered, who took them and when."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the columns."""
    op.add_column("keys", sa.Column("offered_until", sa.DateTime(timezone=True)))
    op.add_column("keys", sa.Column("collected_at", sa.DateTime(timezone=True)))
    op.add_column("keys", sa.Column("collected_by", sa.String(200)))


def downgrade() -> None:
    """Drop the columns."""
    with op.batch_alter_table("keys") as keys:
        for column in ("collected_by", "collected_at", "offered_until"):
            keys.drop_column(column)
