"""Debian's `webhook`, which starts a program for each delivery; this one syncs a file."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.servers import SECRET, Server, serving, settings
from sandbox.processes import free_port

_KEEP = """#!/bin/sh
# Durable before the answer, as the others are.
printf '%s\\n' "$1" > "{folder}/$1" && sync --data "{folder}/$1"
"""


@contextmanager
def debian_webhook(folder: Path) -> Iterator[Server | None]:
    """The server; None where it is not installed."""
    program = shutil.which("webhook")
    if program is None:
        yield None
        return
    kept = folder / "kept"
    kept.mkdir()
    script, hooks, port = folder / "keep.sh", folder / "hooks.json", free_port()
    script.write_text(_KEEP.format(folder=kept), encoding="ascii")
    script.chmod(0o755)
    id_ = {"source": "header", "name": "X-Zendesk-Webhook-Invocation-Id"}
    rule = {
        "match": {
            "type": "value",
            "value": "application/json",
            "parameter": {"source": "header", "name": "Content-Type"},
        }
    }
    hook = {
        "id": "zendesk",
        "execute-command": str(script),
        "pass-arguments-to-command": [id_],
        "trigger-rule": rule,
        "include-command-output-in-response": True,
        "success-http-response-code": 202,
    }
    hooks.write_text(json.dumps([hook]), encoding="ascii")
    command = [program, "-hooks", str(hooks), "-ip", "127.0.0.1", "-port", str(port)]
    with serving([*command, "-urlprefix", "webhooks"], settings(SECRET), port) as server:
        yield server
