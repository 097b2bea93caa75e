"""The dated rules, at the borders of their dates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.x509 import rules

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("issued", "days"),
    [
        ("2010-01-01", 1825),
        ("2018-02-28", 1825),
        ("2018-03-01", 825),
        ("2020-08-31", 825),
        ("2020-09-01", 398),
        ("2026-03-14", 398),
        ("2026-03-15", 200),
        ("2027-03-14", 200),
        ("2027-03-15", 100),
        ("2029-03-14", 100),
        ("2029-03-15", 47),
        ("2040-01-01", 47),
    ],
)
def test_longest_validity_follows_the_day_of_issue(issued: str, days: int) -> None:
    at = datetime.fromisoformat(issued).replace(tzinfo=UTC)

    assert rules.longest_validity(at) == days
    assert rules.validity_rule(at).source == "BR 6.3.2"


def test_last_second_before_a_rule_is_under_the_old_one() -> None:
    for newer, older in zip(rules.LONGEST_VALIDITY, rules.LONGEST_VALIDITY[1:], strict=False):
        assert rules.longest_validity(newer.since - SECOND) == older.limit
        assert newer.since > older.since


@pytest.mark.parametrize(
    ("seconds", "days"),
    [(0, 1), (86_399, 1), (86_400, 2), (47 * 86_400 - 1, 47), (47 * 86_400, 48)],
)
def test_both_ends_count_and_any_fraction_is_a_day(seconds: int, days: int) -> None:
    start = datetime(2026, 11, 24, tzinfo=UTC)

    assert rules.validity(start, start + timedelta(seconds=seconds)) == days


def test_days_are_exact_for_the_longest_spans() -> None:
    start = datetime(1950, 1, 1, tzinfo=UTC)

    assert rules.validity(start, start + timedelta(days=30_000) - SECOND) == 30_000


def test_three_scts_above_180_days() -> None:
    assert [rules.wanted_scts(days) for days in (6, 180, 181, 398)] == [2, 2, 3, 3]
