"""What stands on an issue: its state, and the traces of earlier writes."""

from __future__ import annotations

from typing import Any, Final

from bot.gateways.jira_client import Client
from bot.gateways.jira_closing import is_done
from bot.ports import IssueState

PAGE: Final = 100


def state(client: Client, key: str) -> IssueState:
    """How the issue stands now."""

    def read(fields: dict[str, Any]) -> IssueState:
        status, resolution = fields["status"], fields.get("resolution") or {}
        if not isinstance(status["name"], str):
            raise ValueError("a status without a name")
        return IssueState(key, is_done(status), status["name"], str(resolution.get("name") or ""))

    fields = _fields(client, key, "status,resolution")
    return client.understood(lambda: read(fields), f"issue {key}")


def comments(client: Client, key: str) -> set[str]:
    """The texts of all comments, as `plain` gives them."""
    path, what = f"issue/{key}/comment", f"the comments on {key}"
    found: set[str] = set()
    start, total = 0, 1
    while start < total:
        page = client.get(path, what, startAt=str(start), maxResults=str(PAGE))
        texts, total = client.understood(lambda page=page: _texts(page), what)  # type: ignore[misc]
        found |= set(texts)
        start += max(len(texts), 1)
    return found


def attached(client: Client, key: str) -> set[tuple[str, int]]:
    """Name and size of each file."""
    listed = _fields(client, key, "attachment").get("attachment") or ()
    return client.understood(
        lambda: {(str(file["filename"]), int(file["size"])) for file in listed},
        f"the files of {key}",
    )


def related(client: Client, key: str) -> set[str]:
    """The keys of the issues that are linked to this one."""
    links = _fields(client, key, "issuelinks").get("issuelinks") or ()
    sides = ("inwardIssue", "outwardIssue")
    return client.understood(
        lambda: {str(link[side]["key"]) for link in links for side in sides if side in link},
        f"the links of {key}",
    )


def plain(text: str) -> str:
    """A text for comparing: Jira may keep other line ends than it was given."""
    return "\n".join(line.rstrip() for line in text.splitlines()).strip()


def _texts(page: dict[str, Any]) -> tuple[list[str], int]:
    texts = [plain(str(comment["body"])) for comment in page["comments"]]
    return texts, int(page.get("total", len(texts)))


def _fields(client: Client, key: str, names: str) -> dict[str, Any]:
    what = f"issue {key}"
    found = client.get(f"issue/{key}", what, fields=names)
    return client.understood(lambda: dict(found["fields"]), what)
