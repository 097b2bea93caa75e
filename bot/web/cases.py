"""One case as a page: how far it is, what is known, and who did what when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from bot.case import At, Case
from bot.settings import Settings
from bot.storage.audit import Entry
from bot.web import login
from bot.x509 import names

STEPS: Final = (
    "A certificate expires",
    "The brand gives the details",
    "The CSR is requested",
    "Key and CSR are made",
    "The CSR goes to the brand",
    "The certificate comes, the change is raised",
    "The site is verified",
)
_REACHED: Final = {
    At.NEW: 1,
    At.DETAILS_WANTED: 2,
    At.DETAILS_KNOWN: 3,
    At.CSR_ORDERED: 4,
    At.CSR_MADE: 5,
    At.CERTIFICATE_WANTED: 6,
    At.CERTIFICATE_HELD: 6,
    At.CHANGE_OPEN: 7,
    At.CHANGE_DONE: 7,
    At.DONE: 8,
}
_WAITS: Final = {
    At.DETAILS_WANTED: "The brand is asked for the details of the CSR.",
    At.CSR_ORDERED: "ITOps is making key and CSR.",
    At.CERTIFICATE_WANTED: "The brand is to order the certificate and send it.",
    At.CHANGE_OPEN: "The SaaS team is to install the certificate.",
    At.CHANGE_DONE: "The site is looked at until it serves the new certificate.",
    At.DONE: "The site serves the new certificate.",
    At.WITH_AGENT: "An agent has to decide; the ticket's last internal note says what.",
    At.STOPPED: "Stopped: an agent has taken over, or the ticket has ended.",
}
MOST_ENTRIES: Final = 500
_HIDDEN: Final = frozenset({"mark"})


def routes(
    find: Callable[[int], Case | None],
    record: Callable[[int], Sequence[Entry]],
    settings: Settings,
) -> Blueprint:
    """`/cases`, which leads to one, and `/cases/<ticket>`."""
    blueprint = Blueprint("cases", __name__)

    @blueprint.get("/cases")
    @login.required
    def chosen() -> ResponseReturnValue:
        number = request.args.get("ticket", "").strip().removeprefix("#")
        if number.isascii() and number.isdecimal() and len(number) < 19:
            return redirect(f"/cases/{int(number)}", code=303)
        return redirect("/", code=303)

    @blueprint.get("/cases/<int:ticket>")
    @login.required
    def shown(ticket: int) -> ResponseReturnValue:
        case = find(ticket) if ticket < 2**63 else None
        if case is None:
            abort(404)
        return render_template(
            "case.html",
            case=case,
            host=names.display(case.host),
            steps=STEPS,
            reached=_REACHED.get(_standing(case), 0),
            waits=_WAITS.get(case.at, "The bot is at work."),
            ticket_url=f"{settings.zendesk_url}/agent/tickets/{ticket}",
            issue_url=f"{settings.jira_url}/browse/",
            record=[_told(entry) for entry in record(ticket)[-MOST_ENTRIES:]],
        )

    return blueprint


def _standing(case: Case) -> At:
    """Where the case is, or would go on."""
    return case.resume_at or case.at if case.at in (At.WITH_AGENT, At.STOPPED) else case.at


def _told(entry: Entry) -> dict[str, object]:
    details = {k: v for k, v in entry.details.items() if k not in _HIDDEN}
    return {"made": entry.made, "actor": entry.actor, "what": entry.what, "details": details}
