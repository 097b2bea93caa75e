"""Judgements that need a public root, or a key that no library makes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.x509 import facts
from bot.x509.findings import Severity
from bot.x509.judgement import profile
from bot.x509.key_facts import KeyFacts
from tests.x509.judged import CA1, codes, good, judged
from tests.x509.making import authority

LEAF = facts.facts(good())


@pytest.mark.parametrize(("scts", "found"), [(0, True), (2, True), (3, False)])
def test_public_certificate_of_199_days_needs_three_scts(scts: int, found: bool) -> None:
    findings = list(profile.on_authority(replace(LEAF, scts=scts), (), public=True, trusted=True))

    assert [f.code for f in findings] == ["SCT_MISSING"] * found
    assert all(f.severity is Severity.INFO for f in findings)


def test_public_authority_with_test_in_its_name_is_none() -> None:
    named = replace(LEAF, issuer="CN=Test Root CA", scts=3)

    assert list(profile.on_authority(named, (), public=True, trusted=True)) == []


def test_test_authority_further_up_counts() -> None:
    findings = profile.on_authority(LEAF, ("CN=(STAGING) X1",), public=False, trusted=True)

    assert [f.agent for f in findings] == ["issuer CN=(STAGING) X1"]


@pytest.mark.parametrize("exponent", [1, 65536])
def test_rsa_exponent_is_odd_and_three_or_more(exponent: int) -> None:
    odd = replace(LEAF, key=KeyFacts("RSA", 2048, exponent))

    (found,) = profile.on_strength(odd, "The certificate")
    assert found.code == "WEAK_KEY"
    assert found.agent == f"The certificate: RSA exponent {exponent}"


def test_weak_finding_tells_its_rule_and_since_when() -> None:
    (found,) = profile.on_strength(replace(LEAF, signature_hash="sha1"), "The certificate")

    assert found.rule == "BR 7.1.3.2.1"
    assert found.since is not None
    assert found.since.year == 2016


def test_usage_left_out_is_let_pass_under_a_private_root_alone() -> None:
    bare = good(purposes=None)
    assert not judged([bare, CA1.der]).blocked

    verdict = judged([good(authority("Foreign CA"), purposes=None)])
    assert "NO_SERVERAUTH" in codes(verdict)
    (found,) = (f for f in verdict.findings if f.code == "NO_SERVERAUTH")
    assert found.severity is Severity.ACK
