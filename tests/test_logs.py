"""Logs: one line each, and nothing secret in it."""

from __future__ import annotations

import io
import json
import logging

import pytest
import structlog

from bot import logs

KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIabc\n-----END RSA PRIVATE KEY-----"


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture(autouse=True)
def as_before():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def line(level="INFO", **values):
    stream = io.StringIO()
    logs.configure(level, stream)
    structlog.get_logger("bot.test").info("it happened", **values)
    return stream.getvalue()


def test_one_event_is_one_line_of_json():
    written = line(ticket=35, text="a\nb", ok=True)
    assert written.count("\n") == 1
    event = json.loads(written)
    assert (event["event"], event["ticket"], event["text"]) == ("it happened", 35, "a\nb")
    assert (event["level"], event["logger"], event["ok"]) == ("info", "bot.test", True)
    assert event["timestamp"].endswith("Z")


@pytest.mark.parametrize(
    "values",
    [
        {"pem": KEY},
        {"pem": KEY[:45]},
        {"many": [{"inner": (KEY,)}]},
        {"raw": KEY.encode()},
        {"fault": ValueError(KEY)},
        {"headers": {"Authorization": "MIIabc"}},
        {"text": "Authorization: Basic MIIabc"},
        {"text": "authorization=MIIabc"},
        {"text": "sent Bearer MIIabc, got 401"},
        {"text": "'Authorization': 'Basic MIIabc'"},
        {"url": "https://a.zendesk.com/attachments/token/MIIabc/?name=x"},
        {"api_token": "MIIabc"},
    ],
)
def test_secrets_are_hidden(values):
    assert "MIIabc" not in line(**values)


def test_a_key_in_a_traceback_is_hidden():
    stream = io.StringIO()
    logs.configure("INFO", stream)
    try:
        raise ValueError(KEY)
    except ValueError:
        logging.getLogger("other").exception("failed %s", "here")
    event = json.loads(stream.getvalue())
    assert event["event"] == "failed here"
    assert "ValueError" in event["exception"]
    assert "MIIabc" not in event["exception"]


def test_the_level_holds_and_libraries_stay_quiet():
    assert line("WARNING") == ""
    stream = io.StringIO()
    logs.configure("DEBUG", stream)
    for name in ("zenpy", "jira", "urllib3"):
        logging.getLogger(name).info("chatter")
    assert stream.getvalue() == ""


def test_somebody_watching_gets_plain_lines():
    stream = Terminal()
    logs.configure("INFO", stream)
    structlog.get_logger().info("it happened", pem=KEY)
    assert "it happened" in stream.getvalue()
    assert "MIIabc" not in stream.getvalue()
