"""A way without rivals is taken without a search by signatures, and no wrong one slips through."""

from __future__ import annotations

import pytest
from cryptography import x509
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.x509 import anchors, paths, trust
from tests.fakes import NOW
from tests.x509.judged import CA1, CA2, OURS, ROOT, codes, good, judged
from tests.x509.making import HOST, Ca, authority, key, leaf

TRUSTED = anchors.trusted([ROOT.der])
LEAF = x509.load_der_x509_certificate(good(CA2))
TWIN = authority("Nord TLS CA 1", ROOT, signer=key("twin"))
FORGED = authority("Nord TLS CA 1", Ca(ROOT.certificate, key("forger")), signer=CA1.key)
CROSS = authority("Nord TLS CA 1", authority("Foreign Root"), signer=CA1.key)
CROSS_ROOT = authority("Nord Root R1", authority("Foreign Root"), signer=ROOT.key)
POOL = (CA1, CA2, ROOT, TWIN, FORGED, CROSS, CROSS_ROOT)


def search(*pool: Ca) -> paths.Search:
    return paths.Search(TRUSTED, [ca.certificate for ca in pool])


def spoilt(der: bytes) -> bytes:
    """The certificate with a wrong signature."""
    return der[:-1] + bytes([der[-1] ^ 1])


def test_way_without_rivals_is_found_without_a_signature() -> None:
    looked = search(CA1, ROOT, CA2)

    assert looked.only(LEAF) == paths.Path(
        LEAF, (CA2.certificate, CA1.certificate), TRUSTED.private[0]
    )
    assert looked.signatures == 0


@pytest.mark.parametrize("rival", [TWIN, FORGED, CROSS, CROSS_ROOT])
def test_any_rival_asks_for_the_search(rival: Ca) -> None:
    assert search(CA1, CA2, rival).only(LEAF) is None


def test_without_a_root_or_too_deep_there_is_no_way() -> None:
    tower = [authority("Deep 0", ROOT)]
    for n in range(1, paths.DEEPEST + 1):
        tower.append(authority(f"Deep {n}", tower[-1]))
    deepest, too_deep = (x509.load_der_x509_certificate(good(ca)) for ca in tower[-2:])

    assert search(CA2).only(LEAF) is None
    assert search(*tower).only(deepest) is not None
    assert search(*tower).only(too_deep) is None


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(POOL), unique_by=id))
def test_the_only_way_that_verifies_is_the_one_that_signatures_lead_to(pool: list[Ca]) -> None:
    only = search(*pool).only(LEAF)

    if only and not trust.fault(only, [HOST], NOW):
        assert search(*pool).paths(LEAF) == [only]


@pytest.mark.parametrize("at", range(3))
def test_wrong_signature_anywhere_leads_to_no_root(at: int) -> None:
    sent = [good(CA2), CA2.der, CA1.der]
    sent[at] = spoilt(sent[at])

    verdict = judged(sent)

    assert "CHAIN_MISSING" in codes(verdict)
    assert "PRIVATE_CA" not in codes(verdict)
    assert len(verdict.intermediates) == at


def test_wrong_signature_is_seen_where_the_verifier_looks_at_none() -> None:
    nameless, own = good(names=()), leaf(None, OURS)

    assert "CHAIN_MISSING" not in codes(judged([nameless, CA1.der]))
    assert "CHAIN_MISSING" in codes(judged([nameless, TWIN.der]))
    assert codes(judged([own], anchors=[own])) == {"SELF_SIGNED", "PRIVATE_CA"}
    assert codes(judged([spoilt(own)], anchors=[spoilt(own)])) == {"SELF_SIGNED"}
