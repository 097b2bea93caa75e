"""The list of cases: by stage, by part of a host, by ticket or issue."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from bot.case import At
from bot.storage.listing import Order
from bot.storage.pages import Listed, Page
from bot.web import login
from bot.web.dashboard.books import Books
from bot.web.dashboard.stages import STAGES

LONGEST: Final = 255


def routes(books: Books, now: Callable[[], datetime]) -> Blueprint:
    """`/cases`; a number alone leads to its case."""
    blueprint = Blueprint("cases", __name__)

    @blueprint.get("/cases")
    @login.required
    def listed() -> ResponseReturnValue:
        sought = " ".join(request.args.get("q", "").split())[:LONGEST]
        number = sought.removeprefix("#")
        if number.isascii() and number.isdecimal() and books.find(min(int(number), 2**63 - 1)):
            return redirect(f"/cases/{int(number)}", code=303)
        return render_template(
            "dashboard/cases.html",
            page=_page(books, sought),
            sought=sought,
            whom=sorted({stage.whom for stage in STAGES.values()}),
            orders={
                Order.NEWEST: "newest first",
                Order.SINCE: "longest at its stage first",
                Order.EXPIRES: "certificate ends first",
            },
            now=now(),
        )

    return blueprint


def _page(books: Books, sought: str) -> Page[Listed]:
    try:
        order = Order(request.args.get("order") or Order.NEWEST)
        return books.cases.listed(_stages(), sought, order, request.args.get("after", ""))
    except (ValueError, OverflowError):
        abort(400)


def _stages() -> tuple[At, ...]:
    """The stages of the address: one by its name, or all at which somebody is waited for."""
    stage, whom = request.args.get("stage", ""), request.args.get("whom", "")
    if stage:
        return (At(stage),)
    return tuple(at for at, known in STAGES.items() if known.whom == whom) if whom else ()
