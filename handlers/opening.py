"""What a ticket says already when its case is opened: details, site and environment.

Its own fields count, and what brand and agents have written, the newest most.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bot.case import Case
from bot.events import Comment, Role, Ticket
from bot.ports import Context
from bot.reading import form, reply
from bot.x509 import names
from bot.x509.details import Field
from bot.x509.subject import from_request
from handlers import brands

_STAGING: Final = re.compile(
    r"\b(?:staging|stage|uat|test (?:site|system|environment)|pre-?prod(?:uction)?|test(?:umgebung"
    r"|seite|system|omgeving)|pr[eé]-?prod(?:uction|ucci[oó]n|uzione)?|entorno de pruebas"
    r"|ambiente di (?:test|prova)|homologa[cç][aã]o)\b",
    re.IGNORECASE,
)
_PRODUCTION: Final = re.compile(r"(?<!pre-)(?<!pre)\b(?:prod|produ[ck]\w{1,8}|live)\b", re.I)
_STATED: Final = re.compile(r"^\W*environment: (production|staging)\W*$", re.I | re.M)
_HOST: Final = re.compile(r"(?<![\w@.-])(?:https?://)?((?:[\w-]{1,63}\.){1,6}[a-z]{2,24})\b", re.I)
_MAYBE_CSR: Final = re.compile(r"\.(?:csr|req|p10|pem|txt|zip|der)$", re.IGNORECASE)
_LONGEST: Final = 20_000
_MOST_HOSTS: Final = 50


@dataclass(frozen=True, slots=True)
class Opening:
    """What was read.  `host` is empty when none is named, `environment` when it is not said.

    `own_csr` says that the answers come from a CSR that the brand has made itself.
    """

    answers: dict[Field, str]
    host: str
    environment: str
    own_csr: bool = False
    needs_person: str = ""


def read(case: Case, ticket: Ticket, ctx: Context) -> Opening:
    """Everything that the ticket says of its renewal."""
    answers = form.read(_fields(ticket))
    own_csr, needs_person = False, ""
    for comment in _written(ticket, Role.BRAND, Role.AGENT):
        said = reply.read(comment.text, {})
        from_csr = stated(comment, case, ctx)
        answers |= from_csr | dict(said.fields)
        own_csr = own_csr or bool(from_csr)
        needs_person = needs_person or said.needs_person
    told = (c.text for c in _written(ticket, Role.BRAND, Role.AGENT, Role.BOT))
    text = "\n".join((_fields(ticket), ticket.subject, *told))[:_LONGEST]
    host = _host(answers.get(Field.COMMON_NAME, ""), text, case, ctx)
    of_ours = "\n".join(c.text for c in _written(ticket, Role.BOT))
    environment = _stated(of_ours) or _environment(text)
    return Opening(answers, host, environment, own_csr, needs_person)


def stated(comment: Comment, case: Case, ctx: Context) -> dict[Field, str]:
    """What a CSR in the comment states; its key is the brand's own, so it can only be read."""
    attached = any(_MAYBE_CSR.search(file.name) for file in comment.attachments)
    if not attached and "CERTIFICATE REQUEST" not in comment.text:
        return {}
    found = map(from_request, ctx.intake.gather(case.ticket, comment).requests)
    return next((said for said in found if said), {})


def _written(ticket: Ticket, *by: Role) -> list[Comment]:
    return [comment for comment in ticket.comments if comment.author.role in by]


def _fields(ticket: Ticket) -> str:
    return "\n".join(f"{title}: {value}" for title, value in ticket.fields)


def _host(common_name: str, text: str, case: Case, ctx: Context) -> str:
    """The common name, else the first host that is known to be the brand's, else the first one."""
    named = _good(common_name, ctx)
    if named:
        return named
    written = dict.fromkeys(_HOST.findall(text))
    found = [host for host in (_good(w, ctx) for w in list(written)[:_MOST_HOSTS]) if host]
    return brands.own(found, case, ctx) or next(iter(found), "")


def _good(written: str, ctx: Context) -> str:
    try:
        return names.host(written, ctx.policy.reached) if written else ""
    except names.NameFault:
        return ""


def _stated(text: str) -> str:
    """As the expiry watch writes it: the name of a site may hold a word for the other one."""
    found = _STATED.search(text)
    return found.group(1).lower() if found else ""


def _environment(text: str) -> str:
    if _STAGING.search(text):
        return "staging"
    return "production" if _PRODUCTION.search(text) else ""
