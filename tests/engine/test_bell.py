"""The pause of the thread that starts events."""

from __future__ import annotations

import threading
import time

from bot.engine.bell import Bell

LONG = 30.0


def test_ring_ends_the_pause_and_not_the_loop() -> None:
    bell = Bell()
    threading.Timer(0.05, bell.ring).start()
    began = time.monotonic()

    assert not bell.wait(LONG)
    assert time.monotonic() - began < LONG
    assert not bell.is_set()


def test_ring_before_the_pause_is_heard_once() -> None:
    bell = Bell()
    bell.ring()
    bell.ring()

    assert not bell.wait(LONG)
    began = time.monotonic()
    assert not bell.wait(0.05)
    assert time.monotonic() - began >= 0.04


def test_end_is_heard_in_every_pause() -> None:
    bell = Bell()
    threading.Timer(0.05, bell.set).start()

    assert bell.wait(LONG)
    assert bell.is_set()
    assert bell.wait(LONG)
