"""The mark of an audit's entry has a column, so that one look finds it."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

AUDIT = sa.table(
    "audit",
    sa.column("ticket", sa.BigInteger),
    sa.column("number", sa.Integer),
    sa.column("details", sa.Text),
    sa.column("mark", sa.String),
)


def upgrade() -> None:
    """Add the column, filled from the details that each entry was sealed with."""
    with op.batch_alter_table("audit") as table:
        table.add_column(sa.Column("mark", sa.String(120), nullable=True))
    connection = op.get_bind()
    rows = connection.execute(sa.select(AUDIT.c.ticket, AUDIT.c.number, AUDIT.c.details)).all()
    for row in rows:
        mark = json.loads(row.details).get("mark")
        if mark:
            this = (AUDIT.c.ticket == row.ticket) & (AUDIT.c.number == row.number)
            connection.execute(sa.update(AUDIT).where(this).values(mark=mark))
    with op.batch_alter_table("audit") as table:
        table.create_index("ix_audit_mark", ["ticket", "mark"], unique=True)


def downgrade() -> None:
    """Drop the column."""
    with op.batch_alter_table("audit") as table:
        table.drop_index("ix_audit_mark")
        table.drop_column("mark")
