"""The new certificate against the one that the site serves."""

from __future__ import annotations

from typing import Any

import pytest

from bot.x509.checks import Verdict
from bot.x509.findings import Severity
from tests.fakes import NOW
from tests.x509.judged import CA1, codes, good, judged
from tests.x509.making import APEX, DAY, HOST, key, leaf

NEW = good(days=150)
LIVE = key("live")


def beside(**served: Any) -> Verdict:
    """The new certificate while this one is served."""
    return judged([NEW, CA1.der], live=[leaf(CA1, LIVE, **served)])


def test_the_served_one_sent_again_is_refused_and_compared_no_further() -> None:
    verdict = judged([NEW, CA1.der], live=[NEW])

    assert codes(verdict) == {"SAME_AS_LIVE", "PRIVATE_CA"}
    assert verdict.blocked


@pytest.mark.parametrize(
    ("title", "served", "found"),
    [
        ("about to end", {"days": 9}, ""),
        ("over already, issued for longer", {"since": NOW - 200 * DAY, "days": 190}, ""),
        ("ends later", {"days": 199}, "OLDER_THAN_LIVE"),
        ("with a name more", {"days": 9, "names": (HOST, APEX, "shop.a.de")}, "SAN_LIVE_LOST"),
        ("with a wildcard", {"days": 9, "names": ("*.nordlicht.de", APEX)}, "SAN_LIVE_LOST"),
        ("with an address", {"days": 9, "names": (HOST, "192.0.2.7")}, "SAN_LIVE_LOST"),
        ("for another site, ends later", {"days": 199, "names": ("default.cdn.net",)}, ""),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else "",
)
def test_served_certificate(title: str, served: dict[str, Any], found: str) -> None:
    assert codes(beside(**served)) == {"PRIVATE_CA", *found.split()}


def test_self_signed_one_that_lives_long_does_not_hold_up_its_successor() -> None:
    verdict = judged([NEW, CA1.der], live=[leaf(None, LIVE, days=3650)])

    assert codes(verdict) == {"PRIVATE_CA"}


def test_issued_later_but_ending_earlier_can_be_accepted() -> None:
    def severity(**served: Any) -> Severity:
        findings = beside(**served).findings
        return next(f.severity for f in findings if f.code == "OLDER_THAN_LIVE")

    assert severity(since=NOW - 30 * DAY, days=199) is Severity.ACK
    assert severity(days=199) is Severity.BLOCK


def test_name_covered_by_a_new_wildcard_is_not_lost() -> None:
    wide = good(names=("*.nordlicht.de", APEX), days=150)

    verdict = judged(
        [wide, CA1.der], live=[leaf(CA1, LIVE, names=("shop.nordlicht.de", APEX), days=9)]
    )

    assert "SAN_LIVE_LOST" not in codes(verdict)


def test_unreadable_served_certificate_is_passed_over() -> None:
    assert codes(judged([NEW, CA1.der], live=[b"rubbish"])) == {"PRIVATE_CA"}
