"""The form of a row: what is sent, which certificates and which codes come of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest

from bot.x509 import intake
from bot.x509.intake import Blob, Found
from tests.x509.openssl_made import Made

Sent = bytes | str | Sequence[Blob]


@dataclass(frozen=True)
class Row:
    """`certificates` and `codes` are names with blanks between, in order; `text`: no file."""

    title: str
    send: Callable[[Made], Sent]
    certificates: str = ""
    codes: str = ""
    text: bool = False
    passwords: tuple[str, ...] = ()

    def found(self, made: Made) -> Found:
        sent = self.send(made)
        if isinstance(sent, str):
            sent = sent.encode("utf-8", "surrogatepass")
        if isinstance(sent, bytes):
            sent = [Blob("" if self.text else "sent.bin", sent)]
        return intake.gather(sent, passwords=self.passwords)


def each(rows: Sequence[Row]) -> pytest.MarkDecorator:
    """One test for each row, named by its title."""
    assert len({row.title for row in rows}) == len(rows), "titles tell rows apart"
    return pytest.mark.parametrize("row", rows, ids=[row.title for row in rows])


def check(row: Row, made: Made) -> Found:
    """The row holds, and everything that is said is a plain sentence."""
    found = row.found(made)
    names = [made.known.get(der, "unknown") for der in found.certificates]
    assert (" ".join(names), " ".join(f.code for f in found.findings)) == (
        row.certificates,
        row.codes,
    )
    for finding in found.findings:
        assert finding.brand.startswith(("The file “", "The text of your message "))
        assert finding.brand.endswith(".")
        assert finding.brand.count("\n") == 0
    assert len(found.files) == len(found.certificates)
    return found
