"""Codes on how the certificate was issued, and its chain."""

from __future__ import annotations

from typing import Final

from bot.x509.catalogue.entry import Entry
from bot.x509.findings import Severity

PROFILE: Final = (
    Entry(
        "SELF_SIGNED",
        Severity.BLOCK,
        "The certificate is signed by itself.",
        "Have it issued by a certificate authority.",
        "Nothing.",
    ),
    Entry(
        "IS_CA",
        Severity.BLOCK,
        "The certificate is one of an authority.",
        "Send the certificate of the website.",
        "Nothing.",
    ),
    Entry(
        "WEAK_SIGNATURE",
        Severity.BLOCK,
        "A signature in the chain uses a method that is no longer accepted.",
        "Have it issued by an authority that signs with SHA-256.",
        "Nothing.",
    ),
    Entry(
        "WEAK_KEY",
        Severity.BLOCK,
        "A key in the chain is of a kind or size that is no longer accepted.",
        "Have it issued again with the CSR of this ticket.",
        "Nothing.",
    ),
    Entry(
        "NO_SERVERAUTH",
        Severity.BLOCK,
        "The certificate is not meant for web servers.",
        "Order a certificate for a web server (TLS/SSL).",
        "Less grave when no usage is stated at all: Apple's systems refuse it, others do not.",
    ),
    Entry(
        "TEST_CA",
        Severity.BLOCK,
        "The certificate comes from a test authority.",
        "Have it issued by the authority's real service.",
        "Nothing.",
    ),
    Entry(
        "PRIVATE_CA",
        Severity.INFO,
        "The certificate leads to a root that only this bot was told to trust.",
        "Nothing to do.",
        "Visitors without that root see a warning.",
    ),
    Entry(
        "SUBJECT_CHANGED",
        Severity.INFO,
        "Organization, place or country differ from the details.",
        "Check that the authority has the right data.",
        "Nothing.",
    ),
    Entry(
        "REVOKED",
        Severity.BLOCK,
        "The authority has revoked a certificate of the chain.",
        "Have a new one issued.",
        "Ask why it was revoked; a leaked key needs ssl_new_csr.",
    ),
    Entry(
        "SCT_MISSING",
        Severity.INFO,
        "A public certificate carries too few proofs of its logging.",
        "Nothing to do as long as browsers do not complain.",
        "Chrome refuses it unless the server delivers the proofs otherwise.",
    ),
)
CHAIN: Final = (
    Entry(
        "CHAIN_COMPLETED",
        Severity.FIXED,
        "A missing intermediate certificate was added.",
        "Nothing to do.",
        "Nothing.",
    ),
    Entry(
        "CHAIN_REORDERED",
        Severity.FIXED,
        "The certificates were put into the right order.",
        "Nothing to do.",
        "Nothing.",
    ),
    Entry(
        "CHAIN_MISSING",
        Severity.BLOCK,
        "An intermediate certificate is missing and was not found.",
        "Send the intermediate certificates (chain, CA bundle).",
        "Fetch it from the address in the note and attach it to the ticket.",
    ),
    Entry(
        "CHAIN_UNTRUSTED",
        Severity.ACK,
        "The chain does not lead to a trusted root, or does not hold.",
        "Have it issued by a public authority.",
        "If the brand runs its own authority, add its root to TRUST_ROOTS.",
    ),
    Entry(
        "CHAIN_EXTRA",
        Severity.FIXED,
        "Certificates that do not belong into the chain were left out.",
        "Nothing to do.",
        "Nothing.",
    ),
)
