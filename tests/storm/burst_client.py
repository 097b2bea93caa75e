"""One sender of a burst: `python -m tests.storm.burst_client URL SECRET TICKETS COUNT SEED RATE`.

Sends `RATE` signed deliveries a second at their times, whatever becomes of those before, in any
order and every tenth of them twice.  Prints `STATUS SECONDS LATE` for each: `SECONDS` count from
the time that it was due, and `LATE` of them passed before it was sent.
"""

from __future__ import annotations

import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from zlib import crc32

import requests

from tests.web.sending import delivery

TWICE = 10
"""One in so many deliveries comes once more."""
UNDER_WAY = 200
"""So many may wait for their answer: more than come in the two seconds that one may take."""


def main(url: str, secret: str, tickets: list[int], count: int, seed: int, rate: float) -> None:
    """All deliveries, each at its time."""
    dice = random.Random(seed)
    names = [f"burst-{seed}-{n}" for n in range(count - count // TWICE)]
    names += dice.sample(names, count // TWICE)
    dice.shuffle(names)
    began = time.monotonic()

    def send(number: int, name: str) -> str:
        due = began + number / rate
        body, headers = delivery(secret, tickets[crc32(name.encode()) % len(tickets)])
        headers["X-Zendesk-Webhook-Invocation-Id"] = name
        late = time.monotonic() - due
        try:
            status = requests.post(url, data=body, headers=headers, timeout=10).status_code
        except requests.RequestException:
            status = 0
        return f"{status} {time.monotonic() - due:.3f} {late:.3f}"

    with ThreadPoolExecutor(UNDER_WAY) as threads:
        sent = []
        for number, name in enumerate(names):
            time.sleep(max(began + number / rate - time.monotonic(), 0.0))
            sent.append(threads.submit(send, number, name))
        for answer in sent:
            print(answer.result())


if __name__ == "__main__":
    given = [int(number) for number in sys.argv[3].split(",")]
    count, seed, rate = int(sys.argv[4]), int(sys.argv[5]), float(sys.argv[6])
    main(sys.argv[1], sys.argv[2], given, count, seed, rate)
