"""Whose cases they are, to find a brand's earlier ones, and when each is due."""

import json
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

CASES = sa.table(
    "cases",
    sa.column("ticket", sa.BigInteger),
    sa.column("at", sa.String),
    sa.column("organization", sa.BigInteger),
    sa.column("requester", sa.BigInteger),
    sa.column("due_at", sa.DateTime(timezone=True)),
    sa.column("data", sa.Text),
)
DUE = {"change_done": "look_at", "done": "retire_at"}


def upgrade() -> None:
    """Add the columns, filled from what each case knows."""
    with op.batch_alter_table("cases") as table:
        table.add_column(sa.Column("organization", sa.BigInteger, nullable=True))
        table.add_column(sa.Column("requester", sa.BigInteger, nullable=True))
        table.add_column(sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    connection = op.get_bind()
    for row in connection.execute(sa.select(CASES.c.ticket, CASES.c.at, CASES.c.data)).all():
        connection.execute(
            sa.update(CASES).where(CASES.c.ticket == row.ticket).values(**_known(row))
        )
    with op.batch_alter_table("cases") as table:
        table.create_index("ix_cases_due_at", ["due_at"])
        table.create_index("ix_cases_organization", ["organization", "at"])
        table.create_index("ix_cases_requester", ["requester", "at"])


def downgrade() -> None:
    """Drop the columns."""
    with op.batch_alter_table("cases") as table:
        for index in ("ix_cases_requester", "ix_cases_organization", "ix_cases_due_at"):
            table.drop_index(index)
        for column in ("due_at", "requester", "organization"):
            table.drop_column(column)


def _known(row: Any) -> dict[str, object]:
    """The columns out of the case as it was written."""
    case = json.loads(row.data).get("is") or {}
    due = (case.get(DUE.get(row.at, "")) or {}).get("is")
    return {
        "organization": case.get("organization"),
        "requester": case.get("requester"),
        "due_at": datetime.fromisoformat(due) if due else None,
    }
