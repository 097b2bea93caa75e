"""Where a body says to look."""

from __future__ import annotations

import json

import pytest

from bot.inbound import TICKET_EVENTS, Hint, NotUnderstood, from_jira, from_zendesk

OURS = frozenset({"ITOPS", "SPC"})


def zendesk(headers=None, **event):
    return from_zendesk(headers or {}, json.dumps(event).encode())


def jira(headers=None, kind="jira:issue_updated", **issue):
    body = json.dumps({"webhookEvent": kind, "issue": issue}).encode()
    return from_jira(headers or {}, body, OURS)


@pytest.mark.parametrize("ticket", [35, "35", "0035"])
def test_a_ticket_is_a_number_or_a_string(ticket):
    assert zendesk(event="ticket_changed", ticket_id=ticket, more=[1]).ticket == 35


def test_who_changed_the_ticket_and_when_is_taken_along():
    told = {"actor_id": "360", "updated_at": "2026-11-24T12:00:00Z"}
    wanted = ("360", "2026-11-24T12:00:00Z")

    trigger = zendesk(event="ticket_changed", ticket_id=35, **told)
    event = zendesk(type="zen:event-type:ticket.created", id="u", detail={"id": "35", **told})

    assert [(hint.actor, hint.stamp) for hint in (trigger, event)] == [wanted, wanted]


@pytest.mark.parametrize("actor", [None, "", "me", -1, [360], "3" * 19])
@pytest.mark.parametrize("stamp", ["2026-11-24T12:00:00Z", None, "now", "1" * 41])
def test_what_is_said_oddly_is_not_taken_along(actor, stamp):
    hint = zendesk(event="ticket_changed", ticket_id=35, actor_id=actor, updated_at=stamp)

    assert (hint.ticket, hint.actor, hint.stamp) == (35, "", "")


def test_without_an_invocation_each_signing_is_an_event_of_its_own():
    first, second = (
        zendesk(
            {"X-Zendesk-Webhook-Signature-Timestamp": at}, event="ticket_changed", ticket_id=35
        ).id
        for at in ("2026-11-24T12:00:00Z", "2026-11-24T12:00:01Z")
    )
    assert first != second
    assert first.startswith("zd:")


@pytest.mark.parametrize("kind", sorted(TICKET_EVENTS))
def test_ticket_events_that_can_move_a_case(kind):
    hint = zendesk(type=f"zen:event-type:ticket.{kind}", id="u", detail={"id": "5158"}, event={})
    assert hint == Hint("zd:u", 5158, None, "zendesk")


@pytest.mark.parametrize(
    "kind", ["zen:event-type:ticket.priority_changed", "zen:event-type:user.created", "created"]
)
def test_other_events_are_none_of_our_business(kind):
    assert zendesk(type=kind) is None


def test_an_own_event_of_another_name_is_none_of_our_business():
    assert zendesk(event="comment") is None


@pytest.mark.parametrize("given", ["x" * 81, "a b", "a\nb", "\ud800", 7, None])
def test_an_id_that_is_no_id_is_replaced_by_the_bodys_hash(given):
    hint = zendesk(type="zen:event-type:ticket.created", id=given, detail={"id": "1"})
    assert len(hint.id) == len("zd:") + 64


def test_neither_kind_is_not_understood():
    with pytest.raises(NotUnderstood, match="neither"):
        zendesk(other=1)


@pytest.mark.parametrize(
    ("fields", "ticket"),
    [
        ({"labels": ["ssl-renewal", "zd-35"], "summary": "x"}, 35),
        ({"labels": ["zd-x", 7], "summary": "CSR for a.example (ZD-36)"}, 36),
        ({"labels": ["zd-35"], "summary": "moved (ZD-36)"}, 35),
        ({"labels": ["zd-35", "zd-36"]}, None),
        ({"labels": ["zd-0"]}, None),
        ({"labels": "zd-35", "summary": ["(ZD-1)"]}, None),
        (None, None),
    ],
)
def test_the_ticket_stands_in_the_label_or_else_in_the_summary(fields, ticket):
    hint = jira({"X-Atlassian-Webhook-Identifier": "w"}, key="SPC-7", fields=fields)
    assert hint == Hint("jira:w", ticket, "SPC-7", "jira")


def test_an_issue_of_another_project_counts_only_with_a_ticket():
    assert jira(key="HR-7", fields={}) is None
    assert jira(key="HR-7", fields={"labels": ["zd-3"]}).ticket == 3


@pytest.mark.parametrize("key", [None, 7, "", "spc-7", "SPC", "SPC-7\n", "SPC-x"])
def test_an_issue_without_a_key_is_none_of_our_business(key):
    assert jira(key=key) is None


def test_a_comment_without_its_issue_is_left_to_the_update_beside_it():
    assert from_jira({}, b'{"webhookEvent": "comment_created", "comment": {}}', OURS) is None


def test_without_an_identifier_the_body_tells_deliveries_apart():
    assert jira(key="SPC-7").id == jira(key="SPC-7").id
    assert jira(key="SPC-7").id != jira(key="SPC-8").id
