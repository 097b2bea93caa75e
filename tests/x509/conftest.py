"""What the command lines made, once for the session."""

from __future__ import annotations

import pytest

from tests.x509.openssl_made import HAS_OPENSSL, Made


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Certificates, keys and bundles in a folder of their own."""
    if not HAS_OPENSSL:
        pytest.skip("openssl is not installed, which makes the files that are read here")
    return Made(tmp_path_factory.mktemp("made"))
