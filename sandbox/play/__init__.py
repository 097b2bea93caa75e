"""A page to play brand, CA, agent and SaaS team by hand; for loopback and one person."""

from __future__ import annotations

import io
from typing import Any, Final
from urllib.parse import urlsplit

from flask import Flask, Response, abort, redirect, render_template, request, send_file, url_for
from werkzeug.datastructures import FileStorage

from sandbox.faults import Fault, Kind
from sandbox.world import World

LARGEST: Final = 12 * 1024 * 1024
MACROS: Final = (
    "ssl_renewal",
    "ssl_start",
    "ssl_use_live_details",
    "ssl_accept",
    "ssl_new_csr",
    "ssl_stop",
    "ssl_resume",
)
MOVES: Final = ("In Progress", "Done", "Declined")
FORM: Final = """Common Name: {host}
Organization: Nordlicht Handels GmbH
Organizational Unit:
Locality: Hamburg
State: Hamburg
Country: Germany
Number of bits: 2048
Additional domains: {apex}
"""


def application(world: World) -> Flask:
    """The page's application."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST
    app.before_request(_only_from_here)
    _views(app, world)
    _brand(app, world)
    _team(app, world)
    return app


def _only_from_here() -> None:
    """Another page in the same browser must not play."""
    if urlsplit(f"//{request.host}").hostname not in ("127.0.0.1", "localhost"):
        abort(403)
    origin = request.headers.get("Origin")
    if request.method == "POST" and origin and urlsplit(origin).netloc != request.host:
        abort(403)


def _views(app: Flask, world: World) -> None:
    @app.get("/")
    def start() -> str:
        tickets = [world.zendesk.ticket(number) for number in reversed(world.zendesk.ticket_ids())]
        issues = [*world.jira.issues("ITOPS"), *world.jira.issues("SPC")]
        return render_template("start.html", tickets=tickets, issues=issues, host=world.host)

    @app.get("/ticket/<int:number>")
    def ticket(number: int) -> str:
        form = FORM.format(host=world.host, apex=world.host.removeprefix("www."))
        return render_template(
            "ticket.html", ticket=world.zendesk.ticket(number), form=form, macros=MACROS
        )

    @app.get("/ticket/<int:number>/talk")
    def talk(number: int) -> str:
        return render_template(
            "talk.html",
            ticket=world.zendesk.ticket(number),
            comments=world.zendesk.comments(number),
            people={
                world.zendesk.brand_user: "brand",
                world.zendesk.agent_user: "agent",
                world.zendesk.bot_user: "bot",
            },
        )

    @app.get("/issue/<key>")
    def issue(key: str) -> str:
        return render_template(
            "issue.html",
            issue=world.jira.issue(key),
            links=world.jira.remote_links(key),
            moves=MOVES,
        )

    @app.get("/file/<side>/<int:number>/<name>")
    def file(side: str, number: int, name: str) -> Response:
        service = world.zendesk if side == "zendesk" else world.jira
        data = io.BytesIO(service.attachment_bytes(number))
        return send_file(data, "application/octet-stream", as_attachment=True, download_name=name)


def _brand(app: Flask, world: World) -> None:
    @app.post("/ticket")
    def opened() -> Response:
        subject, text = request.form["subject"], request.form["text"]
        number = world.zendesk.brand_opens(world.brand_user, subject, text, files=_files())
        return _to("ticket", number=number)

    @app.post("/ticket/<int:number>/reply")
    def reply(number: int) -> Response:
        text, files = request.form["text"], _files()
        if request.form["who"] == "agent":
            public = "note" not in request.form
            world.zendesk.agent_writes(number, text, public=public, files=files)
        else:
            world.zendesk.brand_writes(number, text, files=files)
        return _to("ticket", number=number)

    @app.post("/ticket/<int:number>/sign")
    def sign(number: int) -> Response:
        leaf = world.ca.sign(world.latest_csr(number), days=int(request.form["days"]))
        kind = "application/x-x509-ca-cert"
        files = [
            ("certificate.crt", leaf.encode(), kind),
            ("intermediate.crt", world.ca.chain_pem.encode(), kind),
        ]
        world.zendesk.brand_writes(number, "Here is the certificate.", files=files)
        return _to("ticket", number=number)

    @app.post("/ticket/<int:number>/macro")
    def macro(number: int) -> Response:
        tag = request.form["tag"]
        if tag not in MACROS:
            abort(400)
        world.zendesk.agent_tags(number, tag)
        return _to("ticket", number=number)


def _team(app: Flask, world: World) -> None:
    @app.post("/issue/<key>/move")
    def move(key: str) -> Response:
        status = request.form["status"]
        if status not in MOVES:
            abort(400)
        world.jira.person_moves(key, status)
        return _to("issue", key=key)

    @app.post("/issue/<key>/install")
    def install(key: str) -> Response:
        world.team_installs(key)
        return _to("issue", key=key)

    @app.post("/fail")
    def fail() -> Response:
        """The next calls of the bot to this side fail."""
        fault = Fault(Kind(request.form["kind"]), status=503, retry_after="2", seconds=5)
        world.faults.plan(fault, service=request.form["side"], times=int(request.form["times"]))
        return _to("start")


def _files() -> list[tuple[str, bytes, str]]:
    given: list[FileStorage] = request.files.getlist("files")
    return [(f.filename, f.read(), f.mimetype) for f in given if f.filename]


def _to(endpoint: str, **values: Any) -> Response:
    answer = redirect(url_for(endpoint, **values), code=303)
    assert isinstance(answer, Response), "Flask's redirects are Flask's responses"
    return answer
