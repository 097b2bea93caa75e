"""Codes on what a brand sends, whatever is in it."""

from __future__ import annotations

from typing import Final

from bot.x509.catalogue.entry import Entry
from bot.x509.findings import Severity

WRAPPING: Final = (
    Entry(
        "FMT_UNKNOWN",
        Severity.BLOCK,
        "The file is no certificate that can be read, or only a pre-certificate.",
        "Send the certificate as a text file (.crt, .cer, .pem), as P7B or in a ZIP.",
        "Nothing; open the file if the brand insists.",
    ),
    Entry(
        "FMT_IS_CSR",
        Severity.BLOCK,
        "The file is our own CSR.",
        "Give that file to the certificate authority and send what it returns.",
        "Nothing.",
    ),
    Entry(
        "FMT_IS_KEY",
        Severity.BLOCK,
        "The file holds a private key: an incident, the key counts as compromised.",
        "Never send a private key; wait for a new CSR.",
        "See that the key was removed; apply ssl_new_csr.",
    ),
    Entry(
        "FMT_ENCRYPTED_PFX",
        Severity.BLOCK,
        "The file is a PFX that is locked with a password.",
        "Send the certificate without the private key, as .crt or .p7b.",
        "Nothing.",
    ),
    Entry(
        "FMT_ZIP_PASSWORD",
        Severity.BLOCK,
        "The ZIP file is locked with a password.",
        "Send it without a password; a certificate is no secret.",
        "Nothing.",
    ),
    Entry(
        "FMT_ONLY_CA_CERTS",
        Severity.BLOCK,
        "There are only certificates of the authority itself.",
        "Send the certificate of the website as well.",
        "Nothing.",
    ),
    Entry(
        "FMT_IMAGE",
        Severity.BLOCK,
        "The file is a picture or a document.",
        "Send the certificate's file rather than a picture of it.",
        "Nothing.",
    ),
    Entry(
        "FMT_TOO_BIG",
        Severity.BLOCK,
        "The file is too big to be a certificate.",
        "Send the certificate alone.",
        "Nothing.",
    ),
    Entry(
        "ZIP_BOMB",
        Severity.BLOCK,
        "The archive unpacks to far more than certificates need.",
        "Send the certificate itself.",
        "Look at who wrote the comment; the archive may be an attack.",
    ),
    Entry(
        "FMT_REPAIRED",
        Severity.FIXED,
        "Mail or a text editor had damaged the certificate's text; it was mended.",
        "Nothing to do.",
        "Nothing.",
    ),
)
