"""A Zendesk and a Jira of somebody else's making: no more than the API pages let one expect.

Comments come on one page, without metadata, HTML or the users beside them; what is not
needed for a renewal answers 404; an issue may be created from `fields` alone.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import threading
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape
from typing import Any, Final

import requests
from flask import Flask, Response, abort, jsonify, request

from sandbox.faults import Faults
from sandbox.service import Service

BOT, AGENT, BRAND = 9001, 9002, 9003
ORGANIZATION: Final = 77
USERS: Final = {
    BOT: ("SSL bot", "bot@helpdesk.example", "agent", None),
    AGENT: ("Alex Agent", "alex@helpdesk.example", "agent", None),
    BRAND: ("Bea Brand", "bea@brand.example", "end-user", ORGANIZATION),
}
_TAGS: Final = re.compile(r"<[^>]+>")
Json = dict[str, Any]


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class ForeignZendesk:
    """Tickets, comments, uploads, audits and users, and nothing else."""

    faults: Faults
    hook: tuple[str, str] = ("", "")
    tickets: dict[int, Json] = field(default_factory=dict)
    said: dict[int, list[Json]] = field(default_factory=dict)
    audits: dict[int, list[Json]] = field(default_factory=dict)
    uploads: dict[str, Json] = field(default_factory=dict)
    files: dict[int, bytes] = field(default_factory=dict)
    lock: Any = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        self.service = Service("zendesk", _zendesk(self), self.faults)
        self.url = self.service.url

    def opens(self, subject: str, text: str) -> int:
        """The brand's new ticket."""
        with self.lock:
            number = 500 + len(self.tickets)
            self.tickets[number] = {
                "id": number,
                "subject": subject,
                "status": "new",
                "tags": [],
                "requester_id": BRAND,
                "organization_id": ORGANIZATION,
                "created_at": _now(),
                "updated_at": _now(),
            }
            self.said[number], self.audits[number] = [], []
            self.writes(number, BRAND, text, told=False)
        self.told(number, "created")
        return number

    def writes(
        self, number: int, author: int, text: str, files: tuple[Json, ...] = (), told: bool = True
    ) -> None:
        """A public comment by somebody."""
        with self.lock:
            self._comment(number, author, {"body": text}, files)
        if told:
            self.told(number, "comment_added")

    def file(self, name: str, data: bytes) -> Json:
        """A file as it stands on comments."""
        number = 7000 + len(self.files)
        self.files[number] = data
        return {
            "id": number,
            "file_name": name,
            "content_type": "application/octet-stream",
            "content_url": f"{self.url}/attachments/token/{number}/?name={name}",
            "size": len(data),
        }

    def put(self, number: int, changes: Json, author: int) -> Json:
        """One update, all or nothing."""
        with self.lock:
            ticket, events = self.tickets[number], []
            if changes.get("safe_update") and changes["updated_stamp"] != ticket["updated_at"]:
                abort(409)
            comment = changes.get("comment")
            if comment:
                files = tuple(self.uploads.pop(token) for token in comment.get("uploads") or ())
                self._comment(number, author, comment, files)
            for name in ("status", "tags"):
                if name in changes:
                    events.append(_change(name, ticket[name], changes[name]))
                    ticket[name] = changes[name]
            ticket["updated_at"] = _now()
            audit = {"id": 1, "ticket_id": number, "author_id": author, "events": events}
            self.audits[number].append(audit)
        self.told(number, "tags_changed")
        return ticket

    def csr(self, number: int) -> str:
        """The CSR that the brand was sent last."""
        sent = [a for c in self.said[number] if c["public"] for a in c["attachments"]]
        [*_, last] = [a["id"] for a in sent if a["file_name"].endswith(".csr")]
        return self.files[last].decode()

    def told(self, number: int, kind: str) -> None:
        """A trigger and an event subscription, both signed."""
        url, secret = self.hook
        trigger = {"event": "ticket_changed", "ticket_id": str(number), "updated_at": _now()}
        event = {
            "type": f"zen:event-type:ticket.{kind}",
            "id": str(uuid.uuid4()),
            "zendesk_event_version": "2022-11-06",
            "subject": f"zen:ticket:{number}",
            "time": _now(),
            "detail": {"id": str(number)},
            "event": {},
        }
        for body in (trigger, event) if url else ():
            raw, stamp = json.dumps(body).encode(), _now()
            digest = hmac.digest(secret.encode(), stamp.encode() + raw, "sha256")
            headers = {
                "Content-Type": "application/json",
                "X-Zendesk-Webhook-Signature": base64.b64encode(digest).decode(),
                "X-Zendesk-Webhook-Signature-Timestamp": stamp,
                "X-Zendesk-Webhook-Invocation-Id": uuid.uuid4().hex,
            }
            _sent(f"{url}/webhooks/zendesk", raw, headers)

    def _comment(self, number: int, author: int, given: Json, files: tuple[Json, ...]) -> None:
        text = given.get("body") or unescape(_TAGS.sub(" ", given["html_body"]))
        self.said[number].append(
            {
                "id": 100_000 + sum(map(len, self.said.values())),
                "type": "Comment",
                "author_id": author,
                "body": text,
                "public": given.get("public", True),
                "attachments": list(files),
                "created_at": _now(),
            }
        )


