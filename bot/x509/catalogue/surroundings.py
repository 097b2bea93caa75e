"""Codes on the details of a CSR and on the live site."""

from __future__ import annotations

from typing import Final

from bot.x509.catalogue.entry import Entry
from bot.x509.findings import Severity

DETAILS: Final = (
    Entry(
        "FIELD_MISSING",
        Severity.BLOCK,
        "A detail that the CSR needs is missing.",
        "Answer the field.",
        "Nothing.",
    ),
    Entry(
        "COUNTRY_UNKNOWN",
        Severity.BLOCK,
        "The country is not one that can stand in a certificate.",
        "Give the two letters of the country, as DE.",
        "Nothing.",
    ),
    Entry(
        "NAME_INVALID",
        Severity.BLOCK,
        "A name is no domain name.",
        "Correct the name.",
        "Nothing.",
    ),
    Entry(
        "NAME_INTERNAL",
        Severity.BLOCK,
        "A name is not public.",
        "Give a name that the public internet knows.",
        "Nothing.",
    ),
    Entry(
        "WILDCARD_INVALID",
        Severity.BLOCK,
        "A wildcard stands where none may.",
        "Use * as the whole first part only, below your own domain.",
        "Nothing.",
    ),
    Entry(
        "BITS_UNSUPPORTED",
        Severity.BLOCK,
        "The kind or size of key is not offered.",
        "Choose 2048 or 4096 bits.",
        "Nothing.",
    ),
    Entry(
        "FIELD_TOO_LONG",
        Severity.BLOCK,
        "A detail is longer than a certificate can hold.",
        "Shorten it.",
        "Nothing.",
    ),
    Entry(
        "FIELD_PLACEHOLDER",
        Severity.BLOCK,
        "A detail says nothing, as n/a or a dash.",
        "Answer it, or leave an optional one empty.",
        "Nothing.",
    ),
    Entry(
        "OU_IGNORED",
        Severity.INFO,
        "The organizational unit was left out; public certificates have none.",
        "Nothing to do.",
        "Nothing.",
    ),
)
SITE: Final = (
    Entry(
        "SITE_UNRESOLVED",
        Severity.ACK,
        "The site's name leads to no address.",
        "Check the domain's DNS.",
        "Check the name; a new site may not be live yet.",
    ),
    Entry(
        "SITE_REFUSED",
        Severity.ACK,
        "The site does not answer with TLS.",
        "Check that the website is up.",
        "Look at the site; try again with ssl_resume.",
    ),
    Entry(
        "SITE_OLD_CERTIFICATE",
        Severity.ACK,
        "The site still serves the old certificate.",
        "Nothing to do; we look again.",
        "Ask the SaaS team; caches and load balancers lag.",
    ),
    Entry(
        "SITE_CHAIN_INCOMPLETE",
        Severity.ACK,
        "The site serves the certificate without its intermediates.",
        "Nothing to do.",
        "Ask the SaaS team to install the fullchain file.",
    ),
    Entry(
        "SITE_PARTIAL",
        Severity.ACK,
        "Some addresses serve the new certificate, others do not.",
        "Nothing to do; we look again.",
        "Ask the SaaS team about the addresses in the note.",
    ),
    Entry(
        "SITE_PRIVATE_ADDRESS",
        Severity.ACK,
        "The site's name leads to a private address, which is not looked at.",
        "Check the domain's DNS.",
        "Check the site by hand, or configure PROBE_CONNECT_TO.",
    ),
    Entry(
        "SITE_EXPIRED",
        Severity.ACK,
        "The site serves an expired certificate, or an expired intermediate with it.",
        "Answer the ticket of the renewal.",
        "Look at the site's renewal; ask the SaaS team when it is the intermediate.",
    ),
    Entry(
        "SITE_NAME_MISMATCH",
        Severity.ACK,
        "The site serves a certificate that is not made out for its name.",
        "Check where the domain points to.",
        "Ask the SaaS team or the brand which certificate belongs there.",
    ),
    Entry(
        "SITE_CHANGED",
        Severity.INFO,
        "The site serves another certificate, which nobody had announced.",
        "Nothing to do.",
        "Ask the brand whether it has renewed by other means.",
    ),
    Entry(
        "SITE_UNATTENDED",
        Severity.ACK,
        "The certificate ends soon; a ticket was opened for it, but no renewal is under way.",
        "Answer the ticket of the renewal.",
        "If that ticket is open again, the renewal goes on there; else begin one by ssl_start.",
    ),
    Entry(
        "SITE_ROLLED_BACK",
        Severity.ACK,
        "The site serves the certificate from before the renewal again.",
        "Nothing to do.",
        "Ask the SaaS team why it was taken back; then ssl_resume.",
    ),
)
