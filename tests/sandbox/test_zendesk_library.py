"""The genuine zenpy works with the sandbox's Zendesk, and every answer is as described."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from openapi_core.exceptions import OpenAPIError
from zenpy import Zenpy
from zenpy.lib.api_objects import Comment, Ticket
from zenpy.lib.exception import APIException, RecordNotFoundException

from sandbox.faults import Fault, Faults, Kind
from sandbox.zendesk import Zendesk
from tests.sandbox.zendesk_place import EMAIL, TOKEN, Official, served, session


@pytest.fixture
def zendesk() -> Iterator[Zendesk]:
    with served() as made:
        yield made


@pytest.fixture
def number(zendesk: Zendesk) -> int:
    files = [("a.txt", b"hello", "text/plain")]
    return zendesk.brand_opens(zendesk.brand_user, "SSL", "It expires", files=files, tags=["vip"])


@pytest.fixture
def zenpy(zendesk: Zendesk, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("ZENPY_FORCE_SCHEME", "http")
    monkeypatch.setenv("ZENPY_FORCE_NETLOC", urlsplit(zendesk.url).netloc)
    return Zenpy(
        subdomain="sandbox", email=EMAIL, token=TOKEN, session=session(), disable_cache=True
    )


def test_ticket_is_read_and_written(zenpy: Any, zendesk: Zendesk, number: int) -> None:
    ticket = zenpy.tickets(id=number)
    assert (ticket.subject, ticket.status, ticket.tags) == ("SSL", "new", ["vip"])

    change = Ticket(id=number, status="hold", tags=["vip", "ssl"], safe_update=True)
    change.updated_stamp = ticket.updated_at
    change.comment = Comment(html_body="<p>Hi</p>", public=True)
    change.metadata = {"ssl_bot": "op-17"}
    answer = zenpy.tickets.update(change)

    assert answer.ticket.status == "hold"
    assert [event["type"] for event in answer.audit.events][-1] == "Comment"
    last = zendesk.comments(number)[-1]
    assert last["metadata"]["custom"] == {"ssl_bot": "op-17"}
    assert last["plain_body"] == "Hi"


def test_update_on_an_outdated_ticket_is_a_conflict(
    zenpy: Any, zendesk: Zendesk, number: int
) -> None:
    zendesk.lies_back(number, timedelta(seconds=1))
    stale = zenpy.tickets(id=number).updated_at
    zenpy.tickets.update(Ticket(id=number, priority="high"))

    with pytest.raises(APIException) as refused:
        zenpy.tickets.update(
            Ticket(id=number, status="open", safe_update=True, updated_stamp=stale)
        )

    assert refused.value.response.status_code == 409
    assert refused.value.response.json()["error"] == "UpdateConflict"


def test_upload_is_attached_once(zenpy: Any, zendesk: Zendesk, number: int) -> None:
    upload = zenpy.attachments.upload(b"bytes", target_name="x.csr", content_type="x/y")
    zenpy.tickets.update(Ticket(id=number, comment=Comment(body="b", uploads=[upload.token])))

    [attached] = zendesk.comments(number)[-1]["attachments"]
    assert zendesk.attachment_bytes(attached["id"]) == b"bytes"
    assert zenpy.attachments(id=attached["id"]).file_name == "x.csr"
    with pytest.raises(APIException):
        zenpy.tickets.update(Ticket(id=number, comment=Comment(body="c", uploads=[upload.token])))


def test_comments_come_in_pages(zenpy: Any, zendesk: Zendesk, number: int) -> None:
    for n in range(130):
        zendesk.brand_writes(number, f"reply {n}")

    bodies = [comment.plain_body for comment in zenpy.tickets.comments(number)]

    assert bodies == ["It expires", *(f"reply {n}" for n in range(130))]


def test_audits_tell_who_set_a_tag(zenpy: Any, zendesk: Zendesk, number: int) -> None:
    zendesk.agent_tags(number, "ssl_stop")

    last = list(zenpy.tickets.audits(number))[-1]

    assert last.author_id == zendesk.agent_user
    [event] = last.events
    assert (event["field_name"], event["value"]) == ("tags", ["vip", "ssl_stop"])
    assert event["previous_value"] == ["vip"]


def test_tags_are_added_set_and_removed(zenpy: Any, zendesk: Zendesk, number: int) -> None:
    zenpy.tickets.add_tags(number, ["a"])
    assert zendesk.ticket(number)["tags"] == ["vip", "a"]
    zenpy.tickets.set_tags(number, ["b", "c"])
    assert zendesk.ticket(number)["tags"] == ["b", "c"]
    zenpy.tickets.delete_tags(number, ["b"])
    assert zendesk.ticket(number)["tags"] == ["c"]


def test_ticket_is_created_for_somebody(zenpy: Any, zendesk: Zendesk) -> None:
    made = zenpy.tickets.create(
        Ticket(
            subject="expires", requester_id=zendesk.brand_user, comment=Comment(body="in a month")
        )
    )

    assert zendesk.ticket(made.ticket.id)["organization_id"] == zendesk.organization


def test_text_and_file_are_redacted(zenpy: Any, zendesk: Zendesk, number: int) -> None:
    comment = zendesk.comments(number)[0]
    file = comment["attachments"][0]["id"]

    zenpy.tickets.comment_redact(number, comment["id"], "expires")
    zenpy.attachments.redact(number, comment["id"], file)

    assert "expires" not in repr(zendesk.comments(number))
    assert zendesk.attachment_bytes(file) == b""


def test_people_are_read(zenpy: Any, zendesk: Zendesk) -> None:
    assert zenpy.users.me().id == zendesk.bot_user
    assert zenpy.users(id=zendesk.brand_user).role == "end-user"
    assert zenpy.organizations(id=zendesk.organization).domain_names
    assert [s.status_category for s in zenpy.custom_statuses()].count("hold") == 1


def test_what_is_not_there_is_not_found(zenpy: Any) -> None:
    with pytest.raises(RecordNotFoundException):
        zenpy.tickets(id=404)


def test_wrong_token_is_refused(zendesk: Zendesk, number: int) -> None:
    answer = requests.get(
        f"{zendesk.url}/api/v2/tickets/{number}.json", auth=(f"{EMAIL}/token", "x"), timeout=5
    )

    assert (answer.status_code, answer.json()) == (401, {"error": "Couldn't authenticate you"})


def test_every_answer_is_as_the_description_says(zendesk: Zendesk, number: int) -> None:
    official, http = Official(zendesk.url), session()
    http.hooks["response"].append(official)
    api = f"{zendesk.url}/api/v2"
    file = zendesk.comments(number)[0]["attachments"][0]["id"]
    zendesk.agent_tags(number, "ssl")
    reads = [
        *(f"tickets/{number}", f"tickets/{number}/comments", f"tickets/{number}/audits"),
        *(f"tickets/{number}/comments.json?include=users&page[size]=1", "users/me"),
        *(f"tickets/{number}/tags", f"users/{zendesk.brand_user}", "ticket_fields", "brands"),
        *(f"users/show_many?ids={zendesk.brand_user}", f"organizations/{zendesk.organization}"),
        *(f"attachments/{file}", "custom_statuses", "search?query=type:ticket tags:vip"),
    ]
    for path in reads:
        assert http.get(f"{api}/{path}", timeout=5).status_code == 200
    change = {"ticket": {"status": "open", "comment": {"body": "b"}, "tags": ["a"]}}
    assert http.put(f"{api}/tickets/{number}.json", json=change, timeout=5).status_code == 200
    made = {"ticket": {"subject": "s", "comment": {"body": "b"}}}
    assert http.post(f"{api}/tickets", json=made, timeout=5).status_code == 201
    assert http.post(f"{api}/uploads?filename=a", data=b"x", timeout=5).status_code == 201

    assert len(official.checked) == len(reads) + 3


def test_answer_of_another_shape_is_found(zendesk: Zendesk, number: int) -> None:
    official = Official(zendesk.url)
    answer = session().get(f"{zendesk.url}/api/v2/tickets/{number}", timeout=5)
    wrong = answer.content.replace(b'"status":"new"', b'"status":"onhold"')
    assert wrong != answer.content

    with pytest.raises(OpenAPIError):
        official.judge(answer.request, 200, wrong)


def test_planned_faults_are_seen_by_a_client() -> None:
    faults = Faults()
    with served(faults) as zendesk:
        url = f"{zendesk.url}/api/v2/users/me.json"
        faults.plan(Fault(Kind.STATUS, status=429, retry_after="3"))
        limited = session().get(url, timeout=5)
        assert (limited.status_code, limited.headers["Retry-After"]) == (429, "3")
        faults.plan(Fault(Kind.RESET_BEFORE))
        with pytest.raises(requests.ConnectionError):
            session().get(url, timeout=5)
        faults.plan(Fault(Kind.GARBAGE))
        with pytest.raises(ValueError, match="Expecting value"):
            session().get(url, timeout=5).json()
        faults.plan(Fault(Kind.SLOW, seconds=0.5))
        with pytest.raises(requests.Timeout):
            session().get(url, timeout=0.1)