def _change(name: str, before: Any, now: Any) -> Json:
    return {
        "id": 1,
        "type": "Change",
        "field_name": name,
        "value": now,
        "previous_value": before,
    }


def _sent(url: str, raw: bytes, headers: dict[str, str]) -> None:
    """From a thread of its own, as no server waits for its webhooks."""

    def post() -> None:
        with suppress(requests.RequestException):
            requests.post(url, data=raw, headers=headers, timeout=10)

    threading.Thread(target=post, daemon=True).start()


def _zendesk(zendesk: ForeignZendesk) -> Flask:
    app = Flask("foreign.zendesk")

    @app.get("/api/v2/tickets/<int:number>")
    @app.get("/api/v2/tickets/<int:number>.json")
    def ticket(number: int) -> Json:
        return {"ticket": zendesk.tickets.get(number) or abort(404)}

    @app.put("/api/v2/tickets/<int:number>")
    @app.put("/api/v2/tickets/<int:number>.json")
    def update(number: int) -> Json:
        return {"ticket": zendesk.put(number, request.get_json()["ticket"], BOT)}

    @app.get("/api/v2/tickets/<int:number>/comments")
    @app.get("/api/v2/tickets/<int:number>/comments.json")
    def comments(number: int) -> Json:
        found = zendesk.said[number]
        return {"comments": found, "next_page": None, "count": len(found)}

    @app.get("/api/v2/tickets/<int:number>/audits")
    @app.get("/api/v2/tickets/<int:number>/audits.json")
    def audits(number: int) -> Json:
        return {"audits": zendesk.audits[number], "next_page": None}

    @app.get("/api/v2/users/<who>")
    @app.get("/api/v2/users/<who>.json")
    def user(who: str) -> Json:
        number = BOT if who == "me" else int(who)
        name, email, role, organization = USERS.get(number) or abort(404)
        known = {"name": name, "email": email, "role": role, "organization_id": organization}
        return {"user": {"id": number, **known}}

    @app.post("/api/v2/uploads")
    @app.post("/api/v2/uploads.json")
    def upload() -> tuple[Json, int]:
        token = uuid.uuid4().hex
        zendesk.uploads[token] = zendesk.file(request.args["filename"], request.get_data())
        return {"upload": {"token": token, "attachment": zendesk.uploads[token]}}, 201

    @app.get("/attachments/token/<int:number>/")
    def attachment(number: int) -> Response:
        return Response(zendesk.files[number], mimetype="application/octet-stream")

    return app


@dataclass
class ForeignJira:
    """Issues with comments, files, links and a workflow; `flavour` is Cloud or Server."""

    faults: Faults
    flavour: str
    hook: tuple[str, str] = ("", "")
    issues: dict[str, Json] = field(default_factory=dict)
    files: dict[str, dict[str, bytes]] = field(default_factory=dict)
    remote: dict[str, dict[str, Json]] = field(default_factory=dict)
    links: list[tuple[str, str]] = field(default_factory=list)
    lock: Any = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        self.service = Service("jira", _jira(self), self.faults)
        self.url = self.service.url

    def of(self, project: str) -> list[str]:
        """The keys of a project's issues."""
        return [key for key in self.issues if key.startswith(f"{project}-")]

    def create(self, fields: Json) -> str:
        """A new issue."""
        with self.lock:
            project = fields["project"]["key"]
            key = f"{project}-{len(self.of(project)) + 1}"
            self.issues[key] = {
                **fields,
                "status": {"name": "To Do"},
                "comment": [],
                "attachment": [],
            }
            self.files[key], self.remote[key] = {}, {}
        self.told(key, "jira:issue_created")
        return key

    def done(self, key: str) -> None:
        """Moved to the end of its workflow."""
        self.issues[key]["status"] = {"name": "Done"}
        self.told(key, "jira:issue_updated")

    def told(self, key: str, kind: str) -> None:
        """A signed webhook."""
        url, secret = self.hook
        if not url:
            return
        fields = {name: self.issues[key][name] for name in ("summary", "labels", "status")}
        raw = json.dumps(
            {"timestamp": 1, "webhookEvent": kind, "issue": {"key": key, "fields": fields}}
        ).encode()
        digest = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/json",
            "X-Hub-Signature": f"sha256={digest}",
            "X-Atlassian-Webhook-Identifier": uuid.uuid4().hex,
        }
        _sent(f"{url}/webhooks/jira", raw, headers)


