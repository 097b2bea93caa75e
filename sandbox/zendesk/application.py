"""The API over HTTP, each path with and without `.json`."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from flask import Flask, Response, jsonify, request

from sandbox.zendesk import checking, refusal
from sandbox.zendesk.account import LARGEST_FILE, Account, redacted
from sandbox.zendesk.model import Comment, Ticket, User
from sandbox.zendesk.refusal import Refusal
from sandbox.zendesk.shapes import BRAND, Shapes, stamp, ticket_fields

PAGE: Final = 100
_MARKED: Final = re.compile(r"<redact>(.*?)</redact>", re.DOTALL)


def application(account: Account, shapes: Shapes, log_in: tuple[str, str]) -> Flask:
    """The account's API, for the one user whose token it is."""
    app = Flask("sandbox.zendesk", static_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined] # Flask's own provider has it
    bot = next(iter(account.users.values()))

    @app.before_request
    def check_log_in() -> None:
        if request.path.startswith("/api/") and not _logged_in(*log_in):
            raise refusal.not_logged_in()

    account.limits.enforce(app)
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(404, lambda _: _refused(refusal.not_found()))
    app.register_error_handler(405, lambda _: _refused(refusal.not_found()))
    _tickets(app, account, shapes, bot)
    _parts_of_tickets(app, account, shapes, bot)
    _files(app, account, shapes)
    _redaction(app, account, shapes, bot)
    _people(app, account, shapes, bot)
    _finding(app, account, shapes)
    return app


class Api:
    """Routes under /api/v2, with the lock held."""

    def __init__(self, app: Flask, account: Account) -> None:
        self._app, self._account = app, account

    def __call__(self, method: str, path: str) -> Callable[[Callable[..., Any]], None]:
        """Register a view for both spellings of the path."""

        def register(view: Callable[..., Any]) -> None:
            def locked(**values: Any) -> Any:
                with self._account.lock:
                    return view(**values)

            for ending in ("", ".json"):
                endpoint = f"{method} {path}{ending}".replace(".", "-")
                self._app.add_url_rule(
                    f"/api/v2/{path}{ending}", endpoint, locked, methods=[method]
                )

        return register


def _tickets(app: Flask, account: Account, shapes: Shapes, bot: User) -> None:
    api = Api(app, account)

    @api("GET", "tickets/<int:number>")
    def read(number: int) -> Any:
        return {"ticket": shapes.ticket(account.the_ticket(number))}

    @api("PUT", "tickets/<int:number>")
    def update(number: int) -> Any:
        happens, account.before_update = account.before_update, None
        if happens is not None:
            happens()
        ticket = account.the_ticket(number)
        wanted = checking.wanted(account, _body(), ticket)
        author = account.users.get(wanted.author_id or bot.id, bot)
        audit = account.update(
            ticket,
            author,
            wanted.changes,
            text=wanted.text,
            html=wanted.html,
            public=wanted.public,
            files=wanted.files,
            custom=wanted.custom,
        )
        return {"ticket": shapes.ticket(ticket), "audit": shapes.audit(audit)}

    @api("POST", "tickets")
    def create() -> Any:
        body = _body()
        wanted = checking.wanted(account, body, None)
        given = body["ticket"]
        if wanted.text is None and wanted.html is None:
            raise refusal.invalid("base", "Description: cannot be blank")
        requester = account.users.get(given.get("requester_id") or bot.id)
        if requester is None:
            raise refusal.invalid("requester", "Requester: is invalid")
        subject = wanted.changes.pop("subject", (wanted.text or "")[:150])
        ticket, audit = account.create(
            account.users.get(wanted.author_id or bot.id, bot),
            requester,
            subject,
            text=wanted.text,
            html=wanted.html,
            public=wanted.public,
            files=wanted.files,
            channel="api",
            **wanted.changes,
        )
        made = {"ticket": shapes.ticket(ticket), "audit": shapes.audit(audit)}
        return made, 201, {"Location": f"{shapes.url}/api/v2/tickets/{ticket.id}.json"}


def _parts_of_tickets(app: Flask, account: Account, shapes: Shapes, bot: User) -> None:
    api = Api(app, account)

    @api("GET", "tickets/<int:number>/comments")
    def comments(number: int) -> Any:
        found = account.the_ticket(number).comments
        return _page(account, shapes, "comments", found, shapes.comment)

    @api("GET", "tickets/<int:number>/audits")
    def audits(number: int) -> Any:
        found = account.the_ticket(number).audits
        return _page(account, shapes, "audits", found, shapes.audit)

    @api("GET", "tickets/<int:number>/tags")
    def tags(number: int) -> Any:
        return {"tags": account.the_ticket(number).tags}

    def change(number: int, how: Callable[[list[str], list[str]], list[str]]) -> Any:
        ticket, given = account.the_ticket(number), checking.tags(_body().get("tags"))
        if ticket.status == "closed":
            raise refusal.invalid("status", "Status: closed prevents ticket update")
        account.update(ticket, bot, {"tags": how(ticket.tags, given)})
        return {"tags": ticket.tags}

    @api("PUT", "tickets/<int:number>/tags")
    def add(number: int) -> Any:
        return change(number, lambda there, given: list(dict.fromkeys([*there, *given])))

    @api("POST", "tickets/<int:number>/tags")
    def set_all(number: int) -> Any:
        return change(number, lambda _, given: given), 201

    @api("DELETE", "tickets/<int:number>/tags")
    def remove(number: int) -> Any:
        return change(number, lambda there, given: [tag for tag in there if tag not in given])


