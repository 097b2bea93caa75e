"""The web process under gunicorn, as it is configured."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

import pytest

from bot.web import gunicorn_conf
from tests.web.door import jira_headers

ROOT = Path(__file__).resolve().parents[2]
CONF = str(ROOT / "bot" / "web" / "gunicorn_conf.py")
BODY = b'{"webhookEvent": "sprint_closed"}'


@pytest.fixture
def server(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = os.environ | {"PORT": str(port), "TMPDIR": str(tmp_path)}
    environ |= {"WEB_CONCURRENCY": "2", "LOG_LEVEL": "info"}
    environ.pop("PROMETHEUS_MULTIPROC_DIR", None)
    with (tmp_path / "log").open("wb") as log:
        command = [sys.executable, "-m", "gunicorn", "-c", CONF, "tests.web.served:app"]
        process = subprocess.Popen(command, cwd=ROOT, env=environ, stderr=log, stdout=log)
        try:
            yield wait_for(port), tmp_path / "log"
        finally:
            process.terminate()
            process.wait(timeout=20)
    assert list(tmp_path.glob("bot-numbers-*")) == [], "the numbers end with the server"


def wait_for(port):
    for _ in range(200):
        try:
            if fetch(port, "GET", "/healthz")[0] == 200:
                return port
        except OSError:
            time.sleep(0.05)
    raise AssertionError("gunicorn does not answer")


def fetch(port, method, path, body=None, headers=None):
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


@pytest.mark.slow
def test_deliveries_are_answered_counted_over_processes_and_logged_as_json(server):
    port, log = server
    headers = jira_headers(BODY) | {"Content-Type": "application/json"}

    answers = [fetch(port, "POST", "/webhooks/jira", BODY, headers)[0] for _ in range(20)]
    chunked = fetch(port, "POST", "/webhooks/jira", iter([BODY[:5], BODY[5:]]), headers)[0]

    assert {*answers, chunked} == {202}
    assert 'answer="202",door="jira"} 21.0' in fetch(port, "GET", "/metrics")[1]
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert sum(line["event"] == "webhook answered" for line in lines) == 21


HEAD = b"POST /webhooks/jira HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not hand the time down")
def test_clients_that_stall_within_headers_or_body_are_let_go(server):
    port, _ = server
    started = time.monotonic()
    clients = [socket.create_connection(("127.0.0.1", port), timeout=20) for _ in range(2)]
    for client, sent in zip(clients, [HEAD, HEAD + b"Content-Length: 100\r\n\r\n{"], strict=True):
        client.sendall(sent)
    for client in clients:
        while client.recv(4096):
            pass
        client.close()
    assert time.monotonic() - started < gunicorn_conf.STALLED + 5
