"""Routes of issues: create, read, edit, delete, move."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, request

from sandbox.jira import fields, model
from sandbox.jira.errors import Refusal, not_settable
from sandbox.jira.model import Issue, Transition
from sandbox.jira.requests_in import json_object
from sandbox.jira.shapes import Shapes
from sandbox.jira.site import Site

Json = dict[str, Any]


def routes(app: Blueprint, site: Site, shapes: Shapes) -> None:
    """Add these routes."""

    @app.post("/rest/api/2/issue")
    def create() -> Any:
        body = json_object()
        with site.lock:
            values, properties = fields.for_create(site, body)
            return jsonify(shapes.named(site.create(values, properties, site.bot))), 201

    @app.get("/rest/api/2/issue/<key>")
    def read(key: str) -> Any:
        with site.lock:
            issue = site.the_issue(key)
            shape = narrowed(shapes.issue(issue), request.args.get("fields"))
            if wanted := request.args.get("properties"):
                shape["properties"] = _properties(issue, wanted)
            return jsonify(shape)

    @app.put("/rest/api/2/issue/<key>")
    def edit(key: str) -> Any:
        body = json_object()
        with site.lock:
            issue = site.the_issue(key)
            site.edit(issue, fields.for_edit(site, issue.project, body), site.bot)
        return "", 204

    @app.delete("/rest/api/2/issue/<key>")
    def delete(key: str) -> Any:
        with site.lock:
            site.delete(site.the_issue(key), site.bot)
        return "", 204

    @app.get("/rest/api/2/issue/<key>/transitions")
    def transitions(key: str) -> Any:
        with site.lock:
            offered = _offered(site, site.the_issue(key))
            with_fields = "transitions.fields" in request.args.get("expand", "")
            listed = [_transition(site, shapes, t, with_fields=with_fields) for t in offered]
            return jsonify({"expand": "transitions", "transitions": listed})

    @app.post("/rest/api/2/issue/<key>/transitions")
    def move(key: str) -> Any:
        body = json_object()
        with site.lock:
            issue = site.the_issue(key)
            chosen = _chosen(site, issue, body)
            site.move(issue, chosen.to, _resolution(site, chosen, body), site.bot)
        return "", 204


def narrowed(shape: Json, wanted: str | None) -> Json:
    """Only the fields that are asked for, as `fields` does it."""
    names = {name.strip() for name in (wanted or "*all").split(",")}
    if not names & {"*all", "*navigable"}:
        kept = {name: value for name, value in shape["fields"].items() if name in names}
        shape["fields"] = kept
    return shape


def _properties(issue: Issue, wanted: str) -> Json:
    names = wanted.split(",")
    return {k: v for k, v in issue.properties.items() if k in names or "*all" in names}


def _offered(site: Site, issue: Issue) -> list[Transition]:
    if not site.may_transition:
        return []
    by_id = {t.id: t for t in model.TRANSITIONS}
    return [by_id[number] for number in site.offers.get(issue.status.name, ())]


def _transition(site: Site, shapes: Shapes, found: Transition, *, with_fields: bool) -> Json:
    screen = site.resolution_asked and found.to.category == "done"
    shape: Json = {
        "id": found.id,
        "name": found.to.name,
        "to": shapes.status(found.to),
        "hasScreen": screen,
        "isGlobal": False,
        "isInitial": False,
        "isConditional": False,
        "isAvailable": True,
    }
    if with_fields:
        shape["fields"] = {"resolution": _screen(shapes)} if screen else {}
    return shape


def _screen(shapes: Shapes) -> Json:
    return {
        "required": True,
        "schema": {"type": "resolution", "system": "resolution"},
        "name": "Resolution",
        "key": "resolution",
        "operations": ["set"],
        "allowedValues": [shapes.resolution(name) for name in model.RESOLUTIONS],
    }


def _chosen(site: Site, issue: Issue, body: Json) -> Transition:
    given = body.get("transition")
    number = given.get("id") if isinstance(given, dict) else None
    if number is None:
        raise Refusal(400, "Missing 'transition' identifier")
    if not isinstance(number, str):
        raise Refusal(400, "Unexpected transition: 'id' must be a string.")
    for offered in _offered(site, issue):
        if offered.id == number:
            return offered
    raise Refusal(
        400,
        f"It seems that you have tried to perform a workflow operation ({number}) that is not "
        "valid for the current state of this issue.",
    )


def _resolution(site: Site, chosen: Transition, body: Json) -> str | None:
    given = body.get("fields") or {}
    asked = site.resolution_asked and chosen.to.category == "done"
    for name in given:
        if name != "resolution" or not asked:
            raise Refusal(400, errors={name: not_settable(name)})
    if not asked:
        return None
    value = given.get("resolution")
    for name, number in model.RESOLUTIONS.items():
        if isinstance(value, dict) and (value.get("id") == number or value.get("name") == name):
            return name
    raise Refusal(400, errors={"resolution": "Resolution is required."})
