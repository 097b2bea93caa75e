"""The files that people attach to an issue."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from bot.errors import Gone, Misconfigured, NeedsHuman, TryLater
from bot.gateways.jira_client import Client

_NUMBER: Final = re.compile(r"[0-9]{1,20}", re.ASCII)


@dataclass(frozen=True, slots=True)
class IssueFile:
    """A file on an issue, not yet read."""

    id: str
    name: str
    size: int


def by_people(client: Client, key: str) -> tuple[IssueFile, ...]:
    """The files that are not the bot's own, oldest first."""
    me = _who(client.get("myself", "the bot's own account"))
    what = f"the files of {key}"
    fields = client.get(f"issue/{key}", what, fields="attachment")

    def read() -> list[IssueFile]:
        listed = fields["fields"].get("attachment") or ()
        return [_file(file) for file in listed if _who(file.get("author") or {}) != me]

    return tuple(sorted(client.understood(read, what), key=lambda file: int(file.id)))


def content(client: Client, file: IssueFile, most: int) -> bytes | None:
    """The bytes of the file; None when there are more."""
    what = f"the attachment {file.id}"
    try:
        return client.download(
            f"attachment/content/{file.id}",
            f"secure/attachment/{file.id}/{quote(file.name, safe='')}",
            most,
            what,
        )
    except Gone:
        # Somebody has taken it away since it was listed.
        raise TryLater(f"Jira has {what} no more") from None


def remove(client: Client, key: str, number: str) -> None:
    """Delete the file; one that is gone already is no fault."""
    try:
        client.delete(f"attachment/{number}", f"an attachment of {key}")
    except Gone:
        return
    except Misconfigured:
        raise NeedsHuman(
            f"The bot may not delete attachments of {key}, and one of them is the private key in "
            "clear. The bot has its own copy: please delete the file in Jira, then hand back."
        ) from None


def _file(listed: dict[str, Any]) -> IssueFile:
    number = str(listed["id"])
    if not _NUMBER.fullmatch(number):
        raise ValueError("an attachment without a number")
    return IssueFile(number, str(listed["filename"]), int(listed["size"]))


def _who(person: dict[str, Any]) -> str:
    """Cloud knows people by account, Data Center by key."""
    return str(person.get("accountId") or person.get("key") or person.get("name") or "")
