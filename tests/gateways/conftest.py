"""A Zendesk over HTTP, and the gateway to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.gateways.zendesk import Zendesk
from sandbox.faults import Faults
from sandbox.zendesk import Zendesk as Sandbox

EMAIL, TOKEN = "bot@symphony.example", "a-token"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    made = Sandbox(Faults(), email=EMAIL, token=TOKEN, patience=0.01)
    yield made
    made.close()


@pytest.fixture
def zendesk(sandbox: Sandbox) -> Zendesk:
    return Zendesk(sandbox.url, EMAIL, TOKEN)