def _files(app: Flask, account: Account, shapes: Shapes) -> None:
    api = Api(app, account)

    @api("POST", "uploads")
    def upload() -> Any:
        data, name = request.get_data(), request.args.get("filename", "")
        if not name:
            raise Refusal(400, {"error": "InvalidFilename", "description": "missing filename"})
        if len(data) > LARGEST_FILE:
            raise Refusal(422, {"error": "AttachmentUnprocessable", "description": "too large"})
        kind = request.content_type or "application/octet-stream"
        made = account.upload(name, data, kind, request.args.get("token"))
        return {"upload": shapes.upload(made)}, 201

    @api("DELETE", "uploads/<token>")
    def drop(token: str) -> Any:
        if account.uploads.pop(token, None) is None:
            raise refusal.not_found()
        return "", 204

    @api("GET", "attachments/<int:number>")
    def about(number: int) -> Any:
        if number not in account.attachments:
            raise refusal.not_found()
        return {"attachment": shapes.attachment(account.attachments[number])}

    @app.get("/attachments/token/<token>/")
    def content(token: str) -> Response:
        with account.lock:
            for attachment in account.attachments.values():
                if attachment.token == token and not attachment.redacted:
                    return Response(attachment.data, content_type=attachment.content_type)
        raise refusal.not_found()


def _redaction(app: Flask, account: Account, shapes: Shapes, bot: User) -> None:
    api = Api(app, account)

    def hide(ticket: Ticket, comment: Comment, texts: Sequence[str]) -> Comment:
        made = comment
        for text in texts:
            made = redacted(made, text)
        ticket.comments[ticket.comments.index(comment)] = made
        for audit in ticket.audits:
            for event in audit.events:
                if event.get("comment") is comment:
                    event["comment"] = made
        account.update(ticket, bot, {})
        return made

    @api("PUT", "tickets/<int:number>/comments/<int:comment_id>/redact")
    def text(number: int, comment_id: int) -> Any:
        ticket = account.the_ticket(number)
        if ticket.status == "closed":
            raise refusal.invalid("status", "Status: closed prevents ticket update")
        comment, given = account.the_comment(ticket, comment_id), _body().get("text")
        if not isinstance(given, str) or not given or given not in comment.plain + comment.html:
            raise refusal.invalid("text", "Text: not found in the comment")
        return {"comment": shapes.comment(hide(ticket, comment, [given]))}

    @api("PUT", "tickets/<int:number>/comments/<int:comment_id>/attachments/<int:file>/redact")
    def attachment(number: int, comment_id: int, file: int) -> Any:
        ticket = account.the_ticket(number)
        comment = account.the_comment(ticket, comment_id)
        found = next((a for a in comment.attachments if a.id == file), None)
        if found is None:
            raise refusal.not_found()
        account.redact_file(found)
        account.update(ticket, bot, {})
        return {"attachment": shapes.attachment(found)}

    @api("PUT", "comment_redactions/<int:comment_id>")
    def newer(comment_id: int) -> Any:
        body = _body()
        ticket = account.the_ticket(int(body.get("ticket_id") or 0))
        comment = account.the_comment(ticket, comment_id)
        urls = body.get("external_attachment_urls") or []
        for found in comment.attachments:
            if shapes.attachment(found)["content_url"] in urls:
                account.redact_file(found)
        texts = _MARKED.findall(str(body.get("html_body") or ""))
        return {"comment": shapes.comment(hide(ticket, comment, texts))}


