"""Macros, triggers, views, fields and webhooks over HTTP, for administrators alone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from flask import Flask, request

from sandbox.zendesk import refusal
from sandbox.zendesk.account import Account
from sandbox.zendesk.refusal import Refusal
from sandbox.zendesk.requests_in import Api, body
from sandbox.zendesk.rules import KINDS, Record, checked
from sandbox.zendesk.shapes import Shapes, stamp

_SUBSCRIPTION: Final = "conditional_ticket_events"
_KNOWN: Final = {
    "macros": {"title", "active", "description", "actions", "restriction"},
    "triggers": {"title", "active", "description", "conditions", "actions", "category_id"},
    "views": {"title", "active", "description", "all", "any", "output", "restriction"},
    "ticket_fields": {"title", "active", "description", "type", "custom_field_options"},
}
_WEBHOOK: Final = {
    *("name", "description", "status", "endpoint", "http_method", "request_format"),
    *("subscriptions", "authentication"),
}
_PLAIN: Final = {"active": True, "description": None, "default": False, "position": 10_000}
_OF_KIND: Final[dict[str, Record]] = {
    "macros": {"restriction": None},
    "triggers": {"category_id": "6130869158682"},
    "views": {"restriction": None, "watchable": True, "execution": {}},
    "ticket_fields": {
        **dict.fromkeys(("required", "collapsed_for_agents", "visible_in_portal"), False),
        **dict.fromkeys(("editable_in_portal", "required_in_portal"), False),
        **dict.fromkeys(("regexp_for_validation", "tag", "key", "agent_description")),
        "removable": True,
    },
}
_LIST: Final = {"macros", "triggers", "views"}


def rules(app: Flask, account: Account, shapes: Shapes) -> None:
    api = Api(app, account)
    for kind in KINDS:
        _routes(api, kind, account, shapes)

    @api("GET", "trigger_categories")
    def categories() -> Any:
        found = [{"id": "6130869158682", "name": "Initial category", "position": 0}]
        return {"trigger_categories": found, "meta": {"has_more": False}}


def _routes(api: Api, kind: str, account: Account, shapes: Shapes) -> None:
    one, store = kind.removesuffix("s"), account.rules

    if kind in _LIST:

        @api("GET", kind)
        def listed() -> Any:
            found = list(store.records[kind].values())
            return {kind: found, "meta": {"has_more": False}, "links": {"next": None}}

    @api("POST", kind)
    def create() -> Any:
        _permitted(account)
        made = store.add(kind, _new(kind, _given(kind, one)))
        made["url"] = f"{shapes.url}/api/v2/{kind}/{made['id']}.json"
        return {one: made}, 201

    @api("PUT", f"{kind}/<int:number>")
    def update(number: int) -> Any:
        _permitted(account)
        record = store.the(kind, number)
        record |= _shaped(kind, _given(kind, one)) | {"updated_at": stamp(datetime.now(UTC))}
        return {one: record}

    @api("DELETE", f"{kind}/<int:number>")
    def delete(number: int) -> Any:
        _permitted(account)
        store.the(kind, number)
        del store.records[kind][number]
        return "", 204


def webhooks(app: Flask, account: Account, shapes: Shapes) -> None:  # noqa: ARG001 - as the others
    api, store = Api(app, account), account.rules

    @api("GET", "webhooks")
    def listed() -> Any:
        _permitted(account)
        part = request.args.get("filter[name_contains]", "")
        found = [w for w in store.webhooks.values() if part in w["name"]]
        return {"webhooks": found, "meta": {"has_more": False}}

    @api("POST", "webhooks")
    def create() -> Any:
        _permitted(account)
        return {"webhook": store.add_webhook(_webhook(body().get("webhook")))}, 201

    @api("PUT", "webhooks/<number>")
    def update(number: str) -> Any:
        _permitted(account)
        there = store.the_webhook(number)
        wanted = _webhook(body().get("webhook"))
        if wanted["subscriptions"] != there["subscriptions"]:
            raise _bad("subscriptions of a webhook that triggers use can not be changed")
        there |= wanted
        return "", 204

    @api("DELETE", "webhooks/<number>")
    def delete(number: str) -> Any:
        _permitted(account)
        store.the_webhook(number)
        if store.uses(number):
            raise _bad("webhook is used by a trigger")
        del store.webhooks[number]
        return "", 204

    @api("GET", "webhooks/<number>/signing_secret")
    def secret(number: str) -> Any:
        _permitted(account)
        store.the_webhook(number)
        return {"signing_secret": {"secret": store.secrets[number], "algorithm": "SHA256"}}


def _permitted(account: Account) -> None:
    if not account.administrates:
        what = {"title": "Forbidden", "message": "You do not have access to this page."}
        raise Refusal(403, {"error": what})


def _given(kind: str, one: str) -> Record:
    given = body().get(one)
    if not isinstance(given, dict):
        raise refusal.wrong_type(one)
    for name in given:
        if name not in _KNOWN[kind]:
            raise refusal.unknown(name)
    return given


def _new(kind: str, given: Record) -> Record:
    if not str(given.get("title") or "").strip():
        raise refusal.invalid("title", "Title: cannot be blank")
    if kind in ("macros", "triggers") and not given.get("actions"):
        raise refusal.invalid("base", "You must define at least one action.")
    now = stamp(datetime.now(UTC))
    plain: Record = {**_PLAIN, **_OF_KIND[kind]}
    return plain | {"created_at": now, "updated_at": now} | _shaped(kind, given)


def _shaped(kind: str, given: Record) -> Record:
    """As the record is given back, which is not always how it was sent."""
    made = dict(given)
    if "title" in made:
        made["raw_title"] = made["title"]
    if kind == "triggers" and "conditions" in made:
        made["conditions"] = _conditions(made["conditions"])
    if kind == "views":
        made["conditions"] = _conditions(made)
        columns = (made.pop("output", None) or {}).get("columns") or []
        made.pop("all", None)
        made.pop("any", None)
        made["execution"] = {"columns": [{"id": c, "title": c.capitalize()} for c in columns]}
    if kind == "ticket_fields" and "custom_field_options" in made:
        options = enumerate(made["custom_field_options"])
        made["custom_field_options"] = [{"id": n, "raw_name": o["name"], **o} for n, o in options]
    return made


def _conditions(given: Record) -> Record:
    found = {part: list(given.get(part) or []) for part in ("all", "any")}
    checked(found)
    return found


def _webhook(given: object) -> Record:
    if not isinstance(given, dict) or not given.get("name"):
        raise _bad("name is required")
    for name in given:
        if name not in _WEBHOOK:
            raise refusal.unknown(name)
    if not str(given.get("endpoint", "")).startswith(("https://", "http://127.0.0.1")):
        raise _bad("endpoint is not a valid URL")
    if _SUBSCRIPTION in given.get("subscriptions", ()) and len(given["subscriptions"]) > 1:
        raise _bad("conditional_ticket_events stands alone")
    return {"created_at": stamp(datetime.now(UTC)), **given}


def _bad(message: str) -> Refusal:
    error = {"code": "InvalidWebhook", "title": message, "detail": message}
    return Refusal(400, {"errors": [error]})
