"""The time of a certificate, each row with exactly the codes it gets."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.fakes import NOW
from tests.x509.making import (
    DAY,
)
from tests.x509.rows import Row, holds, one

TIMES = (
    one("expired", "EXPIRED", since=NOW - 200 * DAY),
    one("ends this second", "EXPIRED", since=NOW - 199 * DAY + timedelta(seconds=1)),
    one("not valid before tomorrow", "NOT_YET_VALID", since=NOW + DAY),
    one("five minutes ahead is a clock", since=NOW + timedelta(minutes=5)),
    one("six minutes ahead is not", "NOT_YET_VALID", since=NOW + timedelta(minutes=6)),
    one("a third left", "SHORT_REMAINING", since=NOW - 140 * DAY),
    one("a bit more than a third left", since=NOW - 130 * DAY),
    one("six days, one old", days=6, since=NOW - DAY),
    one("six days, five old", "SHORT_REMAINING", days=6, since=NOW - 5 * DAY),
    one("200 days to the second", days=200),
    one("200 days and a second", "TOO_LONG_VALIDITY", days=200 + 1 / 86400),
    one("398 days today", "TOO_LONG_VALIDITY", days=398),
    one(
        "398 days of the last day of the old rule", "", days=398, since=NOW.replace(month=3, day=14)
    ),
    one(
        "398 days of the first day of the new rule",
        "TOO_LONG_VALIDITY",
        days=398,
        since=NOW.replace(month=3, day=15),
    ),
    one("ten years", "TOO_LONG_VALIDITY CHAIN_EXPIRES_FIRST", days=3650),
)


@pytest.mark.parametrize("row", TIMES, ids=lambda row: row.title)
def test_exactly_these_codes(row: Row) -> None:
    holds(row)
