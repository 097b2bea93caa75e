"""A sandbox and a bot of real processes, for bad weather."""

from __future__ import annotations

from tests.wholeway.conftest import bot, sandbox

__all__ = ["bot", "sandbox"]
