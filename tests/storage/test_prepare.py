"""The first start of several processes at once: nobody goes on before all tables are there."""

from __future__ import annotations

import pytest

from bot import preparing
from bot.engine import tables
from bot.errors import BotError
from bot.settings import Settings
from tests.web.door import ENVIRON


def test_no_database_counts_as_ready_before_the_engines_tables_are_in_it(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings.from_environ(ENVIRON | {"DATABASE_URL": url})
    migrate, seen = tables.migrate, []

    def watched(url: str) -> None:
        seen.append(preparing.behind_of(settings))
        migrate(url)
        seen.append(preparing.behind_of(settings))

    monkeypatch.setattr(tables, "migrate", watched)

    preparing.prepare(settings)

    assert seen == ["the schema is not the one of this version"] * 2
    assert preparing.behind_of(settings) is None


def test_nobody_is_told_to_migrate_a_database_that_is_away() -> None:
    away = {"DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:9/none"}
    settings = Settings.from_environ(ENVIRON | away)

    with pytest.raises(BotError) as refused:
        preparing.prepare(settings)

    assert str(refused.value) == "the database does not answer"
