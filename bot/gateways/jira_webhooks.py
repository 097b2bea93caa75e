"""The webhook that Jira tells the bot by; only administrators may see and make it."""

from __future__ import annotations

import json
from typing import Any, Final

from bot.gateways.jira_client import Client
from bot.provisioning import Found, Kind, Thing, as_json

PLACE: Final = "rest/webhooks/1.0/webhook"
_WHAT: Final = "the webhooks (for administrators of Jira)"


class JiraSetup:
    """The site, as an administrator sets it up."""

    def __init__(self, client: Client, secret: str) -> None:
        self._client, self._secret = client, secret

    def found(self) -> tuple[Found, ...]:
        """Every webhook of the site, ours or not."""
        raws = self._client.outside_api("GET", PLACE, _WHAT) or []
        return self._client.understood(lambda: tuple(map(_found, raws)), _WHAT)

    def create(self, thing: Thing) -> None:
        """Make it, signing with our secret."""
        self._client.outside_api("POST", PLACE, _WHAT, self._written(thing))

    def change(self, number: str, thing: Thing) -> None:
        """Give it its wanted attributes and our secret again."""
        self._client.outside_api("PUT", f"{PLACE}/{number}", _WHAT, self._written(thing))

    def remove(self, number: str) -> None:
        """Take it away."""
        self._client.outside_api("DELETE", f"{PLACE}/{number}", _WHAT)

    def _written(self, thing: Thing) -> dict[str, Any]:
        wanted = {key: json.loads(value) for key, value in thing.values}
        return {"name": thing.name, "excludeBody": False, "secret": self._secret, **wanted}


def _found(raw: dict[str, Any]) -> Found:
    number = str(raw["self"]).rstrip("/").rpartition("/")[2]
    # Cloud knows the filter by the name of its section, Data Center by one name for all.
    filters = raw.get("filters") or {}
    values = {
        "url": raw.get("url"),
        "events": sorted(raw.get("events") or []),
        "filters": {key: text for key, text in filters.items() if text},
        "enabled": raw.get("enabled", True),
    }
    read = tuple((key, as_json(value)) for key, value in values.items())
    return Found(Kind.JIRA_WEBHOOK, number, str(raw.get("name") or ""), "", read)
