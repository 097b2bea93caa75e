"""What the SaaS team reads in Jira, in wiki markup; values from outside are escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from textwrap import wrap

from bot.case import Case, Held
from bot.policy import Policy
from bot.x509 import names
from bot.x509.details import Details
from bot.x509.facts import CertificateFacts as Facts

# A hyphen within a word and the star of a wildcard mean nothing to Jira, and names stay readable.
_MARKUP = re.compile(r"([\\{}\[\]_+^~?|!]|\*(?!\.)|(?<!\S)-|-(?!\S))")
_HOW_TO_DELIVER = "\n".join(
    (
        "Please attach the CSR and its private key to this issue, the key sealed for the bot:",
        "{noformat}",
        "openssl cms -encrypt -binary -aes256 -outform PEM -in site.key -out site.key.p7m"
        " -recip bot.crt",
        "{noformat}",
        "The operator of the bot prints bot.crt with: python -m bot keys certificate. The bot"
        " checks both files, keeps the key in its own store, deletes it here and closes this"
        " issue.",
    )
)
INSTALLATION = timedelta(days=3)


def csr_summary(case: Case) -> str:
    """`CSR for <host> (ZD-<ticket>)`."""
    return f"CSR for {case.host} (ZD-{case.ticket})"


def change_summary(case: Case) -> str:
    """`Install SSL certificate on <host> (ZD-<ticket>)`."""
    return f"Install SSL certificate on {case.host} (ZD-{case.ticket})"


def csr_request(case: Case, policy: Policy, reference: str) -> str:
    """Description of the ITOPS issue."""
    return "\n".join(
        (
            f"A brand renews the SSL certificate of {case.host} ({case.environment}).",
            f"Ticket: {ticket_url(case.ticket, policy)}",
            "The details stand in the first comment.",
            "",
            f"Reference: {reference}",
        )
    )


def csr_details(details: Details, policy: Policy) -> str:
    """The comment on the ITOPS issue: the brand's information, and the request for the key."""
    rows = (
        ("Common Name", names.display(details.common_name)),
        ("Organization", details.organization),
        ("Locality", details.locality),
        ("State", details.state),
        ("Country", details.country),
        ("Key", details.key.value),
        ("Subject Alternative Names", ", ".join(details.names)),
    )
    table = "\n".join(f"|| {label} | {plain(value)} |" for label, value in rows if value)
    if policy.csr_source == "itops":
        return f"Please create a CSR with these details:\n{table}\n\n{_HOW_TO_DELIVER}"
    return (
        "Please create a CSR with these details:\n"
        f"{table}\n\n"
        "Please include the private key used to generate the CSR, sealed for its recipients and "
        "never in clear. Where the bot makes the CSR, it keeps the sealed key itself and hands it "
        "over with the change; nothing is left to do here then."
    )


def csr_corrected(details: Details, policy: Policy) -> str:
    """A comment on the CSR request: the brand has corrected itself."""
    rows = csr_details(details, policy)
    return f"The brand has corrected its details; they replace the earlier ones.\n\n{rows}"


def ticket_ended(ticket: int) -> str:
    """A comment on an open issue: nobody follows it any more."""
    return (
        f"The ticket ZD-{ticket} was ended before the renewal was done. The bot does not follow "
        "this issue any more; please clear with the helpdesk whether it is still wanted."
    )


def ticket_reopened(ticket: int) -> str:
    """A comment on an open issue: it is followed again."""
    return f"The ticket ZD-{ticket} was opened again: the bot follows this issue as before."


def csr_lacking(wrong: Iterable[str]) -> str:
    """A comment on the CSR request: what is still missing or wrong."""
    return "\n".join(
        (
            "The bot has looked at the attached files and cannot go on yet:",
            *(f"* {plain(sentence)}" for sentence in wrong),
            "",
            _HOW_TO_DELIVER,
        )
    )


def csr_taken(spki: str, left: Iterable[str]) -> str:
    """A comment on the CSR request: CSR and key are with the bot."""
    return "\n".join(
        (
            f"CSR and private key are right (SPKI SHA-256 {spki}). The bot keeps the key sealed in"
            " its own store and has deleted it from this issue. The history of the issue, mails"
            " and backups may keep a copy: please delete your own.",
            *(f"* {plain(sentence)}" for sentence in left),
        )
    )


