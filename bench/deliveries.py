"""Signed deliveries made beforehand, so that the client's work is not measured."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import subprocess
import uuid
from datetime import UTC, datetime
from pathlib import Path

from bench.servers import SECRET, pinned

_LUA = """local requests = {}
local function made()
  for line in io.lines("%s") do
    local body, signature, stamp, id = line:match("^(.-)\\t(.-)\\t(.-)\\t(.-)$")
    requests[#requests + 1] = wrk.format("POST", "/webhooks/zendesk", {
      ["Host"] = wrk.headers["Host"],
      ["Content-Type"] = "application/json",
      ["X-Zendesk-Webhook-Signature"] = signature,
      ["X-Zendesk-Webhook-Signature-Timestamp"] = stamp,
      ["X-Zendesk-Webhook-Invocation-Id"] = id,
    }, body)
  end
end
local next = 0
request = function()
  if #requests == 0 then made() end
  next = next %% #requests + 1
  return requests[next]
end
done = function(summary)
  local errors = summary.errors
  local bad = errors.connect + errors.read + errors.write + errors.timeout + errors.status
  io.write(string.format("RATE %%f %%d\\n", summary.requests / summary.duration * 1e6, bad))
end
"""


def delivery(ticket: int) -> tuple[bytes, dict[str, str]]:
    """One delivery as a trigger of ours sends it: body and headers."""
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    body = json.dumps(
        {
            "event": "ticket_changed",
            "ticket_id": str(ticket),
            "updated_at": stamp,
            "actor_id": "360",
            # As long as a subscription's event: about 2 KB.
            "note": "x" * 1_900,
        }
    ).encode()
    digest = hmac.digest(SECRET.encode(), stamp.encode() + body, hashlib.sha256)
    return body, {
        "Content-Type": "application/json",
        "X-Zendesk-Webhook-Signature": base64.b64encode(digest).decode(),
        "X-Zendesk-Webhook-Signature-Timestamp": stamp,
        "X-Zendesk-Webhook-Invocation-Id": uuid.uuid4().hex,
    }


def rate(url: str, folder: Path, seconds: float, connections: int = 16) -> float:
    """Deliveries per second that wrk gets through, each another one; fails on any refusal."""
    path, script = folder / "deliveries.tsv", folder / "deliveries.lua"
    with path.open("w", encoding="ascii") as file:
        for number in range(int(seconds * 5_000)):
            body, headers = delivery(number + 1)
            line = (
                body.decode(),
                headers["X-Zendesk-Webhook-Signature"],
                headers["X-Zendesk-Webhook-Signature-Timestamp"],
                headers["X-Zendesk-Webhook-Invocation-Id"],
            )
            file.write("\t".join(line) + "\n")
    script.write_text(_LUA % path, encoding="ascii")
    said = subprocess.run(
        [*pinned(1), "wrk", "-t1", f"-c{connections}", f"-d{seconds:.0f}s", "-s", str(script), url],
        capture_output=True,
        text=True,
        check=True,
        timeout=seconds + 60,
    ).stdout
    [line] = [line for line in said.splitlines() if line.startswith("RATE ")]
    _, per_second, bad = line.split()
    if int(bad):
        raise RuntimeError(f"{bad} deliveries to {url} were refused")
    return float(per_second)
