"""How SQLite goes about the statements of a piece of work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa


@contextmanager
def plans() -> Iterator[list[str]]:
    """Each step of the plans of all statements meanwhile, as `EXPLAIN QUERY PLAN` tells them."""
    steps = list[str]()

    def explain(connection: Any, _: Any, statement: str, values: Any, *__: Any) -> None:
        if statement.startswith("SELECT"):
            driver = connection.connection.driver_connection
            rows = driver.execute(f"EXPLAIN QUERY PLAN {statement}", values)
            steps.extend(row[-1] for row in rows)

    sa.event.listen(sa.Engine, "before_cursor_execute", explain)
    try:
        yield steps
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", explain)
