"""Hostile pools: whatever is sent, the search ends after a counted number of steps."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.x509 import anchors, chain, paths
from bot.x509.checks import against_requests
from bot.x509.intake import Found
from bot.x509.printable import listed, printable
from tests.fakes import NOW
from tests.x509.judged import CA1, CA2, OURS, ROOT, WANTED, codes, good, judged
from tests.x509.making import Ca, authority, key, leaf, name, spki

NAMES = ("A", "B", "C")


@cache
def tangle(subject: int, issuer: int, signer: int) -> x509.Certificate:
    """One of few names by another of few, so that everything seems to sign everything."""
    parent = Ca(authority(NAMES[issuer]).certificate, key(f"tangle {signer % 4}"))
    return authority(
        NAMES[subject], parent, signer=key(f"tangle {(signer + subject) % 4}")
    ).certificate


PICKED = st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 7))


@settings(max_examples=30, deadline=None)
@given(st.lists(PICKED, max_size=100))
def test_any_pool_ends_in_bounded_steps(picked: list[tuple[int, int, int]]) -> None:
    pool = list(dict.fromkeys(tangle(*p) for p in picked))
    parent = Ca(authority("A").certificate, key("tangle 0"))
    start = x509.load_der_x509_certificate(leaf(parent, OURS))
    search = paths.Search(anchors.trusted([ROOT.der]), pool)

    ways = search.paths(start)

    assert len(ways) == 1
    assert search.steps <= paths.MOST_STEPS
    assert search.signatures <= paths.MOST_SIGNATURES
    assert len(ways[0].intermediates) <= paths.DEEPEST


def test_hundred_authorities_that_signed_each_other_end_in_bounded_steps() -> None:
    sides = ("Twin A", "Twin B")
    crossed = [
        authority(
            sides[side],
            Ca(authority(sides[1 - side]).certificate, key(f"{1 - side} {(n + step) % 10}")),
            signer=key(f"{side} {n}"),
        )
        for side in (0, 1)
        for n in range(10)
        for step in range(5)
    ]
    start = x509.load_der_x509_certificate(good(crossed[0]))
    search = paths.Search(anchors.trusted([]), [ca.certificate for ca in crossed])

    (way,) = search.paths(start)

    assert len(crossed) == 100
    assert search.steps <= paths.MOST_STEPS
    assert search.signatures == paths.MOST_SIGNATURES
    assert len(way.intermediates) > 1


def test_the_right_chain_is_found_among_a_hundred_impostors() -> None:
    impostors = [authority("Nord TLS CA 1", ROOT, signer=key(f"impostor {n}")) for n in range(90)]
    sent = [good(), *(ca.der for ca in impostors), CA1.der]

    assert judged(sent).intermediates == (CA1.der,)


BUNDLE = (
    good(CA2),
    CA2.der,
    CA1.der,
    ROOT.der,
    authority("Nord TLS CA 1", ROOT, signer=key("twin")).der,
    authority("Nord TLS CA 1", ROOT, until=NOW + timedelta(days=300)).der,
    authority("Nord Root R1", authority("Foreign Root")).der,
)


@settings(max_examples=40, deadline=None)
@given(st.permutations(BUNDLE))
def test_the_order_of_what_was_sent_changes_nothing_but_what_is_said(sent: list[bytes]) -> None:
    verdict = judged(sent)

    assert verdict.leaf == BUNDLE[0]
    assert verdict.intermediates == (CA2.der, CA1.der)
    assert codes(verdict) - {"CHAIN_REORDERED"} == {"CHAIN_EXTRA", "PRIVATE_CA"}


def test_more_than_a_hundred_certificates_are_not_looked_at() -> None:
    others = [leaf(CA1, key("other"), [f"n{n}.de"]) for n in range(chain.MOST)]

    assert "CHAIN_MISSING" in codes(judged([good(), *others, CA1.der]))
    assert "CHAIN_MISSING" not in codes(judged([good(), *others[:-5], CA1.der]))


def test_chain_deeper_than_any_real_one_is_not_followed() -> None:
    tower = [authority("Deep 0", ROOT)]
    for n in range(1, paths.DEEPEST + 1):
        tower.append(authority(f"Deep {n}", tower[-1]))
    ders = [ca.der for ca in tower]

    assert "CHAIN_MISSING" in codes(judged([good(tower[-1]), *ders]))
    assert "CHAIN_MISSING" not in codes(judged([good(tower[-2]), *ders[:-1]]))


def test_chosen_path_is_valid_longest_among_equals() -> None:
    short = authority("Nord TLS CA 1", ROOT, until=NOW + timedelta(days=300))
    long = authority("Nord TLS CA 1", ROOT, until=NOW + timedelta(days=900))

    for pool in ([short.der, long.der], [long.der, short.der]):
        assert judged([good(), *pool]).intermediates == (long.der,)


def test_root_over_gives_way_to_a_valid_cross_signature() -> None:
    past = authority("Turning Root", until=NOW - timedelta(days=1))
    bridge = authority("Turning Root", ROOT)

    verdict = judged([good(past), bridge.der], anchors=[past.der, ROOT.der])

    assert verdict.intermediates == (bridge.der,)
    assert codes(verdict) == {"PRIVATE_CA"}


def test_sources_are_named() -> None:
    verdict = judged([good(CA2)], live=[leaf(CA2, key("live"), days=9), CA2.der], known=[CA1.der])

    (said,) = (f.agent for f in verdict.findings if f.code == "CHAIN_COMPLETED")
    assert said == (
        "CN=Nord TLS CA 2 from the live site; "
        "CN=Nord TLS CA 1 from the certificates known from before"
    )


def test_missing_issuer_is_named_with_its_address() -> None:
    url = "http://aia.example.net/ca.der"
    alone = good(aia=url)

    (said,) = (f for f in judged([alone]).findings if f.code == "CHAIN_MISSING")

    assert "CN=Nord TLS CA 1" in said.brand
    assert url in said.agent
    assert chain.wanted_issuer_urls(alone, ()) == (url,)


def test_addresses_other_than_http_are_not_offered() -> None:
    assert chain.wanted_issuer_urls(good(aia="file:///etc/passwd"), ()) == ()
    assert chain.wanted_issuer_urls(good(aia="ldap://x/y"), ()) == ()
    assert chain.wanted_issuer_urls(good(), ()) == ()
    assert chain.wanted_issuer_urls(b"rubbish", ()) == ()
    assert chain.wanted_issuer_urls(good(aia="http://x/y"), (ROOT.der,)) == ()


def test_public_roots_make_no_private_authority() -> None:
    public = anchors.public_roots()[0].public_bytes(Encoding.DER)
    built = chain.build(good(), [CA1.der], [], [public], NOW)

    assert built.root is None
    assert not built.public


def test_hostile_names_are_made_printable() -> None:
    evil = "Bad\r\n\x1b[31m\u202eCA" + "x" * 300
    parent = authority("plain", ROOT)
    shell = x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, evil[:64])])
    own = good(parent, subject=shell)
    requests = [("", spki(OURS))]

    verdict = against_requests(Found((own,)), requests, WANTED, now=NOW)

    for found in verdict.findings:
        assert found.brand.isprintable()
        assert found.agent.isprintable()
    assert printable(evil).isprintable()
    assert len(printable(evil)) == 100
    assert listed(map(str, range(12))) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more"
    assert name().rdns == []
