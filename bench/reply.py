"""From the brand's reply to the CSR on its ticket."""

from __future__ import annotations

import time
from collections.abc import Iterator

from cryptography.hazmat.primitives.asymmetric import rsa

from bench.rounds import Figure, Scale, Series
from bench.world import Play, playing, warmed
from bot.engine.pace import NORMAL
from tests.wholeway.renewal import answered, opened, staged

LATENCIES = (0.0, 0.1)
POLL = NORMAL.look + NORMAL.carry
"""The longest that an event waits to be picked up: the porter looks, or has just carried."""


def measured(scale: Scale) -> Iterator[Figure]:
    """Without and with latency of the other sides."""
    with playing(1) as play:
        warmed(play)
        for latency in LATENCIES:
            play.slowed(latency)
            yield from _figures(play, latency, scale.rounds)


def _figures(play: Play, latency: float, rounds: int) -> Iterator[Figure]:
    times, picked, keys = [], [], []
    for _ in range(rounds):
        took, pick = _replied(play)
        times.append(took)
        picked.append(pick * 1000)
        keys.append(_key() + 2 * (latency + 0.005))
    ours = Series("reply to CSR", "s", tuple(times))
    least = Series("key generation and two round trips", "s", tuple(keys))
    name = f"{latency * 1000:.0f} ms a call"
    yield Figure(
        f"brand's reply to the CSR attached, {name}",
        ours,
        (least,),
        "1.5 × and one poll",
        ours.median <= 1.5 * least.median + POLL,
    )
    if not latency:
        yield Figure(
            "an event's pick-up: reply to the first call for it",
            Series("pick-up", "ms", tuple(picked)),
            target="under 300 ms",
            met=sorted(picked)[len(picked) // 2] < 300,
        )


def _replied(play: Play) -> tuple[float, float]:
    """Seconds until the CSR is there, and until the bot has first looked."""
    ticket = opened(play.world)
    staged(play.world, ticket, "details_wanted")
    play.world.zendesk.webhooks.idle()
    time.sleep(0.5)
    before = len(play.world.faults.calls)
    began, first = time.monotonic(), 0.0
    answered(play.world, ticket)
    while "ssl_certificate_wanted" not in play.world.zendesk.ticket(ticket)["tags"]:
        if not first and len(play.world.faults.calls) > before:
            first = time.monotonic() - began
        if time.monotonic() > began + 60:
            raise RuntimeError("no CSR within a minute")
        time.sleep(0.002)
    return time.monotonic() - began, first


def _key() -> float:
    began = time.monotonic()
    rsa.generate_private_key(65537, 2048)
    return time.monotonic() - began
