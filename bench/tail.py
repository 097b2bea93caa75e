"""How long deliveries wait for their answer: an open loop, while a worker is busy.

Deliveries begin at fixed times whether or not earlier ones are answered, and each is timed
from when it should have begun: a client that waits for a slow answer would leave out
just those that would have been slow, too.
"""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from statistics import median
from urllib.parse import urlsplit

from bench.deliveries import delivery
from bench.rounds import Figure, Scale, Series, percentile
from bench.servers import SECRET, flask, settings
from bench.world import Play, playing
from tests.storm.people import Renewal

RATE = 200
THREADS = 32


def measured(scale: Scale) -> Iterator[Figure]:
    """The door beside the floor, at 200 a second, while a worker plays renewals."""
    seconds, busy = scale.pick(3, 30), scale.count(4, 20)
    with (
        playing(2 * busy) as play,
        flask("floor:application", settings("sqlite://")) as floor,
    ):
        play.bot.environment["ZENDESK_WEBHOOK_SECRET"] = SECRET
        play.world.tokens["zd-hook"] = SECRET
        assert play.bot.web is not None, "the bot was started"
        play.bot.web.terminate()
        play.bot.web.wait()
        play.bot.web = play.bot.run("web")
        play.world.connect(play.url)
        _until_ready(play.url)
        ours = _while_busy(play, play.renewals[:busy], play.url, seconds)
        least = _while_busy(play, play.renewals[busy:], floor.url, seconds)
    for share, name in ((0.5, "p50"), (0.99, "p99"), (0.999, "p99.9")):
        door, bare = _parts(ours, share), _parts(least, share)
        p99, floor99 = median(door), median(bare)
        yield Figure(
            f"door at {RATE}/s, worker busy: {name}",
            Series("the door", "ms", door),
            (Series("signature only", "ms", bare),),
            "p99 within 5 × and under 100 ms" if name == "p99" else "",
            (p99 < 100 and p99 <= 5 * floor99) if name == "p99" else None,
        )


def _parts(found: Sequence[float], share: float) -> tuple[float, ...]:
    """The percentile of each third of the time: how much it differs is the spread."""
    third = len(found) // 3
    parts = (found[start * third : (start + 1) * third] for start in range(3))
    return tuple(percentile(part, share) for part in parts)


def _while_busy(play: Play, renewals: Sequence[Renewal], url: str, seconds: float) -> list[float]:
    """The load comes from a process of its own, the sandbox has this one."""
    busy = threading.Thread(target=play.run, args=(renewals,))
    busy.start()
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as client:
        found = client.submit(waits, url, seconds).result()
    busy.join()
    return found


def waits(url: str, seconds: float) -> list[float]:
    """Milliseconds from when each delivery was due to its answer."""
    count = int(seconds * RATE)
    made = [delivery(10_000_000 + number) for number in range(count)]
    found, own = [0.0] * count, threading.local()
    began = time.perf_counter() + 0.5

    def send(number: int) -> None:
        due = began + number / RATE
        time.sleep(max(due - time.perf_counter(), 0.0))
        if not hasattr(own, "connection"):
            own.connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=15)
        body, headers = made[number]
        own.connection.request("POST", "/webhooks/zendesk", body, headers)
        answer = own.connection.getresponse()
        answer.read()
        if answer.status != 202:
            raise RuntimeError(f"answered {answer.status}")
        found[number] = (time.perf_counter() - due) * 1000

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(send, range(count)))
    return found


def _until_ready(url: str) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=1)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the door is not ready")
