"""Routes that say what this Jira is, who asks, what they may, and which projects there are."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, jsonify, request

from sandbox.jira import model
from sandbox.jira.errors import Refusal
from sandbox.jira.model import Project
from sandbox.jira.shapes import Shapes, stamp
from sandbox.jira.site import Site

Json = dict[str, Any]
_SWITCHES: Final = {
    "BROWSE_PROJECTS": "",
    "CREATE_ISSUES": "may_create",
    "CREATE_ATTACHMENTS": "may_attach",
    "DELETE_ALL_ATTACHMENTS": "may_delete_files",
    "ADD_COMMENTS": "may_comment",
    "LINK_ISSUES": "may_link",
    "TRANSITION_ISSUES": "may_transition",
    "SET_ISSUE_SECURITY": "may_set_security",
    "EDIT_ISSUES": "",
}


def routes(app: Blueprint, site: Site, shapes: Shapes) -> None:
    """Add these routes."""
    project_routes(app, site, shapes)

    @app.get("/rest/api/2/serverInfo")
    def server_info() -> Any:
        return jsonify(
            {
                "baseUrl": shapes.url,
                "version": "1001.0.0-SNAPSHOT" if site.cloud else "10.3.4",
                "versionNumbers": [1001, 0, 0] if site.cloud else [10, 3, 4],
                "deploymentType": "Cloud" if site.cloud else "Server",
                "buildNumber": 100290,
                "buildDate": "2026-01-15T00:00:00.000+0000",
                "serverTime": stamp(model.now()),
                "scmInfo": "f3ce0b9",
                "serverTitle": "Jira",
            }
        )

    @app.get("/rest/api/2/myself")
    def myself() -> Any:
        return jsonify(shapes.person(site.bot))

    @app.get("/rest/api/2/mypermissions")
    def my_permissions() -> Any:
        asked = [name for name in request.args.get("permissions", "").split(",") if name]
        if site.cloud and not asked:
            raise Refusal(400, "The 'permissions' query parameter is required.")
        for name in asked:
            if name not in _SWITCHES:
                raise Refusal(400, f"Unrecognized permission: {name}")
        if key := request.args.get("projectKey"):
            site.the_project(key)
        found = {name: _permission(site, name) for name in asked or _SWITCHES}
        return jsonify({"permissions": found})


def project_routes(app: Blueprint, site: Site, shapes: Shapes) -> None:
    """Add the routes of projects."""

    @app.get("/rest/api/2/project")
    def projects() -> Any:
        return jsonify([shapes.project(p) for p in site.projects.values()])

    @app.get("/rest/api/2/project/<key>")
    def project(key: str) -> Any:
        found = site.the_project(key)
        types = [shapes.issue_type(t) for t in found.types]
        return jsonify({**shapes.project(found), "issueTypes": types})

    @app.get("/rest/api/2/project/<key>/securitylevel")
    def security_levels(key: str) -> Any:
        found = site.the_project(key)
        # Only those who may set a level are told which there are.
        return jsonify({"levels": levels(shapes, found) if site.may_set_security else []})

    @app.get("/rest/api/2/project/<key>/issuesecuritylevelscheme")
    def security_scheme(key: str) -> Any:
        found = site.the_project(key)
        if not found.levels:
            raise Refusal(404, "No issue security level scheme is set for this project.")
        address = f"{shapes.api}/issuesecurityschemes/{found.id}"
        scheme: Json = {"self": address, "id": int(found.id), "name": f"{found.key} security"}
        return jsonify({**scheme, "description": "", "levels": levels(shapes, found)})


def _permission(site: Site, name: str) -> Json:
    number = str(list(_SWITCHES).index(name) + 10)
    title = name.replace("_", " ").capitalize()
    have = bool(getattr(site, _SWITCHES[name], True))
    about = {"id": number, "key": name, "name": title, "type": "PROJECT", "description": title}
    return {**about, "havePermission": have}


def levels(shapes: Shapes, project: Project) -> list[Json | None]:
    return [shapes.level(project, number) for number in project.levels.values()]
