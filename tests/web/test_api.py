"""The JSON API: who may read, what is answered, and how lists go on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from openapi_core import OpenAPI
from openapi_core.contrib.werkzeug import WerkzeugOpenAPIRequest, WerkzeugOpenAPIResponse
from sqlalchemy import Engine, text
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from bot import preparing, wiring
from bot.settings import Settings
from bot.storage.database import connect, private
from bot.web.api.endpoints import TABLE
from tests.web.api_place import AUTH, KEY, OTHER, OTHER_ENTRY, TOKEN, app_of, filled
from tests.web.door import ENVIRON

ROOT = Path(__file__).resolve().parents[2]
PATHS = [endpoint.path.replace("<int:ticket>", "35") for endpoint in TABLE]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    made = private(f"sqlite:///{tmp_path_factory.mktemp('api') / 'bot.db'}")
    filled(made)
    yield made
    made.dispose()


@pytest.fixture
def client(engine: Engine) -> FlaskClient:
    return app_of(engine, 5).test_client()


class Asked:
    """Every answer is held against the API's own document."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client
        document = json.loads(client.get("/api/openapi.json").text)
        document["servers"] = [{"url": "http://localhost"}]
        self._openapi = OpenAPI.from_dict(document)

    def answer(self, path: str, token: str = TOKEN) -> TestResponse:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = self._client.get(path, headers=headers)
        self._openapi.validate_response(
            WerkzeugOpenAPIRequest(answer.request), WerkzeugOpenAPIResponse(answer)
        )
        return answer

    def __call__(self, path: str) -> Any:
        answer = self.answer(path)
        assert answer.status_code == 200, answer.text
        return json.loads(answer.text)

    def all(self, path: str, limit: int) -> tuple[list[Any], int]:
        """The rows of every page, and how many pages there are."""
        rows, pages, cursor = list[Any](), 0, ""
        mark = "&" if "?" in path else "?"
        while True:
            page = self(f"{path}{mark}limit={limit}{cursor}")
            rows, pages = rows + page["rows"], pages + 1
            if page["next"] is None:
                return rows, pages
            assert len(page["rows"]) == limit
            cursor = f"&cursor={page['next']}"


@pytest.fixture
def asked(client: FlaskClient) -> Asked:
    return Asked(client)


