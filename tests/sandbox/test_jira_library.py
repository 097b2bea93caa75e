"""The genuine jira library does its work on the sandbox, by Atlassian's own description."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.jira import Jira
from tests.sandbox.jira_place import CHANGE, FLAVOURS, Http, Official, library, served


@pytest.fixture(params=FLAVOURS)
def jira(request: pytest.FixtureRequest) -> Iterator[Jira]:
    with served(request.param) as made:
        yield made


@pytest.fixture
def api(jira: Jira) -> Iterator[Any]:
    """Each answer that the library gets is held against the description."""
    official = Official(jira.url)
    client = library(jira)
    client._session.hooks["response"].append(official)
    yield client
    assert official.checked


def created(api: Any, **more: Any) -> str:
    return str(api.create_issue(fields={**CHANGE, **more}, prefetch=False).key)


def test_library_knows_the_flavour(jira: Jira, api: Any) -> None:
    assert api.server_info()["deploymentType"] == ("Cloud" if jira.cloud else "Server")
    assert api._is_cloud is jira.cloud


def test_created_issue_is_read_as_it_was_written(jira: Jira, api: Any) -> None:
    text = "h3. Wiki *text*\n{noformat}\n-----BEGIN X-----\n{noformat}\n|| a | b |"

    key = created(api, description=text, labels=["ssl-renewal", "zd-35"], security={"id": "10001"})

    fields = api.issue(key).fields
    assert (fields.description, fields.labels) == (text, ["ssl-renewal", "zd-35"])
    assert (fields.security.name, fields.status.statusCategory.key) == ("SaaS team", "new")
    assert jira.issue(key)["fields"]["summary"] == CHANGE["summary"]


def test_prefetch_and_update_read_the_issue_again(api: Any) -> None:
    issue = api.create_issue(fields=CHANGE)
    issue.update(fields={"summary": "Another summary", "labels": ["one"]})

    again = api.issue(issue.key, fields="summary,labels")

    assert (again.fields.summary, again.fields.labels) == ("Another summary", ["one"])
    assert not hasattr(again.fields, "status")


def test_attached_file_comes_back_byte_for_byte(jira: Jira, api: Any) -> None:
    key, data = created(api), bytes(range(256))

    made = api.add_attachment(key, io.BytesIO(data), filename="chain.crt")

    [attachment] = api.issue(key).fields.attachment
    assert (attachment.filename, attachment.size, attachment.get()) == ("chain.crt", 256, data)
    assert api.attachment(made.id).filename == "chain.crt"
    assert jira.attachment_bytes(int(made.id)) == data
    api.delete_attachment(made.id)
    assert jira.issue(key)["fields"]["attachment"] == []


def test_comments_are_kept_in_order_with_their_visibility(api: Any) -> None:
    key = created(api)
    api.add_comment(key, "first *bold*")
    api.add_comment(key, "second", visibility={"type": "role", "value": "Administrators"})

    first, second = api.comments(key)

    assert (first.body, second.body) == ("first *bold*", "second")
    assert second.visibility.value == "Administrators"
    assert api.comment(key, first.id).body == first.body


def test_remote_link_with_a_global_id_is_kept_once(jira: Jira, api: Any) -> None:
    key = created(api)
    jira_link = {"globalId": "zendesk-ticket=35", "object": {"url": "https://z/35", "title": "a"}}
    http = Http(jira)
    assert http("POST", f"issue/{key}/remotelink", json=jira_link).status_code == 201
    jira_link["object"] = {"url": "https://z/35", "title": "b"}
    assert http("POST", f"issue/{key}/remotelink", json=jira_link).status_code == 200

    [link] = api.remote_links(key)

    assert (link.globalId, link.object.title) == ("zendesk-ticket=35", "b")


def test_simple_link_without_a_global_id_is_another_one_each_time(jira: Jira, api: Any) -> None:
    key = created(api)
    for _ in range(2):
        api.add_simple_link(key, {"url": "https://z/35", "title": "Ticket 35"})

    assert len(jira.remote_links(key)) == 2


def test_linked_issues_name_each_other(api: Any) -> None:
    one, other = created(api), created(api)
    assert "Relates" in [kind.name for kind in api.issue_link_types()]

    api.create_issue_link("Relates", one, other)
    api.create_issue_link("Relates", one, other)

    [forth] = api.issue(one).fields.issuelinks
    [back] = api.issue(other).fields.issuelinks
    assert (forth.outwardIssue.key, back.inwardIssue.key) == (other, one)


def test_transition_moves_through_the_workflow(api: Any) -> None:
    key = created(api)
    assert {t["name"] for t in api.transitions(key)} == {"In Progress", "Done", "Declined"}

    api.transition_issue(key, "In Progress")
    assert api.issue(key).fields.status.statusCategory.key == "indeterminate"
    api.transition_issue(key, "Done")

    fields = api.issue(key).fields
    assert (fields.status.statusCategory.key, fields.resolution.name) == ("done", "Done")


def test_transition_screen_asks_for_a_resolution(jira: Jira, api: Any) -> None:
    jira.resolution_asked = True
    key = created(api)
    [done] = [t for t in api.transitions(key, expand="transitions.fields") if t["name"] == "Done"]
    assert done["fields"]["resolution"]["required"]

    api.transition_issue(key, "Done", fields={"resolution": {"name": "Duplicate"}})

    assert api.issue(key).fields.resolution.name == "Duplicate"


def test_properties_are_kept_with_the_issue(jira: Jira, api: Any) -> None:
    key = created(api)
    api.add_issue_property(key, "ssl-renewal", {"ticket": 35})

    assert api.issue_property(key, "ssl-renewal").value.ticket == 35
    assert jira.properties(key) == {"ssl-renewal": {"ticket": 35}}
    assert [held.key for held in api.issue_properties(key)] == ["ssl-renewal"]


def test_properties_can_be_set_with_the_issue(jira: Jira) -> None:
    http = Http(jira)
    body = {"fields": CHANGE, "properties": [{"key": "p", "value": {"ticket": 35}}]}

    key = http("POST", "issue", json=body).json()["key"]

    read = http("GET", f"issue/{key}", params={"properties": "p", "fields": "summary"}).json()
    assert read["properties"] == {"p": {"ticket": 35}}


def test_search_finds_by_label(jira: Jira, api: Any) -> None:
    wanted = created(api, labels=["zd-35"])
    created(api, labels=["zd-350"])

    found = api.search_issues('project = SPC AND labels = "zd-35"', fields=["summary", "status"])

    assert [issue.key for issue in found] == [wanted]
    assert found[0].fields.summary == CHANGE["summary"]
    assert found[0].fields.status.name == "To Do"


def test_search_goes_through_all_pages(api: Any) -> None:
    keys = [created(api) for _ in range(5)]

    found = api.search_issues("project = SPC ORDER BY key ASC", maxResults=False, fields=["key"])
    first = api.search_issues("project = SPC ORDER BY key DESC", maxResults=2, fields=["summary"])

    assert [issue.key for issue in found] == keys
    assert [issue.key for issue in first] == keys[:2:-1]


def test_bot_is_told_who_it_is_and_what_there_is(jira: Jira, api: Any) -> None:
    assert api.myself()["displayName"] == "SSL Bot"
    assert {p.key for p in api.projects()} == {"ITOPS", "SPC"}
    assert [t.name for t in api.project("SPC").issueTypes] == ["Change Request", "Task"]
    assert api.my_permissions("SPC", permissions="CREATE_ISSUES")["permissions"]["CREATE_ISSUES"][
        "havePermission"
    ]
    assert {f["id"] for f in api.fields()} >= {"summary", "labels"}


def test_security_levels_are_listed_by_project(jira: Jira, api: Any) -> None:
    level = api._get_json("project/SPC/securitylevel")["levels"][0]

    assert (level["id"], level["name"]) == ("10001", "SaaS team")


def test_deleted_issue_is_gone(jira: Jira, api: Any) -> None:
    key = created(api)
    api.issue(key).delete()

    assert Http(jira)("GET", f"issue/{key}").status_code == 404
    assert jira.issues("SPC") == []


def test_create_metadata_is_told_as_each_flavour_has_it(jira: Jira) -> None:
    http = Http(jira)
    if jira.cloud:
        http.session.hooks["response"].append(Official(jira.url))

    types = http("GET", "issue/createmeta/SPC/issuetypes").json()
    [change] = [t for t in types["issueTypes" if jira.cloud else "values"] if "Req" in t["name"]]
    fields = http("GET", f"issue/createmeta/SPC/issuetypes/{change['id']}").json()

    named = {f["fieldId"] for f in fields["fields" if jira.cloud else "values"]}
    assert named >= {"summary", "security", "labels"}
    old = http("GET", "issue/createmeta", params={"projectKeys": "SPC"})
    assert old.status_code == (200 if jira.cloud else 404)
