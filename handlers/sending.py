"""What a brand is sent, and can be sent again when it got lost."""

from __future__ import annotations

from bot.case import At, Case
from bot.ports import File, TicketUpdate
from bot.wording import brand
from bot.x509 import names


def csr(case: Case) -> TicketUpdate:
    """The CSR, with what to do next."""
    assert case.csr is not None, "step 4 made the CSR"
    assert case.details is not None, "step 2 judged the details"
    name = f"{names.file_stem(case.host)}.csr"
    file = File(name, case.csr.pem.encode(), "application/pkcs10")
    letter = brand.csr_attached(case.requester_name, case.details, name)
    return TicketUpdate(letter, files=(file,), stage=At.CERTIFICATE_WANTED)
