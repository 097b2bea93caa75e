"""Which certificate is ours, what the others are, and what an acceptance is bound to."""

from __future__ import annotations

from dataclasses import replace

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from bot.x509.checks import Verdict, against_requests
from bot.x509.details import Details
from bot.x509.findings import Finding, Severity, acceptance, blocking
from bot.x509.intake import Found
from tests.fakes import NOW
from tests.x509.judged import CA1, OURS, ROOT, WANTED, codes, good, judged
from tests.x509.making import APEX, DAY, HOST, key, leaf, name, spki

NEWER = key("newer")


def only(verdict: Verdict, code: str) -> Finding:
    """The one finding of that code."""
    (found,) = (f for f in verdict.findings if f.code == code)
    return found


def test_an_older_csr_is_named_by_its_number() -> None:
    verdict = judged([good(), CA1.der], keys=(key("oldest"), OURS, NEWER))

    assert verdict.blocked
    assert "CSR number 2" in only(verdict, "KEY_MATCHES_OLDER_CSR").brand
    assert "number 3 is the latest" in only(verdict, "KEY_MATCHES_OLDER_CSR").brand


def test_newest_key_wins_over_the_later_end() -> None:
    old, new = good(days=199), good(own=NEWER, days=90)

    verdict = judged([old, new, CA1.der], keys=(OURS, NEWER))

    assert verdict.leaf == new
    assert codes(verdict) == {"CHAIN_EXTRA", "PRIVATE_CA"}


def test_latest_end_wins_for_one_key() -> None:
    later = good(days=150)

    assert judged([later, good(days=90), CA1.der]).leaf == later
    assert judged([good(days=90), later, CA1.der]).leaf == later


def test_every_certificate_of_another_key_is_told() -> None:
    others = [good(own=key(f"other {n}"), names=[f"n{n}.de"]) for n in range(7)]

    verdict = judged([*others, CA1.der])

    assert verdict.leaf is None
    assert verdict.blocked
    assert [f.code for f in verdict.findings] == ["KEY_MISMATCH"] * 5


def test_another_keys_certificate_for_a_wanted_name_is_told_whatever_its_usage() -> None:
    other = good(own=key("other"), purposes=(ExtendedKeyUsageOID.CLIENT_AUTH,))

    assert codes(judged([other])) == {"KEY_MISMATCH"}


def test_authorities_alone_ask_for_the_websites_certificate() -> None:
    assert codes(judged([CA1.der, ROOT.der])) == {"FMT_ONLY_CA_CERTS"}


def test_certificate_of_a_signed_mail_is_passed_over() -> None:
    mail = good(
        own=key("mail"),
        names=(),
        sans=x509.SubjectAlternativeName([x509.RFC822Name("ada@brand.de")]),
        subject=name("Ada"),
        purposes=(ExtendedKeyUsageOID.EMAIL_PROTECTION,),
    )

    assert judged([mail]).findings == ()
    assert codes(judged([good(), CA1.der, mail])) == {"CHAIN_EXTRA", "PRIVATE_CA"}


def test_damaged_certificate_is_named_as_such() -> None:
    assert codes(judged([b"0\x03\x02\x01\x01"])) == {"FMT_UNKNOWN"}
    assert codes(judged([b"0\x03\x02\x01\x01", CA1.der])) == {"FMT_UNKNOWN"}
    assert codes(judged([b"rubbish", good(), CA1.der])) == {"PRIVATE_CA"}


def test_other_files_do_not_spoil_the_right_one_but_a_key_does() -> None:
    def beside(code: str, severity: Severity) -> Verdict:
        found = Found((good(), CA1.der), (Finding(code, severity, "Sentence.", "fact"),))
        requests = [("", spki(OURS))]
        return against_requests(found, requests, WANTED, now=NOW, anchors=[ROOT.der])

    assert only(beside("FMT_IMAGE", Severity.BLOCK), "FMT_IMAGE").severity is Severity.INFO
    assert not beside("FMT_IMAGE", Severity.BLOCK).blocked
    assert only(beside("FMT_REPAIRED", Severity.FIXED), "FMT_REPAIRED").severity is Severity.FIXED
    assert beside("FMT_IS_KEY", Severity.BLOCK).blocked


