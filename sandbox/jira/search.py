"""Routes of the search: each flavour has its own, and an index that may lag behind."""

from __future__ import annotations

import time
from typing import Any

from flask import Blueprint, jsonify, request

from sandbox.jira import jql
from sandbox.jira.errors import Refusal
from sandbox.jira.issues import narrowed
from sandbox.jira.model import Issue
from sandbox.jira.requests_in import json_object, number
from sandbox.jira.shapes import Shapes
from sandbox.jira.site import Site

Json = dict[str, Any]


def routes(app: Blueprint, site: Site, shapes: Shapes) -> None:
    """Add these routes."""

    @app.get("/rest/api/2/search/jql")
    def enhanced() -> Any:
        if not site.cloud:
            raise Refusal(404, "HTTP 404 Not Found")
        most = number("maxResults", 50, 5000)
        with site.lock:
            found = _indexed(jql.found(site, _query(request.args.get("jql"))), _reconciled())
            start = _place(request.args.get("nextPageToken"))
            page = [_shape(shapes, i) for i in found[start : start + most]]
        last = start + most >= len(found)
        answer: Json = {"issues": page, "isLast": last}
        return jsonify(answer if last else {**answer, "nextPageToken": f"page-{start + most}"})

    @app.route("/rest/api/2/search", methods=["GET", "POST"])
    def plain() -> Any:
        if site.cloud:
            raise Refusal(
                410,
                "The requested API has been removed. Please migrate to the /rest/api/3/search/jql "
                "API.",
            )
        asked: Json = json_object() if request.method == "POST" else dict(request.args)
        start, most = _count(asked, "startAt", 0), _count(asked, "maxResults", 50)
        wanted = asked.get("fields") if request.method == "POST" else request.args.getlist("fields")
        names = ",".join(wanted) if isinstance(wanted, list) else wanted
        with site.lock:
            found = _indexed(jql.found(site, str(asked.get("jql", ""))), frozenset())
            page = [narrowed(shapes.issue(i), names or None) for i in found[start : start + most]]
        head = {"expand": "schema,names", "startAt": start, "maxResults": most}
        return jsonify({**head, "total": len(found), "issues": page})


def _query(given: str | None) -> str:
    if not given:
        raise Refusal(400, "The 'jql' query parameter is required.")
    return given


def _reconciled() -> frozenset[str]:
    """Issues that are read past the index, by id."""
    given = ",".join(request.args.getlist("reconcileIssues")).split(",")
    return frozenset(part for part in given if part)


def _indexed(issues: list[Issue], reconciled: frozenset[str]) -> list[Issue]:
    present = time.monotonic()
    return [i for i in issues if i.indexed <= present or str(i.id) in reconciled]


def _place(token: str | None) -> int:
    if not token:
        return 0
    number_part = token.removeprefix("page-")
    if not number_part.isdecimal():
        raise Refusal(400, "The provided next page token is invalid or expired.")
    return int(number_part)


def _shape(shapes: Shapes, issue: Issue) -> Json:
    """Unlike before, nothing but the id is given unless fields are asked for."""
    wanted = ",".join(request.args.getlist("fields"))
    if not wanted:
        return {"id": str(issue.id)}
    return narrowed(shapes.issue(issue), wanted)


def _count(asked: Json, name: str, default: int) -> int:
    given = str(asked.get(name, default))
    if not given.isdecimal():
        raise Refusal(400, f"The value of '{name}' is not a number.")
    return int(given)
