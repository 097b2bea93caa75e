"""What brands read: what happened, what is wanted now, and from whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from bot.case import Source
from bot.reading import form
from bot.wording.frame import GREETING, faults, filled_form, for_site, page, step_letter, written
from bot.wording.letter import Bullets, Form, Letter, Paragraph
from bot.x509 import names
from bot.x509.details import Details
from bot.x509.findings import Finding, Severity


def details_wanted(
    name: str,
    host: str,
    offered: Mapping[form.Field, str],
    findings: Iterable[Finding] = (),
    link: str = "",
) -> Letter:
    """Step 2: the form, filled with all that is known; `link` leads to the same as a page."""
    known = any(offered.values())
    return step_letter(
        name,
        2,
        Paragraph(
            f"Thank you for your message about the SSL certificate{for_site(host)}. We need the "
            "following details to prepare the certificate signing request (CSR) for you."
        ),
        *faults(findings),
        Paragraph(
            "Please reply to this message with the form below filled in."
            + (
                " What we know already stands in it: please correct it or leave it."
                if known
                else ""
            )
        ),
        *page(link),
        filled_form(offered),
        Paragraph(
            "Common Name is the primary domain of the certificate. Organizational Unit is optional "
            "and left out by certificate authorities today. The number of bits is typically 2048 "
            "or 4096. Additional domains are separated by commas."
        ),
    )


def details_unclear(
    name: str, offered: Mapping[form.Field, str], findings: Iterable[Finding], link: str = ""
) -> Letter:
    """Step 2 again: only what is missing or wrong, with what was understood."""
    return step_letter(
        name,
        2,
        Paragraph("Thank you for your reply. Before we can go on, we need your help once more:"),
        *faults(findings),
        Paragraph(
            "This is what we have understood so far. Please reply with the missing or corrected "
            "lines; what is right can stay as it is."
        ),
        *page(link),
        filled_form(offered),
    )


def csr_ordered(
    name: str, details: Details, source: Source = Source.BRAND, *, again: bool = False
) -> Letter:
    """Step 3: the SaaS team was asked; where the details are from, when it was not the brand."""
    replaces = " It replaces the one that we have sent you before." if again else ""
    return step_letter(
        name,
        3,
        Paragraph(
            f"{_FROM[source].format(site=names.display(details.common_name))} We have asked our "
            "SaaS team to generate the CSR with these details:"
        ),
        read_back(details),
        Paragraph(
            "There is nothing for you to do now; we will send you the CSR on this ticket."
            f"{replaces} If a detail is wrong, please reply with the right one."
        ),
    )


_FROM: Final = {
    Source.BRAND: "Thank you, we have everything we need.",
    Source.LIVE: (
        "Your certificate for {site} is to be renewed. We have read the details from the one that "
        "the website serves now, so there is no form for you to fill in."
    ),
    Source.EARLIER: (
        "Your certificate for {site} is to be renewed. We have taken the details from the one that "
        "the website serves now and from your last renewal, so there is no form for you to fill in."
    ),
    Source.OWN_CSR: (
        "Thank you, we have read the details from the CSR that you sent. The certificate needs a "
        "key that lies with us, so we make a CSR of our own: please use that one, not yours."
    ),
}


def csr_attached(name: str, details: Details, file_name: str) -> Letter:
    """Step 5: the CSR and what to do with it."""
    return step_letter(
        name,
        5,
        Paragraph(
            f"The CSR for {names.display(details.common_name)} is ready: please find {file_name} "
            "attached. Here is what to do next:"
        ),
        Bullets(
            (
                "Order or renew the certificate at a publicly trusted certificate authority of "
                "your choice, and give it this CSR. Please do not generate another CSR.",
                "Check that the certificate covers: "
                + ", ".join(names.display(n) for n in details.names)
                + ".",
                "Reply to this ticket with the certificate attached (a .crt, .cer or .pem file), "
                "together with the intermediate certificates that you received.",
                "Never send a private key: we hold it safely, and nobody needs it from you.",
            )
        ),
        Paragraph("As soon as we have the certificate, we will check it and have it installed."),
    )


def certificate_refused(name: str, findings: Iterable[Finding]) -> Letter:
    """Step 6: why what was sent cannot be used."""
    return step_letter(
        name,
        6,
        Paragraph("Thank you. We have looked at what you sent, and cannot use it yet:"),
        *faults(f for f in findings if f.severity in (Severity.BLOCK, Severity.ACK)),
        Paragraph(
            "Please reply with the right file on this ticket. The CSR that we sent you stays valid."
        ),
    )


def key_posted(name: str, *, redacted: bool, ours: bool, signed: bool) -> Letter:
    """A private key was posted: what happened to it, and what follows."""
    follows = ["Please treat that key as compromised and do not use it any more, anywhere."]
    if ours:
        follows = ["We are making a new key and will send you a new CSR in a moment."]
    if signed:
        follows.append(
            "Please have the certificate issued again with the new CSR, and ask your certificate "
            "authority to revoke the one that it has signed."
        )
    if not ours:
        follows.append("If a certificate was issued for it, please ask the authority to revoke it.")
    return Letter(
        (
            Paragraph(f"Hello {name},"),
            Paragraph(
                "Your message held a private key. A private key must never be sent to anybody, so "
                f"we {'have removed it' if redacted else 'are removing it'} and have not kept it."
            ),
            Bullets(tuple(follows)),
            Paragraph("Nothing else is lost; the rest of your message is being looked at."),
            Paragraph(GREETING),
        )
    )


def change_raised(name: str, host: str, expires: datetime, findings: Iterable[Finding]) -> Letter:
    """Step 6: the certificate was good, the SaaS team installs it."""
    mended = tuple(f for f in findings if f.severity is Severity.FIXED)
    return step_letter(
        name,
        6,
        Paragraph(
            f"Thank you, the certificate{for_site(host)} is in order. It is valid until "
            f"{written(expires)}."
        ),
        *(() if not mended else (Bullets(tuple(f.brand for f in mended)),)),
        Paragraph(
            "We have asked our SaaS team to install it. There is nothing for you to do now; we "
            "will check the website afterwards and tell you."
        ),
    )


def renewed(name: str, host: str, expires: datetime) -> Letter:
    """Step 7: the site serves the new certificate."""
    return step_letter(
        name,
        7,
        Paragraph(
            f"Good news: {names.display(host)} now serves the new certificate. We have checked the "
            f"website, and the new expiration date is {written(expires)}."
        ),
        Paragraph(
            "There is nothing left to do, so we are closing this request. Thank you for your help."
        ),
    )


def refused(name: str, why: str) -> Letter:
    """A request that cannot be met, in the words of the step that refused it."""
    return Letter((Paragraph(f"Hello {name},"), Paragraph(why), Paragraph(GREETING)))


def read_back(details: Details) -> Form:
    """The judged details, as they go into the CSR."""
    lines = (
        ("Common Name", names.display(details.common_name)),
        ("Organization", details.organization),
        ("Locality", details.locality),
        ("State", details.state),
        ("Country", details.country),
        ("Key", details.key.value),
        ("Domains", ", ".join(names.display(n) for n in details.names)),
    )
    return Form(tuple(line for line in lines if line[1]))
