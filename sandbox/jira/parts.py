"""Routes of what hangs on an issue: comments, links, properties."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, jsonify, request
from werkzeug.datastructures import Headers

from sandbox.jira import model
from sandbox.jira.errors import Refusal, no_issue
from sandbox.jira.model import Issue
from sandbox.jira.requests_in import json_object, json_value, number
from sandbox.jira.shapes import Shapes
from sandbox.jira.site import Site

Json = dict[str, Any]
_LONGEST: Final = 32767
_PROPERTY: Final = 32768
_REMOTE: Final[tuple[str, ...]] = ("globalId", "application", "relationship", "object")


def routes(app: Blueprint, site: Site, shapes: Shapes) -> None:
    """Add these routes."""
    _comment_routes(app, site, shapes)
    _link_routes(app, site, shapes)
    _property_routes(app, site, shapes)


def _comment_routes(app: Blueprint, site: Site, shapes: Shapes) -> None:
    @app.get("/rest/api/2/issue/<key>/comment")
    def comments(key: str) -> Any:
        start, most = number("startAt", 0, 10**6), number("maxResults", 100, 5000)
        with site.lock:
            issue = site.the_issue(key)
            ordered = sorted(issue.comments, key=lambda c: c.id)
            if request.args.get("orderBy") == "-created":
                ordered.reverse()
            page = [shapes.comment(issue, c) for c in ordered[start : start + most]]
            total = len(issue.comments)
        return jsonify({"startAt": start, "maxResults": most, "total": total, "comments": page})

    @app.get("/rest/api/2/issue/<key>/comment/<int:which>")
    def one_comment(key: str, which: int) -> Any:
        with site.lock:
            issue = site.the_issue(key)
            for held in issue.comments:
                if held.id == which:
                    return jsonify(shapes.comment(issue, held))
        raise Refusal(404, f"Can not find a comment for the id: {which}.")

    @app.post("/rest/api/2/issue/<key>/comment")
    def comment(key: str) -> Any:
        body = json_object()
        with site.lock:
            issue = site.the_issue(key)
            if not site.may_comment:
                wrong = f"{site.bot.name}, you do not have the permission to comment on this issue."
                raise Refusal(400 if not site.cloud else 403, wrong)
            text = body.get("body")
            if not isinstance(text, str) or not text.strip():
                raise Refusal(400, errors={"comment": "Comment body can not be empty!"})
            if len(text) > _LONGEST:
                wrong = "The entered text is too long. It exceeds the allowed limit of 32,767."
                raise Refusal(400, errors={"comment": wrong})
            made = site.comment(issue, text, site.bot, body.get("visibility"))
            return jsonify(shapes.comment(issue, made)), 201


def _link_routes(app: Blueprint, site: Site, shapes: Shapes) -> None:
    @app.get("/rest/api/2/issue/<key>/remotelink")
    def remote_links(key: str) -> Any:
        with site.lock:
            found = site.the_issue(key).remotes
            if wanted := request.args.get("globalId"):
                found = [link for link in found if link.get("globalId") == wanted]
                if not found:
                    raise Refusal(404, "Remote issue link with the given global id was not found.")
                return jsonify(found[0])
            return jsonify(found)

    @app.post("/rest/api/2/issue/<key>/remotelink")
    def remote_link(key: str) -> Any:
        body = json_object()
        with site.lock:
            issue = site.the_issue(key)
            if not site.may_link:
                raise Refusal(403, "You do not have permission to link issues.")
            made, new = _remote(site, shapes, issue, body)
            return jsonify({"id": made["id"], "self": made["self"]}), 201 if new else 200

    @app.get("/rest/api/2/issueLinkType")
    def link_types() -> Any:
        listed = [
            {
                "id": found,
                "name": name,
                "inward": inward,
                "outward": outward,
                "self": f"{shapes.api}/issueLinkType/{found}",
            }
            for name, (found, inward, outward) in model.LINK_TYPES.items()
        ]
        return jsonify({"issueLinkTypes": listed})

    @app.post("/rest/api/2/issueLink")
    def issue_link() -> Any:
        body = json_object()
        kind = (body.get("type") or {}).get("name")
        with site.lock:
            if kind not in model.LINK_TYPES:
                raise Refusal(404, f"No issue link type with name '{kind}' found.")
            inward, outward = (_end(site, body.get(f"{side}Issue")) for side in _SIDES)
            if not site.may_link:
                raise Refusal(401 if not site.cloud else 403, "No Link Issue Permission for issue.")
            site.link(kind, inward, outward)
        return "", 201, Headers({"Location": f"{shapes.api}/issueLink"})


_SIDES: Final = ("inward", "outward")


def _end(site: Site, given: object) -> Issue:
    if not isinstance(given, dict):
        raise no_issue()
    return site.the_issue(str(given.get("key") or given.get("id")))


def _remote(site: Site, shapes: Shapes, issue: Issue, body: Json) -> tuple[Json, bool]:
    """With a global id the link is updated in place; without one, each call adds another."""
    thing = body.get("object")
    errors = {}
    if not isinstance(thing, dict) or not thing.get("url"):
        errors["url"] = "'url' is required."
    if not isinstance(thing, dict) or not thing.get("title"):
        errors["title"] = "'title' is required."
    if len(str(body.get("globalId", ""))) > 255:
        errors["globalId"] = "'globalId' must be 255 characters or fewer."
    if errors:
        raise Refusal(400, errors=errors)
    known: Json = {name: body[name] for name in _REMOTE if name in body}
    for link in issue.remotes:
        if body.get("globalId") and link.get("globalId") == body["globalId"]:
            link.update(known)
            return link, False
    made = site.new_id()
    link = {"id": made, "self": f"{shapes.api}/issue/{issue.key}/remotelink/{made}", **known}
    issue.remotes.append(link)
    return link, True


def _property_routes(app: Blueprint, site: Site, shapes: Shapes) -> None:
    @app.get("/rest/api/2/issue/<key>/properties")
    def properties(key: str) -> Any:
        with site.lock:
            names = list(site.the_issue(key).properties)
        address = f"{shapes.api}/issue/{key}/properties"
        return jsonify({"keys": [{"self": f"{address}/{n}", "key": n} for n in names]})

    @app.get("/rest/api/2/issue/<key>/properties/<name>")
    def read_property(key: str, name: str) -> Any:
        with site.lock:
            held = site.the_issue(key).properties
            if name not in held:
                raise Refusal(404, f"The property {name} does not exist.")
            return jsonify({"key": name, "value": held[name]})

    @app.put("/rest/api/2/issue/<key>/properties/<name>")
    def set_property(key: str, name: str) -> Any:
        if len(request.get_data()) > _PROPERTY or len(name) > 255:
            raise Refusal(400, "The value or the key of the property is too long.")
        value = json_value()
        with site.lock:
            held = site.the_issue(key).properties
            new = name not in held
            held[name] = value
        return "", 201 if new else 200
