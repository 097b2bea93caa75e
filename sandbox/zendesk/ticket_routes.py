"""Tickets, their comments, audits and tags."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from sandbox.zendesk import checking, refusal
from sandbox.zendesk.account import Account
from sandbox.zendesk.model import User
from sandbox.zendesk.requests_in import Api, body, page
from sandbox.zendesk.shapes import Shapes


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

    @api("POST", "tickets")
    def create() -> Any:
        sent = body()
        wanted = checking.wanted(account, sent, None)
        given = sent["ticket"]
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
