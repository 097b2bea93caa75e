"""The sandbox's Jira refuses what the real one refuses, in its words and shapes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from sandbox.faults import Fault, Faults, Kind
from sandbox.jira import Jira
from tests.sandbox.jira_place import CHANGE, EMAIL, FLAVOURS, TOKEN, Http, served


@pytest.fixture(params=FLAVOURS)
def jira(request: pytest.FixtureRequest) -> Iterator[Jira]:
    with served(request.param) as made:
        yield made


@pytest.fixture
def http(jira: Jira) -> Http:
    return Http(jira)


NOT_ON_SCREEN = "Field '{}' cannot be set. It is not on the appropriate screen, or unknown."


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"customfield_1": 1}, {"customfield_1": NOT_ON_SCREEN.format("customfield_1")}),
        ({"summary": " "}, {"summary": "You must specify a summary of the issue."}),
        ({"summary": "x" * 256}, {"summary": "Summary must be less than 255 characters."}),
        (
            {"summary": "a\nb"},
            {"summary": "The summary is invalid because it contains newline characters."},
        ),
        (
            {"labels": ["two words"]},
            {"labels": "The label 'two words' contains spaces which is invalid."},
        ),
        ({"security": {"id": "99"}}, {"security": "Security level is not valid."}),
        ({"description": {"type": "doc"}}, {"description": "Operation value must be a string"}),
    ],
)
def test_field_that_does_not_fit_is_named(
    jira: Jira, http: Http, fields: dict[str, Any], errors: dict[str, str]
) -> None:
    answer = http.create(**fields)

    assert (answer.status_code, answer.json()) == (400, {"errorMessages": [], "errors": errors})
    assert jira.issues("SPC") == []


def test_every_wrong_field_is_named_at_once(http: Http) -> None:
    answer = http.create(summary="", labels=["a b"], nonsense=1)

    assert set(answer.json()["errors"]) == {"summary", "labels", "nonsense"}


@pytest.mark.parametrize("missing", ["project", "issuetype", "summary"])
def test_required_field_is_asked_for(http: Http, missing: str) -> None:
    fields = {name: value for name, value in CHANGE.items() if name != missing}

    answer = http("POST", "issue", json={"fields": fields})

    assert (answer.status_code, list(answer.json()["errors"])) == (400, [missing])


def test_type_of_another_project_is_refused(http: Http) -> None:
    assert http.create(issuetype={"name": "Bug"}).status_code == 400
    assert http.create(project={"key": "NOPE"}).json()["errors"].keys() == {"project"}


def test_log_in_is_asked_for_as_each_flavour_does(jira: Jira) -> None:
    url = f"{jira.url}/rest/api/2/"
    other: dict[str, Any] = {"headers": {"Authorization": f"Bearer {TOKEN}"}}
    if not jira.cloud:
        other = {"auth": (EMAIL, TOKEN)}

    answers = [
        requests.get(url + "myself", timeout=5, **given)
        for given in ({}, {"auth": (EMAIL, "wrong")}, other)
    ]

    assert [answer.status_code for answer in answers] == [401] * 3
    wanted = "errorMessages" if jira.cloud else "message"
    assert all(wanted in answer.json() for answer in answers)
    assert requests.get(url + "serverInfo", timeout=5).status_code == 200


def test_upload_needs_the_token_against_forgery(jira: Jira, http: Http) -> None:
    key, files = http.create().json()["key"], {"file": ("a.crt", b"x")}

    refused = http("POST", f"issue/{key}/attachments", files=files)

    assert (refused.status_code, refused.text) == (403, "XSRF check failed")
    assert jira.issue(key)["fields"]["attachment"] == []


def test_file_over_the_limit_takes_all_files_down(jira: Jira, http: Http) -> None:
    key = http.create().json()["key"]
    jira.upload_limit = 3
    files = [("file", ("a.crt", b"xx")), ("file", ("b.crt", b"xxxx"))]

    refused = http(
        "POST",
        f"issue/{key}/attachments",
        files=files,
        headers={"X-Atlassian-Token": "no-check"},
    )

    assert refused.status_code == 413
    assert jira.issue(key)["fields"]["attachment"] == []


def test_content_lies_behind_a_signed_address_on_cloud() -> None:
    with served("cloud") as jira:
        http = Http(jira)
        key = http.create().json()["key"]
        number = jira.person_attaches(key, "a.crt", b"data")

        answer = http("GET", f"attachment/content/{number}")

        assert answer.status_code == 303
        assert requests.get(jira.url + answer.headers["Location"], timeout=5).content == b"data"
        unsigned = answer.headers["Location"].partition("?")[0]
        assert requests.get(jira.url + unsigned, timeout=5).status_code == 403


def test_content_lies_under_its_name_on_data_center() -> None:
    with served("server") as jira:
        http = Http(jira)
        key = http.create().json()["key"]
        number = jira.person_attaches(key, "a.crt", b"data")
        [attachment] = jira.issue(key)["fields"]["attachment"]

        assert attachment["content"] == f"{jira.url}/secure/attachment/{number}/a.crt"
        assert http.session.get(attachment["content"], timeout=5).content == b"data"
        assert http.session.get(attachment["content"] + "x", timeout=5).status_code == 404


@pytest.mark.parametrize("given", [31, None, "99", "11"])
def test_transition_must_be_offered_and_its_id_a_text(
    jira: Jira, http: Http, given: object
) -> None:
    key = http.create().json()["key"]

    answer = http("POST", f"issue/{key}/transitions", json={"transition": {"id": given}})

    assert answer.status_code == 400
    assert jira.issue(key)["fields"]["status"]["name"] == "To Do"


@pytest.mark.parametrize(
    "jql",
    [
        "",
        "project =",
        "project = NOPE",
        "project = SPC OR labels = x",
        "project = SPC labels = x",
        "labels in (x)",
        "nonsense = 1",
        'labels = "x',
        "project = SPC ORDER BY nonsense",
    ],
)
def test_query_that_is_not_understood_is_refused(jira: Jira, http: Http, jql: str) -> None:
    if not jql and not jira.cloud:
        pytest.skip("Data Center takes an empty query for all issues")

    answer = http("GET", "search/jql" if jira.cloud else "search", params={"jql": jql})

    assert answer.status_code == 400
    assert answer.json()["errorMessages"]


def test_each_flavour_has_its_own_search(jira: Jira, http: Http) -> None:
    old = http("GET", "search", params={"jql": "project = SPC"})
    new = http("GET", "search/jql", params={"jql": "project = SPC"})

    assert (old.status_code, new.status_code) == ((410, 200) if jira.cloud else (200, 404))


def test_new_issue_is_searched_for_in_vain_until_it_is_indexed(jira: Jira, http: Http) -> None:
    jira.search_lag = 60.0
    made = http.create().json()
    path = "search/jql" if jira.cloud else "search"

    assert http("GET", path, params={"jql": "project = SPC"}).json()["issues"] == []
    assert http("GET", f"issue/{made['key']}").status_code == 200
    if jira.cloud:
        asked = {"jql": "project = SPC", "reconcileIssues": made["id"]}
        assert [i["id"] for i in http("GET", path, params=asked).json()["issues"]] == [made["id"]]


@pytest.mark.parametrize(
    ("switch", "method", "path", "more", "statuses"),
    [
        ("may_create", "POST", "issue", {"json": {"fields": CHANGE}}, {400}),
        (
            "may_attach",
            "POST",
            "issue/SPC-1/attachments",
            {"files": {"file": ("a", b"x")}, "headers": {"X-Atlassian-Token": "no-check"}},
            {403},
        ),
        ("may_comment", "POST", "issue/SPC-1/comment", {"json": {"body": "x"}}, {400, 403}),
        (
            "may_transition",
            "POST",
            "issue/SPC-1/transitions",
            {"json": {"transition": {"id": "31"}}},
            {400},
        ),
        (
            "may_set_security",
            "POST",
            "issue",
            {"json": {"fields": {**CHANGE, "security": {"id": "10001"}}}},
            {400},
        ),
    ],
)
def test_what_is_not_permitted_is_refused(
    jira: Jira,
    http: Http,
    switch: str,
    method: str,
    path: str,
    more: dict[str, Any],
    statuses: set[int],
) -> None:
    http.create()
    setattr(jira, switch, False)

    assert http(method, path, **more).status_code in statuses
    setattr(jira, switch, True)
    assert http(method, path, **more).ok


def test_body_that_is_no_json_object_is_refused(http: Http) -> None:
    json_type = {"Content-Type": "application/json"}

    assert http("POST", "issue", data=b"{", headers=json_type).status_code == 400
    assert http("POST", "issue", data=b"[]", headers=json_type).status_code == 400
    assert http("POST", "issue", data=b"{}", headers={"Content-Type": "text/x"}).status_code == 415
    assert http("GET", "nonsense").status_code == 404


def test_rate_limit_is_planned_with_its_pause() -> None:
    faults = Faults()
    faults.plan(Fault(Kind.STATUS, 429, retry_after="7"), service="jira", path="myself")
    with served("cloud", faults) as jira:
        limited, after = Http(jira)("GET", "myself"), Http(jira)("GET", "myself")

    assert (limited.status_code, limited.headers["Retry-After"]) == (429, "7")
    assert after.status_code == 200
