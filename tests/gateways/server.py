"""A small web server of the tests' own, with whatever routes a test needs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from sandbox.faults import Faults
from sandbox.service import Service


@contextmanager
def serving(app: Flask, faults: Faults | None = None) -> Iterator[str]:
    """The address of the application, on a free loopback port."""
    service = Service("test", app, faults or Faults())
    yield service.url
    service.close()