def change(
    case: Case,
    held: Held,
    facts: Facts,
    policy: Policy,
    who: tuple[str, ...],
    now: datetime,
    reference: str,
) -> str:
    """Description of the SPC change."""
    assert case.csr is not None, "a change follows a CSR"
    stem = names.file_stem(case.host)
    return "\n".join(
        (
            f"Please install the renewed SSL certificate on {case.host}.",
            "",
            *(f"|| {label} | {plain(value)} |" for label, value in _rows(case, held, facts, now)),
            "",
            f"*Ticket*: {ticket_url(case.ticket, policy)}",
            f"*CSR request*: {case.csr_issue}",
            "",
            "h3. Open the key",
            *_key_steps(case, stem, policy, who),
            "",
            "h3. Install",
            f"# Keep a copy of the certificate and key that {case.host} uses now.",
            f"# Install {stem}.fullchain.crt (leaf and intermediates in order) with the opened key"
            f" for: {plain(', '.join(facts.names))}.",
            "# Reload the web server or load balancer on every node.",
            "",
            "h3. Check",
            "{noformat}",
            f"openssl s_client -connect {case.host}:443 -servername {case.host} </dev/null"
            " | openssl x509 -noout -fingerprint -sha256 -enddate",
            "{noformat}",
            f"It must print sha256 Fingerprint={_coloned(facts.sha256)}.",
            "",
            "h3. Roll back",
            "Put the copy from the first step back and reload; then comment here.",
            "",
            "Move this issue to Done when it is installed: the bot then checks the site and solves"
            " the ticket.",
            "",
            f"Reference: {reference}",
        )
    )


def site_unchanged(case: Case, what: str) -> str:
    """A comment on the change: it is done, but the site does not show it."""
    return (
        f"This change is done, but {case.host} does not serve the new certificate everywhere: "
        f"{plain(what)} Please check."
    )


def key_compromised() -> str:
    """A comment on a change whose key got out."""
    return (
        "Do not install this: the private key was posted where others can see it and counts as "
        "compromised. A new certificate and a new change will follow."
    )


def keys_destroyed(spkis: Iterable[str]) -> str:
    """A comment on the change: the receipt for keys that the bot has forgotten."""
    return (
        "The roll-back window is over: the bot has destroyed its copy of the private key "
        f"(SPKI SHA-256 {', '.join(spkis)})."
    )


def ticket_url(ticket: int, policy: Policy) -> str:
    """Where agents see the ticket."""
    return f"{policy.zendesk_url.rstrip('/')}/agent/tickets/{ticket}"


def plain(text: str) -> str:
    """A value from outside, so that wiki markup in it stays text on one line."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))


def _coloned(fingerprint: str) -> str:
    """As openssl prints it."""
    return ":".join(wrap(fingerprint.upper(), 2))


def _rows(case: Case, held: Held, facts: Facts, now: datetime) -> tuple[tuple[str, str], ...]:
    assert case.csr is not None, "a change follows a CSR"
    due = min(now + INSTALLATION, held.expires)
    return (
        ("Site", case.host),
        ("Environment", case.environment),
        ("Names", ", ".join(facts.names)),
        ("Issuer", facts.issuer),
        ("Serial number", facts.serial),
        ("SHA-256 fingerprint", facts.sha256),
        ("Valid from", f"{facts.not_before:%Y-%m-%dT%H:%M:%SZ}"),
        ("Valid until", f"{facts.not_after:%Y-%m-%dT%H:%M:%SZ}"),
        ("Key fingerprint (SPKI SHA-256)", case.csr.spki),
        ("Due date", f"{due:%Y-%m-%d}"),
    )


def _key_steps(case: Case, stem: str, policy: Policy, who: tuple[str, ...]) -> tuple[str, ...]:
    assert case.csr is not None, "a change follows a CSR"
    if policy.key_handover != "cms":
        where = f"{policy.public_url}/keys/{case.csr.spki}"
        return (
            f"The key is held by the bot and can be collected once, within a week: {where}",
            f"(SPKI SHA-256 {case.csr.spki}; who collects it is noted).",
        )
    return (
        f"{stem}.key.p7m is sealed (CMS, AES-256) for: {plain(', '.join(who))}.",
        "{noformat}",
        f"openssl cms -decrypt -inform PEM -in {stem}.key.p7m -inkey me.key -recip me.crt"
        f" -out {stem}.key",
        f"openssl pkey -in {stem}.key -pubout -outform DER | openssl sha256",
        "{noformat}",
        f"The second command must print {case.csr.spki}. Delete the opened key after installing.",
    )
