"""What the pages are sorted and searched by."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add column and indexes.  The column's default is for the version before, at work yet."""
    since = sa.Column(
        "at_since",
        sa.DateTime(timezone=True),
        nullable=False,
        server_default=sa.func.current_timestamp(),
    )
    # SQLite adds no column with such a default to a table that is there already.
    with op.batch_alter_table("cases", recreate="auto") as table:
        table.add_column(since)
        table.create_index("ix_cases_at_at_since", ["at", "at_since", "ticket"])
        table.create_index("ix_cases_host", ["host", "ticket"])
    op.execute("UPDATE cases SET at_since = updated_at")
    op.drop_index("ix_audit_what", "audit")
    op.create_index("ix_audit_what", "audit", ["what", "made_at"])
    op.create_index("ix_audit_actor", "audit", ["actor", "made_at"])
    op.create_index("ix_audit_made_at", "audit", ["made_at", "ticket", "number"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_audit_made_at", "audit")
    op.drop_index("ix_audit_actor", "audit")
    op.drop_index("ix_audit_what", "audit")
    op.create_index("ix_audit_what", "audit", ["what"])
    with op.batch_alter_table("cases") as table:
        table.drop_index("ix_cases_host")
        table.drop_index("ix_cases_at_at_since")
        table.drop_column("at_since")
