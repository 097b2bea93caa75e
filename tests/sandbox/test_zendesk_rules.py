"""What an administrator sets up in the sandbox looks and behaves as it was recorded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from sandbox.zendesk import Zendesk
from tests.sandbox.zendesk_place import RECORDED, recorded_bodies, served, session

MACRO = {"title": "Stop", "actions": [{"field": "current_tags", "value": "ssl_stop"}]}
TRIGGER = {
    "title": "Tell",
    "conditions": {"all": [{"field": "update_type", "operator": "is", "value": "Create"}]},
    "actions": [{"field": "status", "value": "open"}],
}
VIEW = {"title": "Mine", "all": [{"field": "status", "operator": "less_than", "value": "solved"}]}
WEBHOOK = {
    "name": "Bot",
    "description": "Description",
    "endpoint": "https://example.com",
    "http_method": "POST",
    "request_format": "json",
    "status": "active",
    "subscriptions": ["conditional_ticket_events"],
}
MADE = {
    "macros": ("macro", MACRO),
    "triggers": ("trigger", TRIGGER),
    "views": ("view", VIEW),
    "ticket_fields": ("ticket_field", {"title": "Site", "type": "text"}),
}
# By plan and by year.
VARYING = {"raw_description", "raw_title_in_portal", "title_in_portal", "default"}


@pytest.fixture
def zendesk() -> Iterator[Zendesk]:
    with served() as made:
        yield made


def ask(zendesk: Zendesk, method: str, path: str, body: Any = None) -> requests.Response:
    return session().request(method, f"{zendesk.url}/api/v2/{path}", json=body, timeout=5)


@pytest.mark.skipif(not RECORDED.exists(), reason="the recordings are not beside this repository")
@pytest.mark.parametrize("kind", MADE)
def test_made_things_look_as_recorded(zendesk: Zendesk, kind: str) -> None:
    one, body = MADE[kind]
    recorded = recorded_bodies("POST", f"/{kind}.json")[-1][one]

    made = ask(zendesk, "POST", f"{kind}.json", {one: body})

    assert made.status_code == 201
    assert set(recorded) - set(made.json()[one]) - VARYING == set()


@pytest.mark.skipif(not RECORDED.exists(), reason="the recordings are not beside this repository")
def test_webhook_looks_as_recorded_and_has_a_secret_of_its_own(zendesk: Zendesk) -> None:
    recorded = recorded_bodies("POST", "/webhooks")[-1]["webhook"]

    made = ask(zendesk, "POST", "webhooks", {"webhook": WEBHOOK}).json()["webhook"]

    assert set(recorded) - set(made) <= {"created_by", "authentication"}
    secret = ask(zendesk, "GET", f"webhooks/{made['id']}/signing_secret").json()
    assert set(secret["signing_secret"]) == {"secret", "algorithm"}
    assert "secret" not in made
    assert ask(zendesk, "PUT", f"webhooks/{made['id']}", {"webhook": WEBHOOK}).status_code == 204


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "macros", {"macro": {"title": " ", "actions": MACRO["actions"]}}, 422),
        ("POST", "macros", {"macro": {"title": "A"}}, 422),
        ("POST", "macros", {"macro": {**MACRO, "titel": "A"}}, 400),
        ("POST", "macros", {"macros": []}, 400),
        ("PUT", "triggers/404", {"trigger": TRIGGER}, 404),
        ("DELETE", "views/404", None, 404),
        ("POST", "triggers", {"trigger": {**TRIGGER, "conditions": {"all": [{}]}}}, 422),
        ("POST", "webhooks", {"webhook": {"name": "x", "endpoint": "ftp://x"}}, 400),
        ("POST", "webhooks", {"webhook": {"name": ""}}, 400),
        ("GET", "webhooks/404/signing_secret", None, 404),
    ],
)
def test_what_is_wrong_is_refused(
    zendesk: Zendesk, method: str, path: str, body: Any, status: int
) -> None:
    assert ask(zendesk, method, path, body).status_code == status


def test_webhook_in_use_stays(zendesk: Zendesk) -> None:
    number = ask(zendesk, "POST", "webhooks", {"webhook": WEBHOOK}).json()["webhook"]["id"]
    notify = [{"field": "notification_webhook", "value": [number, "{}"]}]
    made = ask(zendesk, "POST", "triggers", {"trigger": {**TRIGGER, "actions": notify}}).json()

    assert ask(zendesk, "DELETE", f"webhooks/{number}").status_code == 400
    assert ask(zendesk, "DELETE", f"triggers/{made['trigger']['id']}").status_code == 204
    assert ask(zendesk, "DELETE", f"webhooks/{number}").status_code == 204


def test_webhook_of_one_kind_does_not_become_another(zendesk: Zendesk) -> None:
    number = ask(zendesk, "POST", "webhooks", {"webhook": WEBHOOK}).json()["webhook"]["id"]
    other = {**WEBHOOK, "subscriptions": ["zen:event-type:ticket.created"]}

    assert ask(zendesk, "PUT", f"webhooks/{number}", {"webhook": other}).status_code == 400


def test_agent_who_is_no_administrator_sets_up_nothing(zendesk: Zendesk) -> None:
    zendesk.administrates = False

    assert ask(zendesk, "POST", "macros", {"macro": MACRO}).status_code == 403
    assert ask(zendesk, "GET", "webhooks").status_code == 403
    assert ask(zendesk, "GET", "macros").status_code == 200


@pytest.mark.parametrize(
    ("condition", "fires"),
    [
        (("update_type", "is", "Create"), True),
        (("update_type", "is", "Change"), False),
        (("current_tags", "includes", "vip ssl_stop"), True),
        (("current_tags", "not_includes", "vip"), False),
        (("status", "less_than", "solved"), True),
        (("status", "is", "closed"), False),
        (("subject_includes_word", "includes", "ssl tls"), True),
        (("comment_includes_word", "includes", "certificate"), True),
        (("comment_includes_word", "includes", "cert"), False),
    ],
)
def test_triggers_fire_by_their_conditions(
    zendesk: Zendesk, condition: tuple[str, str, str], fires: bool
) -> None:
    webhook = zendesk.rules.add_webhook({**WEBHOOK, "endpoint": f"{zendesk.url}/elsewhere"})
    named = dict(zip(("field", "operator", "value"), condition, strict=True))
    body = '{"id": "{{ticket.id}}", "what": "{{ticket.unknown}}"}'
    notify = [{"field": "notification_webhook", "value": [webhook["id"], body]}]
    trigger = {"title": "T", "conditions": {"all": [named]}, "actions": notify}
    assert ask(zendesk, "POST", "triggers", {"trigger": trigger}).status_code == 201

    zendesk.brand_opens(zendesk.brand_user, "Our SSL", "The certificate expires", tags=("vip",))

    assert zendesk.webhooks.idle()
    assert bool(zendesk.deliveries()) is fires
