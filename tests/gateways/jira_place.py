"""The genuine gateway on a Jira of the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bot import attempt
from bot.gateways.jira import Jira, Place
from bot.gateways.jira_client import Client
from bot.ports import IssueKind, NewIssue
from sandbox import jira as sandbox_jira
from sandbox.faults import Call, Fault, Faults, Kind

EMAIL, TOKEN = "bot@example.com", "jira-t0ken"
FLAVOURS = ("cloud", "server")
LEVEL = "SaaS team"
WIKI = "h3. Open\n|| Site | www.example.com |\n{noformat}\nopenssl cms -d \\ *x*\n{noformat}\näöü"


@dataclass
class Sides:
    """Both sides, and the faults between them."""

    sandbox: sandbox_jira.Jira
    faults: Faults
    tracker: Jira = field(init=False)

    def __post_init__(self) -> None:
        self.tracker = self.connected()

    def connected(
        self,
        level: str | None = LEVEL,
        token: str = TOKEN,
        *,
        collects: bool = False,
        **places: Place,
    ) -> Jira:
        email = EMAIL if self.sandbox.cloud else None
        where = {
            IssueKind.CSR_REQUEST: places.get("csr", Place("ITOPS", "Task")),
            IssueKind.CHANGE: places.get("change", Place("SPC", "Change Request")),
        }
        client = Client(self.sandbox.url, email, token)
        return Jira(client, where, level, "https://acme.zendesk.com", collects=collects)

    def raised(self) -> str:
        """A change that is there before the test begins; the calls so far are forgotten."""
        key = self.tracker.raise_issue(change())
        self.faults.calls.clear()
        return key

    def writes(self) -> list[Call]:
        return [call for call in self.faults.calls if call.writes]

    def fail(self, kind: Kind, path: str, **more: Any) -> None:
        self.faults.plan(Fault(kind, **more), service="jira", method="POST", path=path)

    def fields(self, key: str) -> dict[str, Any]:
        found: dict[str, Any] = self.sandbox.issue(key)["fields"]
        return found


@contextmanager
def sides(flavour: str, **more: Any) -> Iterator[Sides]:
    faults = Faults()
    jira = sandbox_jira.Jira(faults, flavour=flavour, email=EMAIL, token=TOKEN, **more)
    try:
        yield Sides(jira, faults)
    finally:
        jira.close()


def change(reference: str = "ssl:35:change:1", **more: Any) -> NewIssue:
    given = {
        "kind": IssueKind.CHANGE,
        "ticket": 35,
        "summary": "Install SSL certificate on www.example.com (ZD-35)",
        "description": WIKI,
        **more,
    }
    return NewIssue(reference=reference, **given)


def again() -> Any:
    """An earlier try may have happened."""
    return attempt.of("job.1", again=True)
