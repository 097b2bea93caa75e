"""Dated rules of the CA/Browser Forum, as data.  Read in the Baseline Requirements 2.2.6."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

LONGEST_VALIDITY: Final = (
    # issued on or after, days (BR 6.3.2)
    (datetime(2029, 3, 15, tzinfo=UTC), 47),
    (datetime(2027, 3, 15, tzinfo=UTC), 100),
    (datetime(2026, 3, 15, tzinfo=UTC), 200),
    (datetime(2020, 9, 1, tzinfo=UTC), 398),
)
SMALLEST_RSA: Final = 2048  # BR 6.1.5
CURVES: Final = frozenset({"secp256r1", "secp384r1", "secp521r1"})  # BR 6.1.5
DAY: Final = timedelta(days=1)


def longest_validity(issued: datetime) -> int:
    """The most days that a certificate issued then may live."""
    return next((days for since, days in LONGEST_VALIDITY if issued >= since), 825)


def validity(not_before: datetime, not_after: datetime) -> int:
    """Days of validity: both ends count, and any fraction of a day is a whole one (BR 6.3.2)."""
    seconds = (not_after - not_before).total_seconds() + 1
    return -int(-seconds // DAY.total_seconds())
