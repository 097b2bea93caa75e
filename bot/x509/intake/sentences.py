"""One plain sentence for each file: what it is, and what to do."""

from __future__ import annotations

import re
from typing import Final

from bot.x509.findings import Finding, Severity

_WANTED: Final = "please send the certificate as a text file (.crt, .cer or .pem)"
_NEVER: Final = (
    "which must never be sent; please treat that key as compromised and do not use it any more"
)
_LONGEST: Final = 60
_ODD: Final = re.compile(r"[^\w.,@+=()&' -]+")


def too_big(name: str) -> Finding:
    """A file that is larger than any certificate."""
    return _block("FMT_TOO_BIG", name, f"is too large for a certificate; {_WANTED}", "too large")


def csr(name: str) -> Finding:
    """Our own request came back."""
    return _block(
        "FMT_IS_CSR",
        name,
        "is the signing request (CSR), not the certificate; please give it to your certificate "
        "authority and send us the certificate that you get back",
        "a CSR",
    )


def key(name: str, what: str = "a private key") -> Finding:
    """The incident."""
    return _block("FMT_IS_KEY", name, f"holds {what}, {_NEVER}", what)


def sealed_pfx(name: str) -> Finding:
    """A PFX that does not open; its password is nothing that we want to know."""
    return _block(
        "FMT_ENCRYPTED_PFX",
        name,
        "is a PFX file that is protected by a password; please do not send the password, because "
        "such a file usually holds a private key, but the certificate alone as a text file "
        "(.crt, .cer or .pem)",
        "a PKCS#12 file that does not open",
    )


def locked_zip(name: str) -> Finding:
    """A ZIP with a password."""
    return _block(
        "FMT_ZIP_PASSWORD",
        name,
        "is an archive that is protected by a password; a certificate is no secret, so please "
        "send it without one",
        "an encrypted archive",
    )


def bomb(name: str) -> Finding:
    """An archive that is not unpacked."""
    return _block(
        "ZIP_BOMB",
        name,
        f"is an archive with too much in it, so we did not unpack it; {_WANTED}",
        "an archive over the limits",
    )


def picture(name: str, what: str) -> Finding:
    """Nothing can be read off a picture."""
    return _block(
        "FMT_IMAGE", name, f"is {what}, from which we cannot read a certificate; {_WANTED}", what
    )


def unknown(name: str, what: str) -> Finding:
    """`what` completes “is …”."""
    return _block("FMT_UNKNOWN", name, f"is {what}; {_WANTED}", what)


def nothing(name: str, what: str) -> Finding:
    """`what` completes “holds …”."""
    return _block("FMT_UNKNOWN", name, f"holds {what}; {_WANTED}", what)


def damaged(name: str) -> Finding:
    """A certificate that lost something on its way."""
    return _block(
        "FMT_UNKNOWN",
        name,
        "holds a certificate that is damaged or cut off; please send the certificate again, "
        "as a file (.crt, .cer or .pem) and not as pasted text",
        "a damaged certificate",
    )


def repaired(name: str) -> Finding:
    """Mended: nobody has to do anything."""
    return Finding(
        "FMT_REPAIRED",
        Severity.FIXED,
        f"{_shown(name)} was altered on its way, as mail programs do; we could repair it, so "
        "there is nothing for you to do.",
        f"{harmless(name) or 'text'}: not in a form that OpenSSL reads; repaired.",
    )


def harmless(name: str) -> str:
    """A name from outside: short, on one line, without links, markup or placeholders."""
    if not name:
        return ""
    last = name.replace("\\", "/").rstrip("/").rsplit("/", maxsplit=1)[-1]
    plain = " ".join(_ODD.sub("_", last[-4 * _LONGEST :]).split()) or "unnamed"
    return plain if len(plain) <= _LONGEST else f"{plain[:40]}…{plain[-16:]}"


def _shown(name: str) -> str:
    return f"The file “{harmless(name)}”" if name else "The text of your message"


def _block(code: str, name: str, brand: str, agent: str) -> Finding:
    shown = harmless(name) or "text"
    return Finding(code, Severity.BLOCK, f"{_shown(name)} {brand}.", f"{shown}: {agent}.")
