"""A Jira on a loopback port."""

from __future__ import annotations

import json
import mimetypes
from datetime import timedelta
from typing import Any

from sandbox.deliveries import Deliveries, Target
from sandbox.faults import Faults
from sandbox.jira import application, model
from sandbox.jira.events import Events
from sandbox.jira.model import Issue, Person
from sandbox.jira.setup_routes import hears
from sandbox.jira.shapes import Shapes
from sandbox.jira.site import TEAM, Site
from sandbox.jira.webhooks import Habits
from sandbox.service import Service


class Jira(Site):
    """Serves from its construction until `close`; people act through the methods here."""

    def __init__(
        self,
        faults: Faults,
        *,
        flavour: str = "cloud",
        email: str,
        token: str,
        patience: float = 1.0,
        search_lag: float = 0.0,
        port: int = 0,
    ) -> None:
        """Cloud takes Basic `email:token`, "server" takes the token as Bearer."""
        if flavour not in ("cloud", "server"):
            raise ValueError("flavour is cloud or server")
        super().__init__(flavour, email, search_lag)
        self.shapes = Shapes(self, "")
        self.webhooks = Deliveries(Habits(), patience)
        self._events = Events(self, self.shapes)
        app = application.of(self, self.shapes, email, token)
        self._service = Service("jira", app, faults, port)
        self.url = self._service.url
        self.shapes.at(self.url)
        self.told = self._tell

    def connect(self, url: str, secret: str) -> None:
        """Where signed webhooks go."""
        self.webhooks.connect(url, secret)

    def close(self) -> None:
        """Stop serving and sending."""
        self.webhooks.close()
        self._service.close()

    def issues(self, project: str) -> list[dict[str, Any]]:
        """Every issue of a project as GET gives it, oldest first."""
        with self.lock:
            found = [i for i in self.all_issues() if i.project.key == project]
            return [self.shapes.issue(issue) for issue in found]

    def issue(self, key: str) -> dict[str, Any]:
        """One issue as GET gives it."""
        with self.lock:
            return self.shapes.issue(self.the_issue(key))

    def remote_links(self, key: str) -> list[dict[str, Any]]:
        """The links to the outside as GET gives them."""
        with self.lock:
            return [dict(link) for link in self.the_issue(key).remotes]

    def properties(self, key: str) -> dict[str, Any]:
        """The entity properties of an issue."""
        with self.lock:
            return dict(self.the_issue(key).properties)

    def attachment_bytes(self, attachment: int) -> bytes:
        """The content of a file."""
        with self.lock:
            return self.the_attachment(int(attachment)).data

    def person_moves(self, key: str, status: str, resolution: str | None = None) -> None:
        """The SaaS team moves an issue into a status by name."""
        if resolution is not None and resolution not in model.RESOLUTIONS:
            raise ValueError(f"no such resolution: {resolution}")
        with self.lock:
            self.move(self.the_issue(key), model.STATUSES[status], resolution, TEAM)

    def person_comments(self, key: str, text: str) -> int:
        """The SaaS team comments; the comment's id."""
        with self.lock:
            return self.comment(self.the_issue(key), text, TEAM).id

    def person_attaches(self, key: str, name: str, data: bytes) -> int:
        """The SaaS team attaches a file; the attachment's id."""
        mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
        with self.lock:
            return self.attach(self.the_issue(key), name, mime, data, TEAM).id

    def lies_back(self, key: str, since: timedelta) -> None:
        """The issue's last change was so much earlier."""
        with self.lock:
            self.the_issue(key).updated -= since

    def person_deletes(self, key: str) -> None:
        """The SaaS team deletes an issue."""
        with self.lock:
            self.delete(self.the_issue(key), TEAM)

    def _tell(
        self, kind: str, issue: Issue, who: Person, what: Any = None, changes: Any = ()
    ) -> None:
        for body in self._events.of(kind, issue, who, what, changes):
            raw, about = json.dumps(body, ensure_ascii=False).encode(), f"issue {issue.key}"
            self.webhooks.send(raw, about)
            for hook in self.hooks.values():
                if hears(hook, body):
                    self.webhooks.send(raw, about, Target(hook["url"], hook.get("secret", "")))
