"""What a person may have done with a case: asked for once more, and put on record.

The worker does it, as it obeys a macro: only where the case still is as the person saw it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from bot.case import At, Case
from bot.events import Command
from bot.web import login
from bot.web.dashboard.books import Books
from bot.web.roles import Role

LOOK: Final = "look"
_ONCE: Final = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Offered:
    """One thing that may be done now: `word` in the address, `does` as the page asks."""

    word: str
    title: str
    does: str


_LOOK: Final = Offered(
    LOOK, "Look again", "The bot reads the ticket, the issues and the site afresh."
)
_ORDERS: Final = {
    Command.RESEND: Offered(
        "resend",
        "Send the last message again",
        "The brand gets the form, or the CSR with its instructions, once more.",
    ),
    Command.USE_LIVE_DETAILS: Offered(
        "use-live-details",
        "Use the details of the live certificate",
        "The CSR is made with what the site's certificate says; the brand is told.",
    ),
    Command.ACCEPT: Offered(
        "accept",
        "Accept what is in doubt",
        "The bot goes on with exactly what this page shows.",
    ),
    Command.NEW_CSR: Offered(
        "new-csr",
        "Make a new key and CSR",
        "The brand gets a new CSR and has to have the certificate issued for that one.",
    ),
    Command.STOP: Offered(
        "stop",
        "Stop the bot, I take over",
        "The bot is silent on this ticket until somebody hands it back.",
    ),
    Command.RESUME: Offered(
        "resume", "Hand back to the bot", "The bot goes on where the case was before."
    ),
}
_BY_WORD: Final = {offered.word: command for command, offered in _ORDERS.items()}


def routes(books: Books) -> Blueprint:
    """`/cases/<ticket>/<word>`: GET asks once more, POST has it done."""
    blueprint = Blueprint("orders", __name__)

    @blueprint.get("/cases/<int:ticket>/<word>")
    @login.required_as(Role.AGENT)
    def confirmed(ticket: int, word: str) -> ResponseReturnValue:
        case, offer = _wanted(books, ticket, word)
        return render_template("dashboard/order.html", case=case, order=offer, once=uuid4().hex)

    @blueprint.post("/cases/<int:ticket>/<word>")
    @login.required_as(Role.AGENT)
    def ordered(ticket: int, word: str) -> ResponseReturnValue:
        case, offer = _wanted(books, ticket, word)
        _put(books, case, offer)
        return redirect(f"/cases/{ticket}?asked={word}", code=303)

    return blueprint


def offered(case: Case) -> tuple[Offered, ...]:
    """What may be done with the case as it is."""
    return (_LOOK, *(_ORDERS[command] for command in _fitting(case)))


def _fitting(case: Case) -> tuple[Command, ...]:
    at = case.resume_at if case.at is At.WITH_AGENT else case.at
    asking = case.at in (At.DETAILS_WANTED, At.CERTIFICATE_WANTED)
    fits = {
        Command.ACCEPT: bool(case.to_accept) and (asking or case.at is At.WITH_AGENT),
        Command.RESEND: asking,
        Command.USE_LIVE_DETAILS: at is At.DETAILS_WANTED,
        Command.NEW_CSR: at is At.CERTIFICATE_WANTED,
        Command.RESUME: case.at in (At.WITH_AGENT, At.STOPPED),
        Command.STOP: case.at not in (At.STOPPED, At.DONE),
    }
    return tuple(command for command, fit in fits.items() if fit)


def _wanted(books: Books, ticket: int, word: str) -> tuple[Case, Offered]:
    """404 for a case that is not there, 409 for what does not fit it (any more)."""
    case = books.find(ticket) if ticket < 2**63 else None
    if case is None or (word != LOOK and word not in _BY_WORD):
        abort(404)
    fitting = {offer.word: offer for offer in offered(case)}
    if word not in fitting:
        abort(409)
    return case, fitting[word]


def _put(books: Books, case: Case, offer: Offered) -> None:
    """Put it before the worker, and on record who wants it; a form that is sent twice is one."""
    once = request.form.get("once", "")
    form = once if _ONCE.fullmatch(once) else uuid4().hex
    wanted = f"dashboard:{case.ticket}:{offer.word}:{form}"
    if offer.word == LOOK:
        books.events.put(wanted, case.ticket, "look", {"ticket": case.ticket})
    else:
        order: dict[str, object] = {
            "command": _BY_WORD[offer.word].value,
            "person": login.person(),
            # As the page showed the case, not as it is now.
            "at": request.form.get("at", ""),
            "acceptance": request.form.get("acceptance", ""),
            "csr": request.form.get("csr", ""),
        }
        books.events.put(wanted, case.ticket, "order", {"ticket": case.ticket, "order": order})
    books.trail.note_once(case.ticket, wanted, login.actor(), f"asked for: {offer.word}")
