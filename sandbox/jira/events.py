"""The bodies of webhooks, as each flavour sends them."""

from __future__ import annotations

import itertools
import time
from typing import Any, Final

from sandbox.jira.model import Issue, Person
from sandbox.jira.shapes import Shapes
from sandbox.jira.site import Site

Json = dict[str, Any]
_SERVER_NAMES: Final = {
    "In Progress": "issue_work_started",
    "Done": "issue_resolved",
    "Declined": "issue_closed",
    "To Do": "issue_reopened",
}


class Events:
    """Turns a change into the deliveries that it causes."""

    def __init__(self, site: Site, shapes: Shapes) -> None:
        self._site, self._shapes = site, shapes
        self._changes = itertools.count(10200)

    def of(self, kind: str, issue: Issue, who: Person, what: Any, changes: Any) -> list[Json]:
        """The bodies, in the order in which they are sent."""
        if kind == "deleted":
            return [self._on_issue("jira:issue_deleted", "", issue, who)]
        if kind == "created":
            status = issue.status
            log = self._log(
                [
                    ("reporter", (None, None), (who.id, who.name)),
                    ("Status", (None, None), (status.id, status.name)),
                    ("summary", (None, None), (None, issue.summary)),
                ]
            )
            return [self._on_issue("jira:issue_created", "issue_created", issue, who, log)]
        if kind == "commented":
            return self._commented(issue, who, what)
        name = "issue_updated"
        if kind == "moved":
            name = "issue_generic" if self._site.cloud else _SERVER_NAMES[issue.status.name]
        bodies = [self._on_issue("jira:issue_updated", name, issue, who, self._log(changes))]
        if kind == "attached":
            event = {**_head("attachment_created"), "attachment": self._shapes.attachment(what)}
            return [event, *bodies]
        return bodies

    def _commented(self, issue: Issue, who: Person, what: Any) -> list[Json]:
        comment = self._shapes.comment(issue, what)
        event = {**_head("comment_created"), "comment": comment}
        if self._site.cloud:
            for part in ("author", "updateAuthor"):
                del comment[part]["emailAddress"]
            return [{**event, "issue": self._shapes.short(issue)}]
        # Data Center names no issue there, and says it again as an update of the issue.
        update = self._on_issue("jira:issue_updated", "issue_commented", issue, who)
        return [event, {**update, "comment": comment}]

    def _on_issue(
        self, event: str, name: str, issue: Issue, who: Person, log: Json | None = None
    ) -> Json:
        body = _head(event)
        if name:
            body["issue_event_type_name"] = name
        shape = self._shapes.issue(issue)
        if self._site.cloud:
            shape["fields"]["security"] = issue.security
            if event != "jira:issue_deleted":
                del shape["fields"]["comment"]
        body |= {"user": self._shapes.person(who), "issue": shape}
        return {**body, "changelog": log} if log else body

    def _log(self, changes: Any) -> Json:
        items = []
        for field, (before, before_name), (after, after_name) in changes:
            item = {"field": field, "fieldtype": "jira"}
            if self._site.cloud:
                item["fieldId"] = "status" if field == "Status" else field
            item |= {
                "from": before,
                "fromString": before_name,
                "to": after,
                "toString": after_name,
            }
            items.append(item)
        return {"id": str(next(self._changes)), "items": items}


def _head(event: str) -> Json:
    return {"timestamp": int(time.time() * 1000), "webhookEvent": event}
