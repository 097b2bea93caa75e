"""The bot opens a ticket once, for whom it is told, whatever is repeated or lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
import requests
from openapi_core.contrib.requests import RequestsOpenAPIRequest

from bot import attempt
from bot.errors import NeedsHuman, TryLater
from bot.gateways.zendesk import Zendesk
from bot.ports import Helpdesk, NewTicket, Openings
from bot.wording.letter import paragraphs
from sandbox.faults import Fault, Kind
from sandbox.zendesk import Zendesk as Sandbox
from tests.fakes import FakeHelpdesk
from tests.sandbox.zendesk_place import Official

WANTED = NewTicket(
    "ssl-expiry-aaaa-www.x.com",
    "SSL certificate of www.x.com expires",
    paragraphs("Hello,", "it expires."),
    tags=("ssl_renewal",),
    requester=9_101,
    organization=7_001,
)


def test_ticket_is_the_requesters_and_keeps_the_organization(
    zendesk: Zendesk, sandbox: Sandbox
) -> None:
    with attempt.of("m-1", again=False):
        number = zendesk.openings.open(WANTED)

    raw = sandbox.ticket(number)
    assert (raw["requester_id"], raw["organization_id"]) == (sandbox.brand_user, 7_001)
    assert (raw["external_id"], raw["tags"]) == (WANTED.reference, ["ssl_renewal"])
    [comment] = zendesk.ticket(number).comments
    assert (comment.author.role, comment.public) == ("bot", True)
    assert "it expires." in comment.text
    assert sandbox.comments(number)[0]["metadata"]["custom"] == {"ssl_bot": "m-1"}


def test_same_reference_is_the_same_ticket_whatever_it_says(
    zendesk: Zendesk, sandbox: Sandbox
) -> None:
    first = zendesk.openings.open(WANTED)
    sandbox.agent_sets(first, "solved")

    again = zendesk.openings.open(replace(WANTED, subject="It has expired"))
    other = zendesk.openings.open(replace(WANTED, reference="ssl-expiry-bbbb-www.x.com"))

    assert (first, again) == (again, first)
    assert sandbox.ticket_ids() == [first, other]


def test_answer_that_was_lost_makes_no_second_ticket(sandbox: Sandbox, zendesk: Zendesk) -> None:
    sandbox.faults.plan(Fault(Kind.RESET_AFTER), method="POST", path="/api/v2/tickets")

    with pytest.raises(TryLater):
        zendesk.openings.open(WANTED)
    number = zendesk.openings.open(WANTED)

    assert sandbox.ticket_ids() == [number]


def test_address_that_is_not_known_becomes_a_user(zendesk: Zendesk, sandbox: Sandbox) -> None:
    to = replace(WANTED, requester=None, organization=None)
    new = zendesk.openings.open(replace(to, reference="1", contact="new@nordlicht-store.com"))
    same = zendesk.openings.open(replace(to, reference="2", contact="NEW@nordlicht-store.com"))
    known = zendesk.openings.open(replace(to, reference="3", contact="ada@nordlicht.example"))

    assert sandbox.ticket(new)["requester_id"] == sandbox.ticket(same)["requester_id"]
    assert sandbox.ticket(new)["requester_id"] != sandbox.bot_user
    assert sandbox.ticket(known)["requester_id"] == sandbox.brand_user


def test_without_anybody_it_is_the_bots_own_and_nobody_is_mailed(
    zendesk: Zendesk, sandbox: Sandbox
) -> None:
    nobody = replace(WANTED, requester=None, organization=None, public=False)
    number = zendesk.openings.open(nobody)

    assert sandbox.ticket(number)["requester_id"] == sandbox.bot_user
    assert [comment["public"] for comment in sandbox.comments(number)] == [False]


@pytest.mark.parametrize("wrong", [{"requester": 404}, {"organization": 7_999}])
def test_requester_that_zendesk_refuses_is_for_a_person(
    zendesk: Zendesk, sandbox: Sandbox, wrong: dict[str, int]
) -> None:
    with pytest.raises(NeedsHuman, match="422 RecordInvalid"):
        zendesk.openings.open(replace(WANTED, **wrong))  # type: ignore[arg-type]
    assert sandbox.ticket_ids() == []


def test_requests_and_answers_are_as_the_official_description_says(
    zendesk: Zendesk, sandbox: Sandbox
) -> None:
    official, sent = Official(sandbox.url), list[requests.PreparedRequest]()
    hooks = zendesk._account.http.hooks["response"]
    hooks.extend([official, lambda answer, *_, **__: sent.append(answer.request)])

    zendesk.openings.open(WANTED)
    zendesk.openings.open(WANTED)

    assert [one.method for one in sent] == ["GET", "POST", "GET"]
    assert len(official.checked) == 3
    post = sent[1]
    post.url = str(post.url).replace(".json", "", 1)
    official._openapi.validate_request(RequestsOpenAPIRequest(post))


def test_same_request_within_two_hours_is_answered_and_not_done_again(
    zendesk: Zendesk, sandbox: Sandbox
) -> None:
    """As Zendesk documents its idempotency keys: `miss` first, `hit` then, 400 for another body."""
    url = f"{sandbox.url}/api/v2/tickets"
    http, key = zendesk._account.http, {"Idempotency-Key": "k-1"}
    made = {"ticket": {"subject": "s", "comment": {"body": "b"}}}
    other = {"ticket": {"subject": "t", "comment": {"body": "b"}}}

    first, again = (http.post(url, json=made, headers=key) for _ in range(2))
    refused = http.post(url, json=other, headers=key)

    assert [a.headers["x-idempotency-lookup"] for a in (first, again)] == ["miss", "hit"]
    assert first.json() == again.json()
    assert (refused.status_code, refused.json()["error"]) == (400, "IdempotentRequestError")
    assert len(sandbox.ticket_ids()) == 1


@pytest.mark.parametrize("kind", ["real", "fake"])
def test_fake_and_real_one_answer_the_same(zendesk: Zendesk, kind: str) -> None:
    fake = FakeHelpdesk(refused={404})
    openings: Openings = fake if kind == "fake" else zendesk.openings
    desk: Helpdesk = fake if kind == "fake" else zendesk
    mine = NewTicket("r-1", "To a user", WANTED.letter, ("a",), requester=9_101)
    internal = NewTicket("r-2", "To nobody", WANTED.letter, ("b",), public=False)

    first, second = openings.open(mine), openings.open(internal)

    assert (openings.open(mine), openings.open(internal)) == (first, second)
    assert first != second
    with pytest.raises(NeedsHuman):
        openings.open(replace(mine, reference="r-3", requester=404))
    said = [
        (t.subject, t.tags, t.status, t.requester == 9_101)
        for t in map(desk.ticket, (first, second))
    ]
    assert said == [("To a user", ("a",), "new", True), ("To nobody", ("b",), "new", False)]
    comments = [desk.ticket(number).comments[0] for number in (first, second)]
    assert [(c.author.role, c.public) for c in comments] == [("bot", True), ("bot", False)]
