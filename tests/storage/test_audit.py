"""The audit trail is only ever added to, and shows when it was tampered with."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, insert, update

from bot import attempt
from bot.storage.audit import AuditTrail
from bot.storage.auditing import audited
from bot.storage.database import private
from bot.storage.schema import AUDIT, METADATA


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = private(f"sqlite:///{tmp_path / 'bot.db'}")
    METADATA.create_all(made)
    yield made
    made.dispose()


@pytest.fixture
def trail(engine: Engine) -> AuditTrail:
    made = AuditTrail(engine)
    for what in ("case opened", "key made", "key opened"):
        made.note(35, "bot", what, spki="5f")
    made.note(36, "Agnes Agent", "stopped")
    return made


def test_entries_are_numbered_by_ticket(trail: AuditTrail) -> None:
    assert [(e.number, e.what, e.actor) for e in trail.of(35)] == [
        (1, "case opened", "bot"),
        (2, "key made", "bot"),
        (3, "key opened", "bot"),
    ]
    assert trail.of(36)[0].details == {}
    assert list(trail.faults()) == []


@pytest.mark.parametrize("column", ["actor", "what", "details", "made_at"])
def test_changed_entry_shows(trail: AuditTrail, engine: Engine, column: str) -> None:
    value = {"details": '{"spki": "00"}', "made_at": "2026-01-01T00:00:00+00:00"}
    with engine.begin() as connection:
        second = (AUDIT.c.ticket == 35) & (AUDIT.c.number == 2)
        connection.execute(
            update(AUDIT).where(second).values({column: value.get(column, "somebody else")})
        )

    assert list(trail.faults()) == ["ticket 35: entry 2 was changed"]


def test_dropped_entry_shows(trail: AuditTrail, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(delete(AUDIT).where((AUDIT.c.ticket == 35) & (AUDIT.c.number == 2)))

    assert list(trail.faults()) == ["ticket 35: entry 2 is missing"]


def test_entries_of_many_at_once_form_one_chain(trail: AuditTrail) -> None:
    threads = [
        threading.Thread(target=trail.note, args=(37, f"actor {n}", "wrote")) for n in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [e.number for e in trail.of(37)] == [1, 2, 3, 4, 5, 6]
    assert list(trail.faults()) == []


def test_marked_entry_is_added_once_also_by_many_at_once(trail: AuditTrail) -> None:
    threads = [
        threading.Thread(target=trail.note_once, args=(38, "e.1", "bot", "tracker.close"))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    trail.note_once(38, "e.2", "bot", "tracker.close")

    assert [e.details["mark"] for e in trail.of(38)] == ["e.1", "e.2"]
    assert list(trail.faults()) == []


class Tracker:
    """Raises issues and comments on them."""

    def raise_issue(self, text: str) -> str:
        return "SPC-1"

    def comment(self, key: str, text: str) -> None:
        if text == "broken":
            raise OSError("down")

    def redact_keys(self, text: str) -> bool:
        return False

    def state(self, key: str) -> str:
        return "open"


def test_writes_that_were_made_are_on_record_with_their_place_alone(trail: AuditTrail) -> None:
    writes = frozenset({"raise_issue", "comment", "redact_keys"})
    tracker = audited(Tracker(), "tracker", writes, trail, 39)

    for mark, again in (("e.1", False), ("e.1", True)):
        with attempt.of(mark, again=again):
            assert tracker.raise_issue("a brand's secret") == "SPC-1"
    with attempt.of("e.2", again=False):
        tracker.comment("SPC-1", "a brand's secret")
    with attempt.of("e.3", again=False), pytest.raises(OSError, match="down"):
        tracker.comment("SPC-1", "broken")
    with attempt.of("e.4", again=False):
        assert tracker.redact_keys("none") is False
        assert tracker.state("SPC-1") == "open"

    assert [(e.what, e.details) for e in trail.of(39)] == [
        ("tracker.raise_issue", {"issue": "SPC-1", "mark": "e.1"}),
        ("tracker.comment", {"issue": "SPC-1", "mark": "e.2"}),
    ]


def test_end_that_was_cut_off_shows_against_noted_heads(trail: AuditTrail, engine: Engine) -> None:
    heads = trail.heads()
    assert {ticket: number for ticket, (number, _) in heads.items()} == {35: 3, 36: 1}
    trail.note(35, "bot", "key destroyed")
    assert list(trail.faults(heads)) == [], "what came later does no harm"

    with engine.begin() as connection:
        connection.execute(delete(AUDIT).where((AUDIT.c.ticket == 35) & (AUDIT.c.number >= 3)))
        connection.execute(delete(AUDIT).where(AUDIT.c.ticket == 36))

    assert list(trail.faults()) == [], "a chain alone cannot tell"
    assert list(trail.faults(heads)) == [
        "ticket 35: entry 3 is not the one that was noted, or is gone",
        "ticket 36: entry 1 is not the one that was noted, or is gone",
    ]


def test_entries_put_in_another_order_show(trail: AuditTrail, engine: Engine) -> None:
    with engine.begin() as connection:
        for before, after in ((1, 99), (2, 1), (99, 2)):
            one = (AUDIT.c.ticket == 35) & (AUDIT.c.number == before)
            connection.execute(update(AUDIT).where(one).values(number=after))

    assert "ticket 35: entry 1 was changed" in list(trail.faults())


def test_entry_put_in_later_shows(trail: AuditTrail, engine: Engine) -> None:
    forged = {"ticket": 35, "number": 4, "made_at": "2026-01-01T00:00:00+00:00", "actor": "bot"}
    with engine.begin() as connection:
        row = {**forged, "what": "key opened", "details": "{}", "hash": "0" * 64}
        connection.execute(insert(AUDIT).values(**row))

    assert list(trail.faults()) == ["ticket 35: entry 4 was changed"]
