"""A second opinion: the chain of every certificate that is let pass holds for openssl too."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from bot.x509 import chain, facts
from bot.x509.checks import Verdict
from tests.fakes import NOW
from tests.x509.judged import ROOT, judged
from tests.x509.test_chain_paths import CHAINS
from tests.x509.test_checks_names import NAMES
from tests.x509.test_checks_profile import PROFILES
from tests.x509.test_checks_time import TIMES

STRICTER = {"intermediate for anything"}
"""What openssl alone refuses: to browsers, anyExtendedKeyUsage in an intermediate is no limit."""
ROWS = (*NAMES, *TIMES, *PROFILES, *CHAINS)


def verify(verdict: Verdict, anchors: list[bytes], at: Path) -> subprocess.CompletedProcess[bytes]:
    """What `openssl verify` says of the leaf and its intermediates."""
    assert verdict.leaf is not None
    files = {"leaf": [verdict.leaf], "above": verdict.intermediates, "roots": anchors}
    for name, ders in files.items():
        (at / name).write_text("".join(map(facts.pem, ders)))
    above = ["-untrusted", "above"] if verdict.intermediates else []
    # A few minutes ahead is within the tolerance for clocks, which openssl does not have.
    when = str(int(NOW.timestamp()) + 300)
    command = ["openssl", "verify", "-partial_chain", "-purpose", "sslserver", "-attime", when]
    return subprocess.run(
        [*command, "-trusted", "roots", *above, "leaf"],
        cwd=at,
        capture_output=True,
        check=False,
        timeout=20,
    )


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")
def test_openssl_verifies_whatever_is_let_pass(tmp_path: Path) -> None:
    refused, asked = {}, 0
    for row in ROWS:
        how = {k: v() if callable(v) else v for k, v in row.how.items()}
        verdict = judged(row.sent(), **how)
        if not verdict.blocked:
            asked += 1
            said = verify(verdict, how.get("anchors", [ROOT.der]), tmp_path)
            refused |= {row.title: said.stderr} if said.returncode else {}

    assert set(refused) == STRICTER
    assert asked > 50


def test_unreadable_leaf_has_no_chain() -> None:
    with pytest.raises(ValueError, match="not enough values"):
        chain.build(b"rubbish", [], [], [], NOW)
