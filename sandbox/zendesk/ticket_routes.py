"""Tickets, their comments, audits and tags."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import Flask, request

from sandbox.zendesk import checking, refusal
from sandbox.zendesk.account import Account
from sandbox.zendesk.model import User
from sandbox.zendesk.requests_in import Api, body, page
from sandbox.zendesk.shapes import Shapes

_OTHER: Final = "Request parameters don't match the given idempotency key"


def tickets(app: Flask, account: Account, shapes: Shapes, bot: User) -> None:
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
        wanted = checking.wanted(account, body(), ticket)
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

    @api("GET", "tickets")
    def listed() -> Any:
        wanted = request.args.get("external_id")
        found = [t for t in account.tickets.values() if wanted in (None, t.external_id)]
        return page(account, shapes, "tickets", found, shapes.ticket)

    answered: dict[str, tuple[bytes, Any]] = {}

    @api("POST", "tickets")
    def create() -> Any:
        key = request.headers.get("Idempotency-Key", "")
        if key in answered:
            sent_then, made = answered[key]
            if sent_then != request.get_data():
                raise refusal.Refusal(
                    400, {"error": "IdempotentRequestError", "description": _OTHER}
                )
            return made, 201, {"x-idempotency-lookup": "hit"}
        made, code, headers = opened()
        if key:
            answered[key] = request.get_data(), made
            headers["x-idempotency-lookup"] = "miss"
        return made, code, headers

    def opened() -> Any:
        sent = body()
        wanted = checking.wanted(account, sent, None)
        given = sent["ticket"]
        if wanted.text is None and wanted.html is None:
            raise refusal.invalid("base", "Description: cannot be blank")
        requester = asking(given)
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
            custom=wanted.custom,
            **wanted.changes,
        )
        made = {"ticket": shapes.ticket(ticket), "audit": shapes.audit(audit)}
        return made, 201, {"Location": f"{shapes.url}/api/v2/tickets/{ticket.id}.json"}

    def asking(given: dict[str, Any]) -> User:
        """Whose ticket it is to be: a user by number, or by an address that need not be known."""
        person = given.get("requester")
        if person is not None:
            email, name = person.get("email"), person.get("name")
            if not isinstance(email, str) or "@" not in email or not name:
                raise refusal.invalid("requester", "Requester: email or name is invalid")
            return account.found_or_made(str(name), email)
        requester = account.users.get(given.get("requester_id") or bot.id)
        if requester is None:
            raise refusal.invalid("requester", "Requester: is invalid")
        organization = given.get("organization_id")
        if organization is not None and organization != requester.organization_id:
            raise refusal.invalid("organization", "Organization: is not one of the requester's")
        return requester


def parts(app: Flask, account: Account, shapes: Shapes, bot: User) -> None:
    api = Api(app, account)

    @api("GET", "tickets/<int:number>/comments")
    def comments(number: int) -> Any:
        found = account.the_ticket(number).comments
        return page(account, shapes, "comments", found, shapes.comment)

    @api("GET", "tickets/<int:number>/audits")
    def audits(number: int) -> Any:
        found = account.the_ticket(number).audits
        return page(account, shapes, "audits", found, shapes.audit)

    @api("GET", "tickets/<int:number>/tags")
    def tags(number: int) -> Any:
        return {"tags": account.the_ticket(number).tags}

    def change(number: int, how: Callable[[list[str], list[str]], list[str]]) -> Any:
        ticket, given = account.the_ticket(number), checking.tags(body().get("tags"))
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
