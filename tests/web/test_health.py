"""Health, metrics and what every answer carries."""

from __future__ import annotations

import pytest

from tests.web.door import Doors


def test_the_process_lives_without_asking_anybody():
    doors = Doors()
    doors.unready = RuntimeError("down")
    assert doors.client.get("/healthz").status_code == 200


def test_ready_when_database_and_schema_answer():
    assert Doors().client.get("/readyz").json == {"status": "ok"}


@pytest.mark.parametrize(
    ("unready", "detail"),
    [
        ("the schema is missing", "the schema is missing"),
        (RuntimeError("postgresql://u:secret@db"), "the database does not answer"),
    ],
)
def test_not_ready_says_why(unready, detail):
    doors = Doors()
    doors.unready = unready
    answer = doors.client.get("/readyz")
    assert (answer.status_code, answer.json["detail"]) == (503, detail)


def test_metrics_count_by_door_and_answer():
    doors = Doors()
    doors.zendesk(b"{")
    text = doors.client.get("/metrics").text
    assert 'bot_webhooks_total{answer="400",door="zendesk"} 1.0' in text
    assert 'bot_webhook_seconds_count{door="zendesk"} 1.0' in text


def test_metrics_of_all_processes_are_read_from_their_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    assert Doors().client.get("/metrics").status_code == 200


def test_there_is_no_other_page():
    answer = Doors().client.get("/")
    assert (answer.status_code, answer.json["error"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize("path", ["/healthz", "/", "/webhooks/jira"])
def test_every_answer_has_the_security_headers(path):
    headers = Doors().client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
