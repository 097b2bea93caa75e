"""Jira, by the jira library on our own adapters.

Each write leaves a trace that it finds again: a label made from the reference, the text
of a comment, name and size of a file, the global id of the link, the status.  It looks
for the trace only when an earlier try may have happened.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from bot import attempt
from bot.errors import Gone, Misconfigured, NeedsHuman, TryLater
from bot.gateways import jira_closing as closing
from bot.gateways import jira_files
from bot.gateways import jira_reading as reading
from bot.gateways.jira_changes import JiraChanges
from bot.gateways.jira_checking import missing, whoami
from bot.gateways.jira_client import Client
from bot.gateways.jira_finding import by_label, label_of
from bot.gateways.jira_levels import confirm, level_id
from bot.ports import File, IssueKind, IssueState, NewIssue
from bot.settings import Settings

LABEL: Final = "ssl-renewal"
LINK_TYPE: Final = "Relates"
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]")
_KEY: Final = re.compile(r"[A-Z][A-Z0-9_]+-[0-9]+")


@dataclass(frozen=True, slots=True)
class Place:
    """Where one kind of issues is raised."""

    project: str
    issue_type: str


class Jira:
    """`bot.ports.Tracker`."""

    def __init__(
        self,
        client: Client,
        places: Mapping[IssueKind, Place],
        security_level: str | None,
        zendesk_url: str,
        *,
        collects: bool = False,
    ) -> None:
        self._client = client
        self._places = dict(places)
        self._collects = collects
        self._level = security_level
        self._zendesk = zendesk_url.rstrip("/")
        self._levels: dict[str, str] = {}
        self._lock = threading.Lock()

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The Jira of the settings; nothing is asked of it yet."""
        token = settings.jira_token.get_secret_value()
        places = {
            IssueKind.CSR_REQUEST: Place(settings.jira_csr_project, settings.jira_csr_issue_type),
            IssueKind.CHANGE: Place(settings.jira_change_project, settings.jira_change_issue_type),
        }
        client = Client(settings.jira_url, settings.jira_email, token)
        by_hand = settings.csr_source == "itops"
        level = settings.jira_security_level
        return cls(client, places, level, settings.zendesk_url, collects=by_hand)

    def raise_issue(self, issue: NewIssue) -> str:
        """The key of the issue, found by its reference or made."""
        place, label = self._places[issue.kind], label_of(issue.reference)
        key = by_label(self._client, place.project, label) if attempt.current().again else ""
        if not key:
            key = self._made(issue, place, label)
        if self._level:
            # Sensitive files follow: none before Jira itself says who can see the issue.
            confirm(self._client, key, self._level)
        return key

    def comment(self, key: str, text: str) -> None:
        """Add a comment unless the same one stands there already."""
        if attempt.current().again and reading.plain(text) in reading.comments(self._client, key):
            return
        self._client.post(f"issue/{key}/comment", {"body": text}, f"a comment on {key}")

    def attach(self, key: str, files: tuple[File, ...]) -> None:
        """Attach the files that are not there yet, in one request."""
        named = [(_UNSAFE.sub("_", f.name), bytes(f.data), f.content_type) for f in files]
        if attempt.current().again:
            there = reading.attached(self._client, key)
            named = [file for file in named if (file[0], len(file[1])) not in there]
        if named:
            self._client.upload(f"issue/{key}/attachments", named, f"an attachment to {key}")

    def files(self, key: str) -> tuple[jira_files.IssueFile, ...]:
        """The files that people attached to the issue, oldest first."""
        return jira_files.by_people(self._client, key)

    def fetch(self, file: jira_files.IssueFile, most: int) -> bytes | None:
        """The bytes of a file; None when there are more."""
        return jira_files.content(self._client, file, most)

    def remove(self, key: str, file: str) -> None:
        """Delete a file of the issue, if it is there."""
        jira_files.remove(self._client, key, file)

    def link(self, key: str, ticket: int, issue: str = "") -> None:
        """Link to the Zendesk ticket, and to another issue when given."""
        body = {
            # By this id Jira updates the link in place, however often it is set.
            "globalId": f"zendesk-ticket={ticket}",
            "application": {"type": "com.zendesk", "name": "Zendesk"},
            "object": {
                "url": f"{self._zendesk}/agent/tickets/{ticket}",
                "title": f"Zendesk ticket {ticket}",
            },
        }
        self._client.post(f"issue/{key}/remotelink", body, f"a link on {key}")
        if issue and not (attempt.current().again and issue in reading.related(self._client, key)):
            self._relate(key, issue)

    def close(self, key: str) -> None:
        """Move the issue to a status of the category done."""
        if self.state(key).done:
            return
        path, what = f"issue/{key}/transitions", f"closing {key}"
        offered = self._client.get(path, what, expand="transitions.fields").get("transitions")
        found = self._client.understood(lambda: closing.way(offered or ()), what)
        if found is None:
            raise NeedsHuman(
                f"The bot cannot close {key}: its workflow offers no step to a status such as "
                "Done, or asks there for more than a resolution. Please close it in Jira."
            )
        try:
            self._client.post(path, found, what)
        except NeedsHuman:
            # Somebody else may have moved it meanwhile, and the step is not offered any more.
            if not self.state(key).done:
                raise

    def state(self, key: str) -> IssueState:
        """How the issue stands now."""
        return reading.state(self._client, key)

    @property
    def changes(self) -> JiraChanges:
        """The same Jira, asked for what changed."""
        return JiraChanges(self._client)

    def whoami(self) -> str:
        """The name under which the bot is known."""
        return whoami(self._client)

    def missing(self) -> list[str]:
        """What keeps the bot from its work here, one plain sentence for each fault."""
        places = [(place.project, place.issue_type) for place in self._places.values()]
        collecting = self._places[IssueKind.CSR_REQUEST].project if self._collects else ""
        return missing(self._client, places, self._level, LINK_TYPE, collecting)

    def _made(self, issue: NewIssue, place: Place, label: str) -> str:
        fields: dict[str, Any] = {
            "project": {"key": place.project},
            "issuetype": {"name": place.issue_type},
            "summary": reading.plain(issue.summary).replace("\n", " ")[:255],
            "description": issue.description,
            "labels": [LABEL, f"zd-{issue.ticket}", label],
        }
        if self._level:
            fields["security"] = {"id": self._level_of(place.project, self._level)}
        what = f"a new issue in {place.project}"
        try:
            key = self._client.post("issue", {"fields": fields}, what).get("key")
        except NeedsHuman as error:
            if not self._level or "security" not in str(error):
                raise
            raise Misconfigured(
                f"Jira does not take the security level {self._level} for {what}: check the create "
                "screen and the permission Set Issue Security"
            ) from None
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            raise TryLater(f"Jira answers {what} without a key")
        return key

    def _level_of(self, project: str, name: str) -> str:
        with self._lock:
            if project not in self._levels:
                self._levels[project] = level_id(self._client, project, name)
            return self._levels[project]

    def _relate(self, key: str, issue: str) -> None:
        ends = {"inwardIssue": {"key": key}, "outwardIssue": {"key": issue}}
        try:
            what = f"a link from {key} to {issue}"
            self._client.post("issueLink", {"type": {"name": LINK_TYPE}, **ends}, what)
        except Gone:
            raise Misconfigured(
                f"Jira cannot link {key} to {issue}: one of them is gone, or there is no link "
                f"type {LINK_TYPE}"
            ) from None
