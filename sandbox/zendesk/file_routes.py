"""Uploads, attachments, and what is redacted of them and of texts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from flask import Flask, Response, request

from sandbox.zendesk import refusal
from sandbox.zendesk.account import LARGEST_FILE, Account, redacted
from sandbox.zendesk.model import Comment, Ticket, User
from sandbox.zendesk.refusal import Refusal
from sandbox.zendesk.requests_in import Api, body
from sandbox.zendesk.shapes import Shapes

_MARKED: Final = re.compile(r"<redact>(.*?)</redact>", re.DOTALL)


def files(app: Flask, account: Account, shapes: Shapes) -> None:
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


def redaction(app: Flask, account: Account, shapes: Shapes, bot: User) -> None:
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
        comment, given = account.the_comment(ticket, comment_id), body().get("text")
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
        sent = body()
        number = sent.get("ticket_id")
        if not isinstance(number, int):
            raise refusal.wrong_type("ticket_id")
        ticket = account.the_ticket(number)
        comment = account.the_comment(ticket, comment_id)
        urls = sent.get("external_attachment_urls") or []
        for found in comment.attachments:
            if shapes.attachment(found)["content_url"] in urls:
                account.redact_file(found)
        texts = _MARKED.findall(str(sent.get("html_body") or ""))
        return {"comment": shapes.comment(hide(ticket, comment, texts))}
