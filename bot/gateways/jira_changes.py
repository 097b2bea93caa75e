"""Which of the bot's issues changed, by one search."""

from __future__ import annotations

from typing import Any, Final

from bot.gateways.jira_client import Client
from bot.sweeping import ChangedIssue

LABEL: Final = "ssl-renewal"


class JiraChanges:
    """`bot.sweeping.Issues`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def changed(self, minutes: int) -> tuple[ChangedIssue, ...]:
        """The bot's issues that were changed in the last minutes, as far as the index knows."""
        # Minutes back, as JQL reads a date in the time zone of the user's profile.
        jql = f'labels = "{LABEL}" AND updated >= "-{minutes}m" ORDER BY created ASC'

        def search(api: Any) -> tuple[ChangedIssue, ...]:
            # Page by page until the end; each flavour has its own kind of pages.
            found = api.search_issues(jql, maxResults=False, fields=["updated"])
            return tuple(ChangedIssue(str(i.key), str(i.fields.updated)) for i in found)

        return self._client.call(search, "a search for changed issues")