@pytest.mark.parametrize("path", PATHS)
def test_nobody_reads_without_a_token(client: FlaskClient, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="ssl-bot"'
    assert answer.json is not None
    assert answer.json["status"] == 401


@pytest.mark.parametrize(
    "header",
    [
        *("Bearer ", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN[8:]}"),
        *("Bearer " + "x" * 10_000, "Bearer é", f"Bearer {OTHER_ENTRY.partition(':')[2]}"),
    ],
)
def test_token_that_is_not_known_reads_nothing(client: FlaskClient, header: str) -> None:
    answer = client.get("/api/overview", headers={"Authorization": header})

    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize("token", [TOKEN, OTHER])
def test_each_token_of_the_settings_reads(asked: Asked, token: str) -> None:
    assert asked.answer("/api/overview", token).status_code == 200


def test_token_that_was_taken_out_reads_nothing_any_more(engine: Engine) -> None:
    client = app_of(engine, entries=OTHER_ENTRY).test_client()

    assert client.get("/api/overview", headers=AUTH).status_code == 401


def test_there_is_no_api_unless_a_token_is_set(tmp_path: Path) -> None:
    database = {"DATABASE_URL": f"sqlite:///{tmp_path / 'bot.db'}"}
    client = wiring.web(Settings.from_environ(ENVIRON | database)).test_client()

    for path in (*PATHS, "/api/openapi.json"):
        assert client.get(path, headers=AUTH).status_code == 404


def test_log_in_of_the_pages_opens_no_api_nor_a_token_the_pages(client: FlaskClient) -> None:
    assert client.get("/", headers=AUTH).status_code == 404


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_can_be_changed(client: FlaskClient, path: str, method: str) -> None:
    assert client.open(path, method=method, headers=AUTH).status_code == 405


def test_overview_tells_how_everything_stands(asked: Asked) -> None:
    found = asked("/api/overview")

    by_stage = {row["stage"]: row for row in found["cases"]}
    assert by_stage["change_open"]["count"] == 2
    assert by_stage["change_open"]["oldest_seconds"] >= 0
    assert len(found["cases"]) == 12
    assert found["dead_letters"] == 5
    assert found["budgets"] == [{"name": "zendesk", "left": 399, "total": 400}]
    assert found["sweeps"][0]["part"] == "zendesk"
    assert (found["workers"], found["oldest_event_seconds"]) == (1, 0.0)


def test_cases_are_found_by_stage_and_words(asked: Asked) -> None:
    def tickets(query: str) -> list[int]:
        return [row["ticket"] for row in asked(f"/api/cases?{query}")["rows"]]

    assert tickets("stage=change_open") == [107, 35]
    assert tickets("q=shop3") == [103]
    assert tickets("q=SPC-2") == [35]
    assert tickets("q=%23104") == [104]
    assert tickets("q=shop3&stage=new") == []


@pytest.mark.parametrize("limit", [1, 2, 3, 200])
@pytest.mark.parametrize(
    ("path", "count"),
    [("/api/cases", 13), ("/api/sites", 3), ("/api/dead-letters", 5), ("/api/audit", 4)],
)
def test_pages_hold_every_row_once(asked: Asked, path: str, count: int, limit: int) -> None:
    rows, pages = asked.all(path, limit)

    assert len({json.dumps(row) for row in rows}) == len(rows) == count
    assert pages == -(-count // limit)


def test_case_tells_everything_but_keys_and_people(asked: Asked) -> None:
    answer = asked.answer("/api/cases/35")
    found = json.loads(answer.text)

    assert (found["stage"], found["requester"], found["organization"]) == ("change_open", 7, 70)
    assert found["csr"]["pem"] == "-----BEGIN CERTIFICATE REQUEST-----"
    assert found["certificate"]["sha256"] == "3c" * 32
    assert found["certificate"]["expires_at"] == "2027-06-11T00:00:00Z"
    assert found["findings"][0]["code"] == "CHAIN_COMPLETED"
    assert (found["resume_at"], found["reminders"], found["keys_destroyed"]) == (None, 0, False)
    assert "PRIVATE KEY" not in answer.text
    assert "requester_name" not in answer.text
    assert "answers" not in found


def test_sites_are_narrowed(asked: Asked) -> None:
    def hosts(query: str) -> list[str]:
        return [row["host"] for row in asked(f"/api/sites?{query}")["rows"]]

    assert hosts("q=shop1") == hosts("q=SHOP1") == ["www.shop1.example"]
    assert len(hosts("environment=production")) == len(hosts("q=acme")) == 3
    assert hosts("environment=staging") == hosts("state=unseen") == []
    assert asked.answer("/api/sites?state=odd").status_code == 400


def test_calendar_is_the_one_of_the_page(asked: Asked) -> None:
    calendar = asked("/api/calendar")

    assert (calendar["sites"], calendar["never_seen"]) == (3, 0)
    assert len(calendar["months"]) == 12
    assert calendar["lifetimes"][-1]["longest_days"] == 47


def test_names_of_brands_people_are_nowhere_in_cases_and_sites(asked: Asked) -> None:
    for path in ("/api/cases", "/api/cases/104", "/api/sites"):
        text = asked.answer(path).text
        assert "Brenda" not in text
        assert "ada@" not in text


@pytest.mark.parametrize("path", ["/api/cases/36", "/api/cases/36/audit", "/api/cases/0"])
def test_ticket_without_a_case_is_not_found(asked: Asked, path: str) -> None:
    assert asked.answer(path).status_code == 404


@pytest.mark.parametrize("ticket", ["9" * 18, "9" * 19, "9" * 400, "-1", "x", "35%00", "3.5"])
def test_number_that_no_ticket_has_is_not_found(client: FlaskClient, ticket: str) -> None:
    assert client.get(f"/api/cases/{ticket}", headers=AUTH).status_code in (404, 414)


def test_record_of_a_case_is_newest_first_and_without_inner_marks(asked: Asked) -> None:
    rows, _ = asked.all("/api/cases/35/audit", 2)

    assert [row["what"] for row in rows] == ["key opened", "stage changed", "case opened"]
    assert rows[0]["actor"] == "Zendesk user 7 (Olga)"
    assert rows[0]["details"] == {"before": "new"}
    assert rows[0]["made_at"].endswith("Z")


def test_record_is_searched_by_what_who_and_when(asked: Asked) -> None:
    def found(query: str) -> list[tuple[int, str]]:
        rows = asked(f"/api/audit?{query}")["rows"]
        return [(row["ticket"], row["what"]) for row in rows]

    assert found("what=key%20opened") == [(35, "key opened")]
    assert found("actor=bot") == [(100, "case opened")]
    assert found("since=2999-01-01T00:00:00Z") == []
    assert len(found("since=2026-01-01T00:00:00.5Z&what=case%20opened")) == 2


def test_reason_of_a_dead_letter_is_masked_like_a_log(asked: Asked) -> None:
    text = asked.answer("/api/dead-letters").text

    assert "ValueError: no sense in [hidden]" in text
    assert KEY.splitlines()[1] not in text


def test_catalogue_of_findings_is_whole(asked: Asked) -> None:
    rows, _ = asked.all("/api/findings", 7)
    page = (ROOT / "docs" / "findings.md").read_text("utf-8")

    assert [row["code"] for row in rows if f"| `{row['code']}` |" not in page] == []
    assert len(rows) == page.count("\n| `") - 4, "but for the table of severities"
    assert asked.all("/api/findings", len(rows)) == (rows, 1)


WRONG = {
    "limit": ["0", "201", "-1", "1.5", "", "many", "١", "9" * 30, "+1", "1e2", "01"],
    "cursor": ["", "x", "eyJ9.x", "%00", "1~2~3"],
    "colour": ["red"],
}


@pytest.mark.parametrize("path", ["/api/cases", "/api/cases/35/audit", "/api/sites", "/api/audit"])
@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in WRONG.items() for value in values]
)
def test_senseless_query_is_refused_with_what_is_wrong(
    asked: Asked, path: str, name: str, value: str
) -> None:
    answer = asked.answer(f"{path}?{name}={value}")

    assert answer.status_code == 400
    assert (name if name != "colour" else "not known") in answer.json["detail"]  # type: ignore[index]


