"""Tickets as they were read: whole in one call, and good for the next update of each.

An update names the time of the last change that is known to us, and Zendesk refuses it when
there was another since; what hides within the same second is found by `zendesk_hidden`.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from bot.errors import Gone
from bot.gateways import zendesk_reading as reading
from bot.gateways.zendesk_account import Account

T = TypeVar("T")
_MOST: Final = 500
Raw = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """A ticket as the account shows it; `people` come with it, by their numbers."""

    ticket: Raw
    comments: list[Raw]
    people: dict[int, Raw]
    audits: list[Raw]
    """Where they were not asked for, empty if the account does not tell all in one call."""


@dataclass(frozen=True, slots=True)
class Known:
    """What an update rests on; `fresh` if it was read for this update alone."""

    status: str
    tags: tuple[str, ...]
    stamp: str
    fresh: bool = False

    @classmethod
    def of(cls, raw: Raw, *, fresh: bool = False) -> Known:
        """From a ticket's JSON."""
        return cls(str(raw["status"]), tuple(raw.get("tags") or ()), str(raw["updated_at"]), fresh)


class KnownTickets:
    """Reads tickets, and remembers each for its next update; threads may share it."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._lock = threading.Lock()
        self._known: OrderedDict[int, Known] = OrderedDict()
        self._written: OrderedDict[int, str] = OrderedDict()
        self._together = True

    def seen(self, number: int) -> Seen:
        """The ticket as it is now, with its comments, oldest first."""
        found = self._whole(number) or self._in_parts(number)
        self.remember(number, Known.of(found.ticket))
        return found

    def history(self, number: int) -> Seen:
        """The ticket as it is now, with all that has happened to it, oldest first."""
        found = self._whole(number)
        if found is None:
            audits, pages = self._listed(f"tickets/{number}/audits.json", "audits")
            found = Seen(self._ticket(number), [], _people(pages), audits)
        return found

    def for_update(self, number: int) -> Known:
        """The ticket as it was read or written last; else as it is now.  Good for one update."""
        with self._lock:
            known = self._known.pop(number, None)
        return known or Known.of(self._ticket(number), fresh=True)

    def remember(self, number: int, known: Known) -> None:
        """The next update rests on this."""
        with self._lock:
            _put(self._known, number, known)

    def wrote(self, number: int, known: Known) -> None:
        """The bot itself has left the ticket like this."""
        self.remember(number, known)
        with self._lock:
            _put(self._written, number, known.stamp)

    def is_written(self, number: int, stamp: str) -> bool:
        """Whether that is the time of the bot's own last change of the ticket."""
        with self._lock:
            return self._written.get(number) == stamp

    def forget(self, number: int) -> None:
        """The next update reads anew, and no change counts as the bot's own."""
        with self._lock:
            self._known.pop(number, None)
            self._written.pop(number, None)

    def _whole(self, number: int) -> Seen | None:
        """By the ticket's audits, which have its comments and bring the ticket along."""
        if not self._together:
            return None
        try:
            audits, pages = self._listed(f"tickets/{number}/audits.json", "audits", "users,tickets")
        except Gone:
            return None  # the ticket itself is asked, to be sure
        tickets = [raw for page in pages for raw in page.get("tickets") or ()]
        ticket = next((raw for raw in reversed(tickets) if int(raw["id"]) == number), None)
        comments = reading.comments_of(audits)
        if ticket is None or not comments:
            # Each ticket begins with a comment: this account tells less, and is asked in parts.
            self._together = False
            return None
        return Seen(ticket, comments, _people(pages), audits)

    def _in_parts(self, number: int) -> Seen:
        ticket = self._ticket(number)
        comments, pages = self._listed(f"tickets/{number}/comments.json", "comments")
        return Seen(ticket, comments, _people(pages), [])

    def _listed(self, path: str, key: str, more: str = "users") -> tuple[list[Raw], list[Raw]]:
        """Everything of a list, and its pages with what comes along."""
        pages = self._account.pages(path, key, {"include": more})
        return [one for page in pages for one in page[key]], pages

    def _ticket(self, number: int) -> Raw:
        found: Raw = self._account.read(f"tickets/{number}.json")["ticket"]
        return found


def _put(found: OrderedDict[int, T], number: int, value: T) -> None:
    found[number] = value
    found.move_to_end(number)
    while len(found) > _MOST:
        found.popitem(last=False)


def _people(pages: list[Raw]) -> dict[int, Raw]:
    """The users who come along with a list."""
    return {int(user["id"]): user for page in pages for user in page.get("users") or ()}
