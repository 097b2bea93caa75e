"""People, organizations, and what the account has."""

from __future__ import annotations

from typing import Any

from flask import Flask, request

from sandbox.zendesk import refusal
from sandbox.zendesk.account import Account
from sandbox.zendesk.model import User
from sandbox.zendesk.requests_in import Api
from sandbox.zendesk.shapes import BRAND, Shapes, ticket_fields


def people(app: Flask, account: Account, shapes: Shapes, bot: User) -> None:
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
        wanted = {
            int(n) for n in request.args.get("ids", "").split(",") if n.isdecimal() and len(n) < 19
        }
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
        found = [*ticket_fields(), *account.rules.records["ticket_fields"].values()]
        return {"ticket_fields": found, "count": len(found), "next_page": None}

    @api("GET", "custom_statuses")
    def statuses() -> Any:
        return {"custom_statuses": shapes.statuses()}
