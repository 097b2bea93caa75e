"""Routes of files: upload, read, download, delete."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, request

from sandbox.jira.errors import Refusal
from sandbox.jira.model import Attachment
from sandbox.jira.shapes import Shapes
from sandbox.jira.site import Site


def routes(app: Blueprint, site: Site, shapes: Shapes) -> None:
    """Add these routes."""
    _upload_routes(app, site, shapes)
    _known_routes(app, site, shapes)
    _content_routes(app, site)


def _upload_routes(app: Blueprint, site: Site, shapes: Shapes) -> None:
    @app.post("/rest/api/2/issue/<key>/attachments")
    def upload(key: str) -> Any:
        if request.headers.get("X-Atlassian-Token", "") not in ("no-check", "nocheck"):
            return Response("XSRF check failed", 403, content_type="text/plain")
        with site.lock:
            issue = site.the_issue(key)
            if not site.may_attach:
                wrong = "You do not have permission to create attachments for this issue."
                raise Refusal(403, wrong)
            found = [
                (f.filename or "", f.mimetype, f.read()) for f in request.files.getlist("file")
            ]
            if not found or not all(name for name, _, _ in found):
                raise Refusal(400, "No file was given in a part named 'file'.")
            for name, _, data in found:
                if len(data) > site.upload_limit:
                    wrong = f"{name} is too large. The limit is {site.upload_limit} bytes."
                    raise Refusal(413, wrong)
            made = [site.attach(issue, *file, site.bot) for file in found]
            return jsonify([shapes.attachment(a) for a in made])


def _known_routes(app: Blueprint, site: Site, shapes: Shapes) -> None:
    @app.get("/rest/api/2/attachment/meta")
    def limits() -> Any:
        return jsonify({"enabled": True, "uploadLimit": site.upload_limit})

    @app.get("/rest/api/2/attachment/<int:number>")
    def read(number: int) -> Any:
        with site.lock:
            shape = shapes.attachment(site.the_attachment(number))
        if site.cloud:
            # Alone it has a number for an id, on an issue a text: so does the real one.
            shape["id"] = number
        else:
            del shape["id"]
        return jsonify(shape)

    @app.delete("/rest/api/2/attachment/<int:number>")
    def delete(number: int) -> Any:
        with site.lock:
            if not site.may_delete_files:
                raise Refusal(403, "You do not have permission to delete this attachment.")
            site.detach(site.the_attachment(number), site.bot)
        return "", 204


def _content_routes(app: Blueprint, site: Site) -> None:
    signing = secrets.token_bytes(16)

    @app.get("/rest/api/2/attachment/content/<int:number>")
    def content(number: int) -> Any:
        if not site.cloud:
            raise Refusal(404, "HTTP 404 Not Found")
        with site.lock:
            found = site.the_attachment(number)
        if request.args.get("redirect") == "false":
            return _bytes(found)
        return redirect(f"/signed/{number}?token={_signed(signing, number)}", 303)

    @app.get("/signed/<int:number>")
    def signed(number: int) -> Any:
        given = request.args.get("token", "")
        if not hmac.compare_digest(given.encode(), _signed(signing, number).encode()):
            raise Refusal(403, "The address is not signed.")
        with site.lock:
            return _bytes(site.the_attachment(number))

    @app.get("/secure/attachment/<int:number>/<name>")
    def secure(number: int, name: str) -> Any:
        with site.lock:
            found = site.the_attachment(number)
        if site.cloud or found.name != name:
            raise Refusal(404, "HTTP 404 Not Found")
        return _bytes(found)


def _bytes(found: Attachment) -> Response:
    return Response(found.data, content_type=found.mime)


def _signed(key: bytes, number: int) -> str:
    return hmac.new(key, str(number).encode(), hashlib.sha256).hexdigest()
