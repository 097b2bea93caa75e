"""The known answers of Zendesk and Jira, and the time of signing."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from bot.web import signatures
from tests.web.door import RECORDED

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.skipif(not RECORDED.exists(), reason="the recorded traffic is not here")
def test_zendesks_known_answer():
    folder = RECORDED / "zendesk_webhooks"
    vector = json.loads((folder / "signature_vector.json").read_text())
    body = (folder / vector["body_file"]).read_bytes()
    expected = signatures.for_zendesk(vector["secret"], vector["timestamp"], body)
    assert expected == vector["signature"]


def test_jiras_known_answer():
    assert signatures.for_jira("It's a Secret to Everybody", b"Hello World!") == (
        "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9"
    )


@pytest.mark.parametrize(("given", "expected"), [("b", True), ("", False), ("\ud800", False)])
def test_any_of_the_secrets_will_do(given, expected):
    assert signatures.matches(given, ["a", "b"]) is expected


@pytest.mark.parametrize(
    "timestamp",
    [
        "2026-11-24T12:00:00Z",
        "2026-11-24T12:00:00.1Z",
        "2026-11-24T12:00:00.123456789Z",
        "2026-11-24T13:00:00+01:00",
        "2026-11-24T12:05:00",
    ],
)
def test_fresh_in_each_way_of_writing_it(timestamp):
    assert signatures.is_fresh(timestamp, NOW)


@pytest.mark.parametrize(
    "timestamp", ["", "1234", "now", "2026-11-24T12:05:01Z", "0001-01-01T00:00:00+23:59"]
)
def test_not_fresh(timestamp):
    assert not signatures.is_fresh(timestamp, NOW)
