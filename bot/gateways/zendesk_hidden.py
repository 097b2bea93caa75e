"""What an update has overwritten that nobody could see: put back at once.

Zendesk tells changes apart by their second only.  What somebody changes after we have read
the ticket, but within the second of the change before, does not stop an update that knows the
ticket from then.  But the update's own audit says what stood there before.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.gateways import zendesk_reading as reading
from bot.gateways.zendesk_account import Account

PUT_BACK: Final = "put back"
"""The mark of an update that only restores what somebody else has set."""
_SOLVED: Final = "solved"


@dataclass(frozen=True, slots=True)
class Hidden:
    """What an update has changed and was not meant to."""

    lost: frozenset[str] = frozenset()
    stray: frozenset[str] = frozenset()
    solved: bool = False

    def __bool__(self) -> bool:
        return bool(self.lost or self.stray or self.solved)

    @classmethod
    def of(
        cls, audit: Mapping[str, Any], ours: Collection[str], known_status: str | None = None
    ) -> Hidden:
        """From the audit of our update; `ours` are the tags that we may set or remove.

        `known_status` is the status that we have read; None when that is not known any more.
        """
        lost, stray, solved = set[str](), set[str](), False
        for event in audit.get("events") or ():
            if event.get("type") != "Change" or reading.by_rule(event):
                continue
            if event.get("field_name") == "tags":
                before, now = (reading.tags(event.get(k)) for k in ("previous_value", "value"))
                lost, stray = before - now - set(ours), now - before - set(ours)
            elif event.get("field_name") == "status":
                was = event.get("previous_value")
                solved = was == _SOLVED and known_status not in (None, _SOLVED)
        return cls(frozenset(lost), frozenset(stray), solved)

    def put_back(self, account: Account, number: int) -> None:
        """Restore it; tags by themselves, beside whatever is set meanwhile."""
        if self.lost:
            account.write("PUT", f"tickets/{number}/tags.json", {"tags": sorted(self.lost)})
        if self.stray:
            account.write("DELETE", f"tickets/{number}/tags.json", {"tags": sorted(self.stray)})
        if self.solved:
            ticket = {"status": _SOLVED, "metadata": {reading.MARK: PUT_BACK}}
            account.write("PUT", f"tickets/{number}.json", {"ticket": ticket})