def _people(app: Flask, account: Account, shapes: Shapes, bot: User) -> None:
    api = Api(app, account)

    @api("GET", "users/me")
    def me() -> Any:
        return {"user": shapes.user(bot)}

    @api("GET", "users/<int:number>")
    def user(number: int) -> Any:
        if number not in account.users:
            raise refusal.not_found()
        return {"user": shapes.user(account.users[number])}

    @api("GET", "users/show_many")
    def many() -> Any:
        wanted = {int(n) for n in request.args.get("ids", "").split(",") if n.isdecimal()}
        found = [shapes.user(u) for n, u in account.users.items() if n in wanted]
        return {"users": found, "count": len(found), "next_page": None, "previous_page": None}

    @api("GET", "organizations/<int:number>")
    def organization(number: int) -> Any:
        if number != account.organization:
            raise refusal.not_found()
        return {"organization": shapes.organization()}

    @api("GET", "brands")
    def brands() -> Any:
        brand = {"id": BRAND, "name": "Symphony", "subdomain": "symphony", "active": True}
        return {"brands": [brand], "count": 1, "next_page": None, "previous_page": None}

    @api("GET", "ticket_fields")
    def fields() -> Any:
        found = ticket_fields()
        return {"ticket_fields": found, "count": len(found), "next_page": None}

    @api("GET", "custom_statuses")
    def statuses() -> Any:
        return {"custom_statuses": shapes.statuses()}


def _finding(app: Flask, account: Account, shapes: Shapes) -> None:
    api = Api(app, account)

    @api("GET", "search")
    def search() -> Any:
        words = request.args.get("query", "").split()
        found = [t for t in account.tickets.values() if all(_fits(t, word) for word in words)]
        results = [{**shapes.ticket(t), "result_type": "ticket"} for t in found[:PAGE]]
        return {"results": results, "count": len(found), "next_page": None, "previous_page": None}

    @api("GET", "search/export")
    def export() -> Any:
        if request.args.get("filter[type]") != "ticket":
            raise Refusal(422, {"error": "invalid", "description": "filter[type] is required"})
        words = request.args.get("query", "").split()
        known = list(account.tickets.values())
        if account.search_lag:
            late = datetime.now(UTC) - timedelta(seconds=account.search_lag)
            known = [t for t in known if t.updated_at <= late]
        found = [t for t in known if all(_fits(t, word) for word in words)]
        return _page(account, shapes, "results", found, _result(shapes), most=1000)


def _result(shapes: Shapes) -> Callable[[Ticket], dict[str, Any]]:
    return lambda ticket: {**shapes.ticket(ticket), "result_type": "ticket"}


def _fits(ticket: Ticket, word: str) -> bool:
    """One word of a search; those that the sandbox does not know are refused."""
    order = ("new", "open", "pending", "hold", "solved", "closed")
    match re.fullmatch(r"(type|tags|status|updated)(:|<|>=?)(.+)", word):
        case None:
            return word.lower() in ticket.subject.lower()
        case found:
            name, sign, value = found.groups()
    if name == "type":
        return value == "ticket"
    if name == "tags":
        return value in ticket.tags
    if name == "updated":
        return stamp(ticket.updated_at) >= value
    if value not in order:
        raise Refusal(422, {"error": "invalid", "description": "Invalid search"})
    at, wanted = order.index(ticket.status), order.index(value)
    return {":": at == wanted, "<": at < wanted, ">": at > wanted, ">=": at >= wanted}[sign]


def _page(
    account: Account,
    shapes: Shapes,
    key: str,
    found: Sequence[Any],
    shape: Callable[[Any], dict[str, Any]],
    most: int = PAGE,
) -> dict[str, Any]:
    """A page by cursor, with its people when they are asked for."""
    size = min(max(int(request.args.get("page[size]") or PAGE), 1), most)
    after = request.args.get("page[after]", "")
    try:
        start = int(base64.urlsafe_b64decode(after or "MA=="))
    except (ValueError, binascii.Error):
        raise Refusal(400, {"error": "InvalidCursor", "description": "Invalid cursor"}) from None
    shown = found[start : start + size]
    more = start + size < len(found)
    cursor = base64.urlsafe_b64encode(str(start + size).encode()).decode()
    again = {**request.args, "page[size]": size, "page[after]": cursor}
    page: dict[str, Any] = {
        key: [shape(one) for one in shown],
        "meta": {"has_more": more, "after_cursor": cursor if more else None},
        "links": {"next": f"{shapes.url}{request.path}?{urlencode(again)}" if more else None},
    }
    if "users" in request.args.get("include", "").split(","):
        authors = dict.fromkeys(one.author_id for one in shown)
        page["users"] = [shapes.user(account.users[n]) for n in authors if n in account.users]
    return page


def _body() -> dict[str, Any]:
    try:
        found = json.loads(request.get_data() or b"{}")
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Refusal(400, {"error": "Unprocessable", "description": "Invalid JSON"})
    return found


def _logged_in(email: str, token: str) -> bool:
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    try:
        sent = base64.b64decode(given, validate=True)
    except (ValueError, binascii.Error):
        return False
    return kind.lower() == "basic" and hmac.compare_digest(sent, f"{email}/token:{token}".encode())


def _refused(error: Refusal) -> tuple[Response, int, dict[str, str]]:
    return jsonify(error.body), error.status, error.headers
