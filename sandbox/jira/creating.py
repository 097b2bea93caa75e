"""Routes that say which fields there are and what can be created."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, jsonify, request

from sandbox.jira import fields
from sandbox.jira.about import levels
from sandbox.jira.errors import Refusal
from sandbox.jira.model import IssueType, Project
from sandbox.jira.shapes import Shapes
from sandbox.jira.site import Site

Json = dict[str, Any]
_TYPES: Final = {
    "project": "project",
    "issuetype": "issuetype",
    "summary": "string",
    "description": "string",
    "labels": "array",
    "security": "securitylevel",
}


def routes(app: Blueprint, site: Site, shapes: Shapes) -> None:
    """Add these routes."""

    @app.get("/rest/api/2/field")
    def known_fields() -> Any:
        names = ("summary", "description", "labels", "status", "resolution", "attachment")
        return jsonify([_field(name) for name in names])

    @app.get("/rest/api/2/issue/createmeta/<key>/issuetypes")
    def creatable_types(key: str) -> Any:
        found = site.the_project(key)
        types = [shapes.issue_type(t) for t in found.types] if site.may_create else []
        return jsonify(_page(site, "issueTypes", types))

    @app.get("/rest/api/2/issue/createmeta/<key>/issuetypes/<number>")
    def creatable_fields(key: str, number: str) -> Any:
        found = site.the_project(key)
        kind = next((t for t in found.types if t.id == number), None)
        if kind is None or not site.may_create:
            raise Refusal(400, "The issue type is not valid in this project.")
        meta = _create_meta(site, shapes, found, kind)
        listed = [{"fieldId": name, **about} for name, about in meta.items()]
        return jsonify(_page(site, "fields", listed))

    @app.get("/rest/api/2/issue/createmeta")
    def old_create_meta() -> Any:
        if not site.cloud:
            # Removed from Data Center with version 9.
            raise Refusal(404, "Issue Does Not Exist")
        wanted = request.args.get("projectKeys", "").split(",")
        found = [p for p in site.projects.values() if p.key in wanted and site.may_create]
        return jsonify({"projects": [_old_meta(site, shapes, p) for p in found]})


def _page(site: Site, name: str, entries: list[Json]) -> Json:
    if site.cloud:
        return {"startAt": 0, "maxResults": 50, "total": len(entries), name: entries}
    page = {"maxResults": 50, "startAt": 0, "total": len(entries), "isLast": True}
    return {**page, "values": entries}


def _old_meta(site: Site, shapes: Shapes, project: Project) -> Json:
    types = [
        {**shapes.issue_type(kind), "fields": _create_meta(site, shapes, project, kind)}
        for kind in project.types
    ]
    shape = shapes.project(project)
    del shape["projectTypeKey"]
    return {**shape, "issuetypes": types}


def _create_meta(site: Site, shapes: Shapes, project: Project, kind: IssueType) -> Json:
    found: Json = {}
    for name in fields.CREATE:
        if name == "security" and not (site.may_set_security and project.levels):
            continue
        found[name] = {
            "required": name in ("project", "issuetype", "summary"),
            "schema": {"type": _TYPES[name], "system": name},
            "key": name,
            "name": "Security Level" if name == "security" else name.capitalize(),
            "hasDefaultValue": False,
            "operations": ["set"],
        }
    found["project"]["allowedValues"] = [shapes.project(project)]
    found["issuetype"]["allowedValues"] = [shapes.issue_type(kind)]
    if "security" in found:
        found["security"]["allowedValues"] = levels(shapes, project)
    return found


def _field(name: str) -> Json:
    return {
        "id": name,
        "key": name,
        "name": name.capitalize(),
        "custom": False,
        "orderable": True,
        "navigable": True,
        "searchable": True,
        "clauseNames": [name],
    }
