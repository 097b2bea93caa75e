"""The webhooks that an administrator makes, with what each of them hears of."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, jsonify, request

from sandbox.jira.errors import Refusal
from sandbox.jira.shapes import Shapes
from sandbox.jira.site import Site

_PLACE = "/rest/webhooks/1.0/webhook"
_KNOWN = {"name", "url", "events", "filters", "excludeBody", "enabled", "secret"}
_SECTION = "issue-related-events-section"


def routes(app: Blueprint, site: Site, shapes: Shapes) -> None:
    """Add these routes."""

    @app.get(_PLACE)
    def listed() -> Any:
        _permitted(site)
        return jsonify([_shown(number, hook, shapes) for number, hook in site.hooks.items()])

    @app.post(_PLACE)
    def create() -> Any:
        _permitted(site)
        number = site.new_id()
        site.hooks[number] = {"enabled": True, "filters": {}, **_given()}
        return jsonify(_shown(number, site.hooks[number], shapes)), 201

    @app.put(f"{_PLACE}/<int:number>")
    def update(number: int) -> Any:
        _permitted(site)
        if number not in site.hooks:
            raise Refusal(404, "The webhook does not exist.")
        site.hooks[number] |= _given()
        return jsonify(_shown(number, site.hooks[number], shapes))

    @app.delete(f"{_PLACE}/<int:number>")
    def delete(number: int) -> Any:
        _permitted(site)
        if site.hooks.pop(number, None) is None:
            raise Refusal(404, "The webhook does not exist.")
        return "", 204


def hears(hook: dict[str, Any], body: dict[str, Any]) -> bool:
    """Whether the webhook is told of this event."""
    wanted = re.findall(r"[A-Z][A-Z0-9_]+", str(hook["filters"].get(_SECTION, "")))
    project = str((body.get("issue") or {}).get("key", "")).partition("-")[0]
    in_filter = not wanted or not project or project in wanted
    return bool(hook["enabled"]) and body["webhookEvent"] in hook["events"] and in_filter


def _permitted(site: Site) -> None:
    if not site.administrates:
        raise Refusal(403, "You are not authorized to administer webhooks.")


def _given() -> dict[str, Any]:
    given = request.get_json(silent=True)
    if not isinstance(given, dict) or not given.get("name") or not given.get("url"):
        raise Refusal(400, "name and url are required")
    for name in given:
        if name not in _KNOWN:
            raise Refusal(400, f"Unrecognized field {name}")
    return given


def _shown(number: int, hook: dict[str, Any], shapes: Shapes) -> dict[str, Any]:
    """As it is given back: the secret never is."""
    plain = {key: value for key, value in hook.items() if key != "secret"}
    return {
        **plain,
        "self": f"{shapes.url}{_PLACE}/{number}",
        "lastUpdatedUser": "5b10ac8d82e05b22cc7d4ef5",
        "lastUpdatedDisplayName": "SSL Bot",
        "lastUpdated": 1_795_000_000_000,
        "isSigned": bool(hook.get("secret")),
    }
