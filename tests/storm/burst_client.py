"""One sender of a burst: `python -m tests.storm.burst_client URL SECRET TICKETS COUNT SEED`.

Sends signed deliveries as fast as they are answered, in any order and every tenth of them twice,
and prints `STATUS SECONDS` for each.
"""

from __future__ import annotations

import random
import sys
import time
from zlib import crc32

import requests

from tests.web.sending import delivery

TWICE = 10
"""One in so many deliveries comes once more."""


def main(url: str, secret: str, tickets: list[int], count: int, seed: int) -> None:
    """All deliveries, one after the other."""
    dice = random.Random(seed)
    names = [f"burst-{seed}-{n}" for n in range(count - count // TWICE)]
    names += dice.sample(names, count // TWICE)
    dice.shuffle(names)
    with requests.Session() as session:
        for name in names:
            ticket = tickets[crc32(name.encode()) % len(tickets)]
            body, headers = delivery(secret, ticket)
            headers["X-Zendesk-Webhook-Invocation-Id"] = name
            began = time.monotonic()
            try:
                status = session.post(url, data=body, headers=headers, timeout=10).status_code
            except requests.RequestException:
                status = 0
            print(status, f"{time.monotonic() - began:.3f}")


if __name__ == "__main__":
    given = [int(number) for number in sys.argv[3].split(",")]
    main(sys.argv[1], sys.argv[2], given, int(sys.argv[4]), int(sys.argv[5]))