@pytest.mark.parametrize(
    "query",
    [
        *("/api/cases?stage=nowhere", "/api/cases?stage=", "/api/cases?q=", "/api/cases?q=%00"),
        *("/api/cases?q=" + "x" * 201, "/api/cases?limit=1&limit=2", "/api/overview?limit=1"),
        *("/api/audit?since=yesterday", "/api/audit?since=2026-11-25", "/api/audit?since=1"),
        *("/api/audit?since=2026-02-30T00:00:00Z", "/api/audit?since=2026-11-25T12:00:00%2B01:00"),
        "/api/cases/35?stage=new",
    ],
)
def test_query_that_means_nothing_here_is_refused(asked: Asked, query: str) -> None:
    assert asked.answer(query).status_code == 400


def test_refusal_quotes_nothing_that_was_sent(asked: Asked) -> None:
    assert "hush" not in asked.answer("/api/cases?hush=1&limit=hush&stage=hush").text


def test_cursor_of_another_list_leads_nowhere(asked: Asked) -> None:
    cursor = asked("/api/cases?limit=1")["next"]

    assert asked.answer(f"/api/audit?cursor={cursor}").status_code == 400


def test_database_that_does_not_answer_is_waited_for(tmp_path: Path) -> None:
    engine = private(f"sqlite:///{tmp_path / 'empty.db'}")  # without any table
    client = app_of(engine).test_client()

    answer = client.get("/api/cases", headers=AUTH)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    engine.dispose()


def test_tokens_are_nowhere_in_logs_or_settings(
    asked: Asked, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with capture_logs() as logged:
        asked("/api/overview")
        asked.answer("/api/overview", "wrong-hush")

    written = repr(logged) + capsys.readouterr().out + caplog.text
    assert [entry["reader"] for entry in logged if "reader" in entry] == ["monitor"]
    assert TOKEN not in written
    assert "hush" not in written


def test_wired_bot_answers_everything(tmp_path: Path) -> None:
    database = {"DATABASE_URL": f"sqlite:///{tmp_path / 'bot.db'}", "API_TOKENS": OTHER_ENTRY}
    settings = Settings.from_environ(ENVIRON | database)
    preparing.migrate(settings)
    filled(connect(settings.database_url))
    wiring.inbox(settings).put("one", 35, "look", {"ticket": 35})
    with connect(settings.database_url).begin() as connection:
        connection.execute(text("UPDATE workflow_status SET status = 'ERROR'"))
    asked = Asked(wiring.web(settings).test_client())

    answers = {path: asked.answer(path, OTHER) for path in PATHS}

    assert {answer.status_code for answer in answers.values()} == {200}
    [dead] = json.loads(answers["/api/dead-letters"].text)["rows"]
    assert (dead["id"], dead["ticket"], dead["kind"]) == ("one", "35", "look")
    assert json.loads(answers["/api/overview"].text)["dead_letters"] == 1


def test_page_on_the_api_names_every_endpoint_and_parameter() -> None:
    page = (ROOT / "docs" / "api.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(/api/[^`]+)` \|.*\| ?(.*) \|$", page, re.MULTILINE))

    for endpoint in TABLE:
        asked = re.findall(r"`(\w+)`", rows[endpoint.path.replace("<int:", "<")])
        assert sorted(asked) == sorted(endpoint.asked.model_fields), endpoint.path
