"""The form of details as a page: typed input beats reading mails.

Whoever has the link, which stands in the ticket, may fill it in.  What is wrong is said field
by field; what is right goes to the worker as an event, like a reply.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final
from uuid import uuid4

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from bot.case import At, Case
from bot.errors import TryLater
from bot.links import DetailsLinks
from bot.web.inbox import Inbox
from bot.web.login import with_policy
from bot.x509 import judging
from bot.x509.details import LABELS, Field

LONGEST: Final = 4000
"""Characters of one field that are read."""

HINTS: Final = {
    Field.COMMON_NAME: "The primary domain of the certificate, such as www.example.com",
    Field.ORGANIZATION: "The company's full legal name",
    Field.ORGANIZATIONAL_UNIT: "Left out by certificate authorities today",
    Field.LOCALITY: "City",
    Field.STATE: "State or region, written out",
    Field.COUNTRY: "Its English name or two-letter code",
    Field.BITS: "2048, 3072, 4096, P-256 or P-384",
    Field.NAMES: "Further domains, separated by commas or on lines of their own",
}


def routes(
    links: DetailsLinks,
    find: Callable[[int], Case | None],
    inbox: Inbox,
    reached: Collection[str] = (),
) -> Blueprint:
    """`/details/<token>`."""
    blueprint = Blueprint("details", __name__)

    @blueprint.get("/details/<token>")
    def form(token: str) -> ResponseReturnValue:
        case = _case(token)
        if case.at is not At.DETAILS_WANTED:
            return _said("answered", 200)
        known = dict(case.offered) | dict(case.answers)
        return _form({field: known.get(field, "") for field in Field}, {})

    @blueprint.post("/details/<token>")
    def filled(token: str) -> ResponseReturnValue:
        case = _case(token)
        if case.at is not At.DETAILS_WANTED:
            return _said("answered", 409)
        given = {field: request.form.get(field, "").strip()[:LONGEST] for field in Field}
        faults = judging.by_field(given, reached)
        if faults:
            return _form(given, {f: [x.brand for x in found] for f, found in faults.items()})
        answers = {field.value: value for field, value in given.items()}
        payload: dict[str, object] = {"ticket": case.ticket, "answers": answers}
        try:
            inbox.put(id=f"form:{uuid4().hex}", ticket=case.ticket, kind="form", payload=payload)
        except TryLater:
            return _said("later", 503)
        return _said("thanks", 200)

    def _case(token: str) -> Case:
        ticket = links.ticket(token)
        case = None if ticket is None else find(ticket)
        if case is None:
            abort(404)
        return case

    return blueprint


def _form(values: dict[Field, str], faults: dict[Field, list[str]]) -> Response:
    page = render_template(
        "details.html", labels=LABELS, hints=HINTS, values=values, faults=faults, optional=_OPTIONAL
    )
    return with_policy((page, 422 if faults else 200))


_OPTIONAL: Final = frozenset({Field.ORGANIZATIONAL_UNIT, Field.NAMES, Field.BITS})


def _said(what: str, status: int) -> Response:
    return with_policy((render_template("details_said.html", what=what), status))