def _jira(jira: ForeignJira) -> Flask:
    app = Flask("foreign.jira")
    api = "/rest/api/2"

    @app.get(f"{api}/serverInfo")
    def about() -> Json:
        return {
            "baseUrl": jira.url,
            "version": "9.12.4",
            "deploymentType": jira.flavour,
        }

    @app.get(f"{api}/myself")
    def myself() -> Json:
        return {"displayName": "SSL bot", "active": True}

    @app.post(f"{api}/issue")
    def create() -> tuple[Json, int]:
        body = request.get_json()
        if unknown := set(body) - {"fields"}:
            return {"errorMessages": [], "errors": dict.fromkeys(unknown, "unknown")}, 400
        return {"id": "1", "key": jira.create(body["fields"]), "self": jira.url}, 201

    @app.get(f"{api}/issue/<key>")
    def issue(key: str) -> Json:
        return {"id": "1", "key": key, "fields": jira.issues.get(key) or abort(404)}

    path = f"{api}/search/jql" if jira.flavour == "Cloud" else f"{api}/search"

    @app.route(path, methods=["GET", "POST"])
    def search() -> Json:
        asked = (request.get_json(silent=True) or request.args)["jql"]
        wanted = re.findall(r'labels = "([^"]+)"', asked)
        found = [
            {"id": "1", "key": key, "fields": {}}
            for project in re.findall(r'project = "(\w+)"', asked)
            for key in jira.of(project)
            if set(wanted) <= set(jira.issues[key]["labels"])
        ]
        return {"issues": found, "startAt": 0, "maxResults": 50, "total": len(found)}

    _on_issues(app, jira)
    return app


def _on_issues(app: Flask, jira: ForeignJira) -> None:
    api = "/rest/api/2"

    @app.get(f"{api}/issue/<key>/comment")
    def comments(key: str) -> Json:
        return {"comments": jira.issues[key]["comment"]}

    @app.post(f"{api}/issue/<key>/comment")
    def comment(key: str) -> tuple[Json, int]:
        made = {"id": "1", "body": request.get_json()["body"]}
        jira.issues[key]["comment"].append(made)
        return made, 201

    @app.post(f"{api}/issue/<key>/attachments")
    def attach(key: str) -> Response:
        if request.headers.get("X-Atlassian-Token") != "no-check":
            abort(403)
        made = []
        for file in request.files.getlist("file"):
            data, name = file.read(), str(file.filename)
            jira.files[key][name] = data
            made.append({"id": "1", "filename": name, "size": len(data)})
        jira.issues[key]["attachment"] += made
        return jsonify(made)

    @app.get(f"{api}/issue/<key>/transitions")
    def transitions(key: str) -> Json:
        return {"transitions": [{"id": "31", "name": "Done", "to": {"name": "Done"}}]}

    @app.post(f"{api}/issue/<key>/transitions")
    def move(key: str) -> tuple[str, int]:
        assert request.get_json()["transition"]["id"] == "31"
        jira.done(key)
        return "", 204

    @app.post(f"{api}/issue/<key>/remotelink")
    def remote_link(key: str) -> tuple[Json, int]:
        body = request.get_json()
        jira.remote[key][body["globalId"]] = body
        return {"id": 1, "self": jira.url}, 201

    @app.post(f"{api}/issueLink")
    def link() -> tuple[str, int]:
        body = request.get_json()
        jira.links.append((body["inwardIssue"]["key"], body["outwardIssue"]["key"]))
        return "", 201