def test_acceptance_lets_exactly_these_findings_pass() -> None:
    sent = [good(days=398), CA1.der]
    asked = judged(sent)
    assert asked.blocked
    assert len(asked.acceptance) == 64

    assert not judged(sent, accepted=frozenset({asked.acceptance})).blocked
    assert judged(sent, accepted=frozenset({"0" * 64})).blocked


def test_acceptance_is_void_for_another_certificate_or_one_finding_more() -> None:
    first = judged([good(days=398), CA1.der])
    accepted = frozenset({first.acceptance})

    assert judged([good(days=398), CA1.der], accepted=accepted).blocked
    served = [good(own=key("live"), names=(HOST, APEX, "shop.nordlicht.de"), days=30)]
    sent = [first.leaf or b"", CA1.der]
    assert not judged(sent, accepted=accepted).blocked
    assert judged(sent, accepted=accepted, live=served).blocked


def test_acceptance_never_passes_a_block() -> None:
    verdict = judged([good(days=398, names=[HOST]), CA1.der])

    assert replace(verdict, accepted=frozenset({verdict.acceptance})).blocked


def test_acceptance_has_no_order_and_is_empty_without_a_question() -> None:
    one = Finding("A", Severity.ACK, "x", "y")
    two = Finding("B", Severity.ACK, "x", "z")
    info = Finding("C", Severity.INFO, "x", "z")

    assert acceptance("f", [one, two]) == acceptance("f", [two, info, one])
    assert acceptance("f", [one]) != acceptance("g", [one])
    # The same letters cut differently are other findings.
    assert acceptance("f", [replace(one, code="AB", agent="y")]) != acceptance(
        "f", [replace(one, code="A", agent="By")]
    )
    assert acceptance("f", [info]) == ""
    assert blocking([one])
    assert not blocking([info])


DETAILS = Details(HOST, WANTED, "Nordlicht GmbH", "Kiel", "Schleswig-Holstein", "DE")


def subject(**fields: str) -> Verdict:
    return judged([good(subject=name(HOST, **fields)), CA1.der], details=DETAILS)


def test_subject_without_the_fields_is_a_normal_dv_certificate() -> None:
    assert codes(subject()) == {"PRIVATE_CA"}


def test_subject_in_other_capitals_and_spaces_is_the_same() -> None:
    assert codes(subject(O="NORDLICHT  GmbH", L="kiel", C="DE")) == {"PRIVATE_CA"}


def test_subject_with_other_values_is_told_not_refused() -> None:
    verdict = subject(O="Nordlicht AG", L="Kiel", C="AT")

    assert not verdict.blocked
    assert only(verdict, "SUBJECT_CHANGED").agent == (
        "subject differs: organization “Nordlicht AG” instead of “Nordlicht GmbH”; "
        "country “AT” instead of “DE”"
    )


def test_the_whole_verdict_in_words() -> None:
    sent = [good(names=[HOST], since=NOW - 300 * DAY, days=250)]

    verdict = judged(sent, live=[leaf(CA1, key("live"), days=190), CA1.der])

    assert [f"{f.code}/{f.severity}: {f.brand}" for f in verdict.findings] == [
        "SAN_MISSING/block: The certificate does not cover nordlicht.de; please have it issued for "
        "all the names in the CSR.",
        "EXPIRED/block: The certificate expired on 2026-10-05; please send the new one.",
        "PRIVATE_CA/info: The certificate comes from a private authority; visitors who do not know "
        "that authority see a warning.",
        "SAN_LIVE_LOST/ack: The website's present certificate also covers nordlicht.de, which the "
        "new one does not; please have it issued with these names, or tell us that they are no "
        "longer used.",
        "OLDER_THAN_LIVE/block: The certificate ends on 2026-10-05, before the one that the "
        "website uses now (2027-06-02); please send the newest one.",
        "CHAIN_COMPLETED/fixed: We have added a missing intermediate certificate.",
    ]
