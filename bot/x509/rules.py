"""Dated rules of the CA/Browser Forum and the browsers, as data.

Read in the Baseline Requirements (BR) 2.2.6 and Chrome's CT policy.  A rule holds for
what is issued on or after its date; when a ballot changes one, add a row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final


def _day(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Rule:
    """A number that holds from a date on: `limit` in the unit that the table names."""

    since: datetime
    limit: int
    source: str


BR_START: Final = _day(2012, 7, 1)
"""When the first Baseline Requirements came into force."""

LONGEST_VALIDITY: Final = (
    # Days, newest first.
    Rule(_day(2029, 3, 15), 47, "BR 6.3.2"),
    Rule(_day(2027, 3, 15), 100, "BR 6.3.2"),
    Rule(_day(2026, 3, 15), 200, "BR 6.3.2"),
    Rule(_day(2020, 9, 1), 398, "BR 6.3.2"),
    Rule(_day(2018, 3, 1), 825, "BR 6.3.2"),
    Rule(BR_START, 1825, "BR 6.3.2"),
)

SIGNATURE_HASHES: Final = frozenset({"sha256", "sha384", "sha512"})  # BR 7.1.3.2
WEAK_HASHES: Final = {
    # Since when no certificate may be signed with it.
    "md5": Rule(BR_START, 0, "BR 7.1.3.2"),
    "sha1": Rule(_day(2016, 1, 1), 0, "BR 7.1.3.2.1"),
}

SMALLEST_RSA: Final = Rule(_day(2014, 1, 1), 2048, "BR 6.1.5")
RSA_MULTIPLE: Final = 8  # BR 6.1.5: the modulus in bits is divisible by it
SMALLEST_EXPONENT: Final = 3  # BR 6.1.6: and odd
CURVES: Final = frozenset({"secp256r1", "secp384r1", "secp521r1"})  # BR 6.1.5

SERVER_AUTH: Final = Rule(_day(2012, 7, 1), 0, "BR 7.1.2.7.10")
COMMON_NAME: Final = Rule(_day(2012, 7, 1), 0, "BR 7.1.4.3")
SUBJECT_ALT_NAME: Final = Rule(_day(2012, 7, 1), 0, "BR 7.1.2.7.12")

LONG_LIVED_FOR_CT: Final = 180
"""Days; above it Chrome wants one log more."""
CT_LOGS: Final = (2, 3)
"""Embedded SCTs that Chrome wants, up to and above that lifetime (CT policy)."""

DAY: Final = timedelta(days=1)
CLOCK_TOLERANCE: Final = timedelta(minutes=5)


def validity_rule(issued: datetime) -> Rule:
    """The rule on validity for a certificate issued then; the oldest one for any earlier."""
    return next((r for r in LONGEST_VALIDITY if issued >= r.since), LONGEST_VALIDITY[-1])


def longest_validity(issued: datetime) -> int:
    """The most days that a certificate issued then may live."""
    return validity_rule(issued).limit


def validity(not_before: datetime, not_after: datetime) -> int:
    """Days of validity: both ends count, and any fraction of a day is a whole one (BR 6.3.2)."""
    # A certificate's times are whole seconds; integers alone are exact.
    seconds = int((not_after - not_before).total_seconds()) + 1
    return -(-seconds // int(DAY.total_seconds()))


def wanted_scts(days: int) -> int:
    """How many embedded SCTs Chrome wants of a certificate that lives so many days."""
    up_to, above = CT_LOGS
    return up_to if days <= LONG_LIVED_FOR_CT else above
