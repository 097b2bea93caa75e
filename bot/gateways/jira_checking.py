"""What keeps the bot from its work in Jira, each fault as one plain sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

from bot.errors import BotError, Gone, TryLater
from bot.gateways.jira_client import Client
from bot.gateways.jira_levels import level_id

PERMISSIONS: Final = {
    "BROWSE_PROJECTS": "see the project",
    "CREATE_ISSUES": "create issues",
    "CREATE_ATTACHMENTS": "attach files",
    "ADD_COMMENTS": "comment",
    "LINK_ISSUES": "link issues",
    "TRANSITION_ISSUES": "move issues through the workflow",
}


COLLECTING: Final = {"DELETE_ALL_ATTACHMENTS": "delete files that others attached"}
"""More that is needed where people deliver private keys."""


def whoami(client: Client) -> str:
    """The name under which the bot is known."""
    name = client.get("myself", "who the bot is").get("displayName")
    if not isinstance(name, str) or not name:
        raise TryLater("Jira does not say who the bot is")
    return name


def missing(
    client: Client,
    places: Iterable[tuple[str, str]],
    level: str | None,
    link_type: str,
    collecting: str,
) -> list[str]:
    """Every fault of log-in, projects, types, levels, permissions and link type."""
    try:
        whoami(client)
    except BotError as error:
        return [f"{error}."]
    faults: list[str] = []
    for project, issue_type in places:
        faults += _told(partial(_in_project, client, project, issue_type, level))
    if collecting:
        faults += _told(partial(_lacking, client, collecting, COLLECTING))
    return [*faults, *_told(partial(_everywhere, client, link_type))]


def _in_project(client: Client, project: str, issue_type: str, level: str | None) -> list[str]:
    try:
        found = client.get(f"project/{project}", f"project {project}")
    except Gone:
        return [f"Jira has no project {project}, or the bot may not see it."]
    faults = []
    types = [str(t.get("name")) for t in found.get("issueTypes") or ()]
    if issue_type not in types:
        faults.append(
            f"Project {project} has no issue type {issue_type}; it has {', '.join(types)}."
        )
    if level:
        faults += _told(partial(_no_level, client, project, level))
    return [*faults, *_told(partial(_not_allowed, client, project, level))]


def _no_level(client: Client, project: str, level: str) -> list[str]:
    level_id(client, project, level)
    return []


def _not_allowed(client: Client, project: str, level: str | None) -> list[str]:
    wanted = PERMISSIONS | ({"SET_ISSUE_SECURITY": "set the security level"} if level else {})
    return _lacking(client, project, wanted)


def _lacking(client: Client, project: str, wanted: dict[str, str]) -> list[str]:
    what = f"the bot's permissions in {project}"
    asked = {"projectKey": project, "permissions": ",".join(wanted)}
    have = client.get("mypermissions", what, **asked).get("permissions") or {}
    return [
        f"The bot may not {plain} in project {project} (permission {name})."
        for name, plain in wanted.items()
        if not (have.get(name) or {}).get("havePermission")
    ]


def _everywhere(client: Client, link_type: str) -> list[str]:
    faults = []
    types = client.get("issueLinkType", "the link types").get("issueLinkTypes") or ()
    if link_type not in [kind.get("name") for kind in types]:
        faults.append(f"Jira has no issue link type {link_type}, or links are switched off.")
    if not client.get("attachment/meta", "the limits of attachments").get("enabled"):
        faults.append("Attachments are switched off in Jira.")
    return faults


def _told(check: Callable[[], list[str]]) -> list[str]:
    """A check that cannot be made is a fault as well."""
    try:
        return check()
    except BotError as error:
        return [f"{error}."]
