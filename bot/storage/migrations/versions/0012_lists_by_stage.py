"""What the lists of a stage are read by, in each of their orders."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Two indexes take the place of two that begin alike, and know no order within a stage."""
    op.create_index("ix_cases_at_ticket", "cases", ["at", "ticket"])
    op.create_index("ix_cases_at_expires_at", "cases", ["at", "expires_at", "ticket"])
    op.drop_index("ix_cases_at", "cases")
    op.drop_index("ix_cases_expires_at", "cases")


def downgrade() -> None:
    """Put the old ones back."""
    op.create_index("ix_cases_expires_at", "cases", ["expires_at", "at"])
    op.create_index("ix_cases_at", "cases", ["at"])
    op.drop_index("ix_cases_at_expires_at", "cases")
    op.drop_index("ix_cases_at_ticket", "cases")
