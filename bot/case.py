"""The case: what the bot knows about one renewal, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Self

from bot.x509.details import Details
from bot.x509.findings import Finding


class At(StrEnum):
    """Where a case stands: a stage says what comes next or what we wait for."""

    NEW = "new"
    DETAILS_WANTED = "details_wanted"
    DETAILS_KNOWN = "details_known"
    CSR_ORDERED = "csr_ordered"
    CSR_MADE = "csr_made"
    CERTIFICATE_WANTED = "certificate_wanted"
    CERTIFICATE_HELD = "certificate_held"
    CHANGE_OPEN = "change_open"
    CHANGE_DONE = "change_done"
    DONE = "done"
    WITH_AGENT = "with_agent"
    STOPPED = "stopped"


class Status(StrEnum):
    """The Zendesk statuses that the bot sets."""

    OPEN = "open"
    PENDING = "pending"
    HOLD = "hold"
    SOLVED = "solved"


SHOWN: Final[dict[At, tuple[str, Status]]] = {
    At.NEW: ("details_wanted", Status.OPEN),
    At.DETAILS_WANTED: ("details_wanted", Status.PENDING),
    At.DETAILS_KNOWN: ("details_wanted", Status.OPEN),
    At.CSR_ORDERED: ("csr_ordered", Status.HOLD),
    At.CSR_MADE: ("csr_ordered", Status.HOLD),
    At.CERTIFICATE_WANTED: ("certificate_wanted", Status.PENDING),
    At.CERTIFICATE_HELD: ("certificate_wanted", Status.OPEN),
    At.CHANGE_OPEN: ("change_open", Status.HOLD),
    At.CHANGE_DONE: ("change_open", Status.HOLD),
    At.DONE: ("done", Status.SOLVED),
    At.WITH_AGENT: ("with_agent", Status.OPEN),
    At.STOPPED: ("stopped", Status.OPEN),
}
"""The stage that people see (tag without `ssl_`) and the ticket status that goes with it."""


class Source(StrEnum):
    """Where a case has its details from; what the brand has not said itself it is told."""

    BRAND = "brand"
    LIVE = "live"  # the certificate that the site serves now
    EARLIER = "earlier"  # that certificate, and an earlier renewal for what it lacks
    OWN_CSR = "own_csr"  # a CSR that the brand has made itself


@dataclass(frozen=True, slots=True)
class Request:
    """One CSR and the fingerprint of its key (SPKI SHA-256, hex)."""

    pem: str
    spki: str


@dataclass(frozen=True, slots=True)
class Held:
    """The accepted certificate: leaf and intermediates as PEM, leaf's neighbour first."""

    leaf: str
    intermediates: tuple[str, ...]
    expires: datetime
    fingerprint: str  # SHA-256 of the leaf's DER, hex


@dataclass(frozen=True, slots=True)
class Offer:
    """A certificate that goes on when an agent accepts it: PEM, and what the word is bound to.

    `findings` are all that was found on it.
    """

    leaf: str
    intermediates: tuple[str, ...]
    acceptance: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One renewal.  `version` counts its saves; `read_to` is the last comment acted upon."""

    ticket: int
    requester: int
    requester_name: str
    organization: int | None
    at: At
    version: int = 0
    read_to: int = 0
    scanned_to: int = 0  # the last comment that was searched for private keys
    host: str = ""
    environment: str = "production"
    offered: tuple[tuple[str, str], ...] = ()  # field → value that the form was filled with
    answers: tuple[tuple[str, str], ...] = ()  # field → value as the brand wrote it
    details: Details | None = None
    source: Source = Source.BRAND  # where the details come from
    doubtful: tuple[str, ...] = ()  # names that an agent was asked about
    accepted: tuple[str, ...] = ()  # names that an agent has vouched for
    served: str = ""  # SHA-256 of the leaf that the site served when the case was opened, hex
    served_until: datetime | None = None  # when that one expires
    asked: int = 0  # fruitless rounds of asking for details
    requests: tuple[Request, ...] = ()  # every CSR of the case, newest last
    csr_issue: str = ""
    answered: tuple[str, ...] = ()  # the files on the CSR request that were answered last
    offer: Offer | None = None  # the last certificate that was only doubtful
    held: Held | None = None
    findings: tuple[Finding, ...] = ()  # what was mended or noted on the accepted certificate
    change_issue: str = ""
    looks: int = 0  # how often the site was looked at since the change was done
    look_at: datetime | None = None
    retire_at: datetime | None = None  # when the private keys are destroyed
    keys_gone: bool = False  # they are destroyed
    resume_at: At | None = None  # where to go on after a person decided
    waiting_since: datetime | None = None  # since when the brand owes an answer
    remind_at: datetime | None = None  # when the brand is reminded next
    reminders: int = 0  # how often it was reminded of that answer
    reminding: bool = True  # False once the site serves another certificate by other means
    ended: bool = False  # the ticket was solved or closed before the renewal was done

    def moved(self, at: At, **changes: Any) -> Self:
        """The case at another stage; the wait for an answer begins anew there."""
        fresh = {"waiting_since": None, "remind_at": None, "reminders": 0}
        return replace(self, at=at, **fresh | changes)

    def heard(self) -> Self:
        """The case after the brand has said something: the wait for more begins anew."""
        return replace(self, waiting_since=None, remind_at=None, reminders=0)

    def with_(self, **changes: Any) -> Self:
        """The case at the same stage, knowing more."""
        return replace(self, **changes)

    @property
    def site(self) -> str:
        """The host to look at: a wildcard stands for one of the names it covers."""
        if not self.host.startswith("*."):
            return self.host
        plain = [name for name in self.details.names if "*" not in name] if self.details else []
        return plain[0] if plain else f"www.{self.host[2:]}"

    @property
    def to_accept(self) -> str:
        """What an agent's acceptance is bound to; empty when there is nothing to accept."""
        offered = self.offer.acceptance if self.offer else ""
        return " ".join(filter(None, (*self.doubtful, offered)))

    @property
    def due(self) -> datetime | None:
        """When the bot has an appointment with this case."""
        if self.at is At.CHANGE_DONE:
            return self.look_at
        if self.at in (At.DONE, At.STOPPED):
            return self.retire_at
        return self.remind_at

    @property
    def csr(self) -> Request | None:
        """The CSR that the brand was asked to have signed."""
        return self.requests[-1] if self.requests else None
