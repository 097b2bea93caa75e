"""Issue security levels: found by name, and confirmed on the issue itself."""

from __future__ import annotations

from typing import Any

from bot.errors import Gone, Misconfigured
from bot.gateways.jira_client import Client


def level_id(client: Client, project: str, name: str) -> str:
    """The id of the project's level of that name, or a fault for the operator."""
    for level in _levels(client, project):
        if level.get("name") == name and level.get("id"):
            return str(level["id"])
    raise Misconfigured(
        f"Project {project} in Jira has no security level {name}, or the bot lacks the permission "
        "Set Issue Security there"
    )


def confirm(client: Client, key: str, name: str) -> None:
    """Raise unless the issue itself says that it has the level."""
    fields = client.get(f"issue/{key}", f"issue {key}", fields="security").get("fields")
    level = fields.get("security") if isinstance(fields, dict) else None
    if not isinstance(level, dict) or level.get("name") != name:
        raise Misconfigured(
            f"Jira did not put the security level {name} on {key}; nothing is attached to it. "
            "Check the create screen and the permission Set Issue Security"
        )


def _levels(client: Client, project: str) -> list[dict[str, Any]]:
    what = f"the security levels of {project}"
    try:
        found = client.get(f"project/{project}/securitylevel", what)
    except Gone:
        # Old Data Centers know the scheme alone; without a scheme there is no level.
        try:
            found = client.get(f"project/{project}/issuesecuritylevelscheme", what)
        except Gone:
            return []
    return client.understood(lambda: [dict(level) for level in found["levels"]], what)
