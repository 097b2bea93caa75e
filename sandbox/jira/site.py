"""The content of one Jira and what people can do to it; thread-safe by one lock."""

from __future__ import annotations

import itertools
import threading
import time
from typing import Any, Final, Protocol

from sandbox.jira import model
from sandbox.jira.errors import Refusal, no_issue
from sandbox.jira.model import Attachment, Comment, Issue, Link, Person, Project

BOT: Final = Person("5b10ac8d82e05b22cc7d4ef5", "SSL Bot", "")
TEAM: Final = Person("5b10a2844c20165700ede21g", "Sam Reyes", "sam.reyes@example.com")


class Told(Protocol):
    """Hears of each change, while the lock is held."""

    def __call__(
        self, kind: str, issue: Issue, who: Person, what: Any = None, changes: Any = ()
    ) -> None:
        """`what` is the comment or attachment; `changes` are (field, from, to) with id and name."""
        ...


class Site:
    """Projects, issues, permissions, and every change to them."""

    def __init__(self, flavour: str, email: str, search_lag: float) -> None:
        self.flavour = flavour
        self.bot = Person(BOT.id, BOT.name, email)
        self.search_lag = search_lag
        self.lock = threading.RLock()
        self.projects = model.projects()
        for project in self.projects.values():
            # Both use the same security scheme.
            project.levels = {"SaaS team": "10001"}
        self.offers: dict[str, tuple[str, ...]] = dict(model.OFFERS)
        self.resolution_asked = False
        self.drops_security = False
        self.upload_limit = 10 * 1024 * 1024
        self.may_create = self.may_attach = self.may_set_security = True
        self.may_delete_files = self.may_comment = self.may_link = self.may_transition = True
        self.administrates = True  # whether the bot's user may set up the site
        self.hooks: dict[int, dict[str, Any]] = {}  # webhooks that were made by the API
        self.told: Told = _nobody
        self.links: list[Link] = []
        self._issues: dict[str, Issue] = {}
        self._ids = itertools.count(10100)

    @property
    def cloud(self) -> bool:
        """Cloud or Data Center."""
        return self.flavour == "cloud"

    def new_id(self) -> int:
        """An id that nothing else has."""
        return next(self._ids)

    def all_issues(self) -> list[Issue]:
        """Oldest first."""
        return list(self._issues.values())

    def the_issue(self, key_or_id: str) -> Issue:
        """By key, in any case, or by id."""
        found = self._issues.get(key_or_id.upper())
        if found is None:
            found = next((i for i in self._issues.values() if str(i.id) == key_or_id), None)
        if found is None:
            raise no_issue()
        return found

    def the_project(self, key_or_id: str) -> Project:
        """By key or id."""
        for project in self.projects.values():
            if key_or_id in (project.key, project.id):
                return project
        raise Refusal(404, f"No project could be found with key '{key_or_id}'.")

    def create(self, values: dict[str, Any], properties: dict[str, Any], who: Person) -> Issue:
        """A new issue from checked values."""
        project: Project = values["project"]
        project.last += 1
        present = model.now()
        issue = Issue(
            id=self.new_id(),
            number=project.last,
            key=f"{project.key}-{project.last}",
            project=project,
            type=values["issuetype"],
            summary=values["summary"],
            description=values.get("description"),
            labels=values.get("labels", []),
            security=None if self.drops_security else values.get("security"),
            reporter=who,
            status=model.TO_DO,
            created=present,
            updated=present,
            indexed=time.monotonic() + self.search_lag,
            properties=properties,
        )
        self._issues[issue.key] = issue
        self.told("created", issue, who)
        return issue

    def edit(self, issue: Issue, values: dict[str, Any], who: Person) -> None:
        """Change fields to checked values."""
        changes = []
        for name, value in values.items():
            before = getattr(issue, name)
            if before != value:
                setattr(issue, name, value)
                changes.append((name, (None, _text(before)), (None, _text(value))))
        if changes:
            self.told("updated", self._touched(issue), who, changes=changes)

    def move(self, issue: Issue, status: model.Status, resolution: str | None, who: Person) -> None:
        """Into a status; the workflow gives a resolution on the way into the category done."""
        if status.category != "done":
            resolution = None
        elif resolution is None:
            resolution = "Declined" if status is model.DECLINED else "Done"
        changes = []
        if resolution != issue.resolution:
            changes.append(("resolution", _resolved(issue.resolution), _resolved(resolution)))
        if status != issue.status:
            before, after = issue.status, status
            changes.append(("status", (before.id, before.name), (after.id, after.name)))
        issue.status, issue.resolution = status, resolution
        issue.resolved = model.now() if resolution else None
        self.told("moved", self._touched(issue), who, changes=changes)

    def comment(
        self, issue: Issue, body: str, who: Person, visibility: dict[str, Any] | None = None
    ) -> Comment:
        """One more comment."""
        made = Comment(self.new_id(), who, body, visibility, model.now())
        issue.comments.append(made)
        self.told("commented", self._touched(issue), who, made)
        return made

    def attach(self, issue: Issue, name: str, mime: str, data: bytes, who: Person) -> Attachment:
        """One more file; two of one name are two files, as in Jira."""
        made = Attachment(self.new_id(), issue.key, name, mime, data, who, model.now())
        issue.attachments.append(made)
        changes = [("Attachment", (None, None), (str(made.id), name))]
        self.told("attached", self._touched(issue), who, made, changes)
        return made

    def the_attachment(self, number: int) -> Attachment:
        """By id."""
        for issue in self._issues.values():
            for attachment in issue.attachments:
                if attachment.id == number:
                    return attachment
        raise Refusal(404, f"The attachment with id '{number}' does not exist")

    def detach(self, attachment: Attachment, who: Person) -> None:
        """Remove a file."""
        issue = self._issues[attachment.issue]
        issue.attachments.remove(attachment)
        gone = (str(attachment.id), attachment.name)
        changes = [("Attachment", gone, (None, None))]
        self.told("updated", self._touched(issue), who, changes=changes)

    def link(self, kind: str, inward: Issue, outward: Issue) -> None:
        """Link two issues; Jira keeps one link of a type between the same two."""
        pair = (kind, inward.key, outward.key)
        if pair not in [(link.type, link.inward, link.outward) for link in self.links]:
            self.links.append(Link(self.new_id(), *pair))

    def delete(self, issue: Issue, who: Person) -> None:
        """Gone for good, with all that hangs on it."""
        del self._issues[issue.key]
        self.told("deleted", issue, who)
        self.links = [k for k in self.links if issue.key not in (k.inward, k.outward)]

    @staticmethod
    def _touched(issue: Issue) -> Issue:
        issue.updated = model.now()
        return issue


def _nobody(*_: Any, **__: Any) -> None:
    """Nobody is told."""


def _text(value: object) -> str | None:
    return " ".join(value) if isinstance(value, list) else value and str(value)  # type: ignore[return-value]


def _resolved(name: str | None) -> tuple[str | None, str | None]:
    return (model.RESOLUTIONS.get(name), name) if name else (None, None)
