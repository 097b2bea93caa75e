"""Writes tickets: one PUT per step, on condition that nobody changed the ticket meanwhile.

Comment, files, status and tags go together (`safe_update`).  The mark of the attempt stands in
the comment's metadata, so that a repeated one finds it.
"""

from __future__ import annotations

import re
from typing import Any, Final

from zenpy.lib.api_objects import Comment as NewComment
from zenpy.lib.api_objects import Ticket as NewTicket
from zenpy.lib.api_objects import TicketAudit

from bot import attempt
from bot.attempt import Attempt
from bot.case import SHOWN, Status
from bot.errors import Gone, Misconfigured, NeedsHuman, TryLater
from bot.gateways import zendesk_reading as reading
from bot.gateways.sessions import translated
from bot.gateways.zendesk_account import ERRORS, SIDE, Account
from bot.gateways.zendesk_hidden import Hidden
from bot.gateways.zendesk_known import Known, KnownTickets
from bot.ports import File, TicketUpdate

TAG: Final = "ssl_renewal"
STAGE_TAGS: Final = frozenset(f"ssl_{tag}" for tag, _ in SHOWN.values())
CONFLICTS: Final = 5
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]")


class ZendeskUpdates:
    """The writes of one account; threads may share it."""

    def __init__(self, account: Account, known: KnownTickets) -> None:
        self._account, self._known = account, known
        self._hold: bool | None = None

    def update(self, number: int, update: TicketUpdate, me: int) -> None:
        """Write one update; a repeated one is recognised by its mark and left out.

        `me` is the bot's own user.
        """
        tried = attempt.current()
        if tried.again and self._written(number, update, tried.mark, me):
            return
        uploads = [self._uploaded(file) for file in update.files]
        if tried.again:
            self._known.forget(number)
        for _ in range(CONFLICTS):
            known = self._known.for_update(number)
            changes = self._changes(number, known, update, uploads, tried)
            try:
                answer = _confirmed(self._account.zenpy.tickets.update(changes))
            except ERRORS as error:
                if _status(error) == 422 and getattr(changes, "status", "") == Status.HOLD:
                    # The account says that it has on-hold, and refuses it all the same.
                    self._hold = False
                elif _status(error) == 422 and not known.fresh:
                    continue  # it may have been closed meanwhile: read and told by the next try
                elif _status(error) != 409:
                    raise translated(error, SIDE, f"an update of ticket {number}") from None
                elif self._written(number, update, tried.mark, me):
                    return
            else:
                self._taken(number, known, update, answer)
                return
        raise TryLater(f"ticket {number} is being changed by others", 10.0)

    def has_hold(self) -> bool:
        """Whether the account has activated the status on-hold."""
        if self._hold is None:
            try:
                statuses = self._account.read("custom_statuses.json")["custom_statuses"]
                self._hold = any(s["status_category"] == "hold" and s["active"] for s in statuses)
            except (Gone, Misconfigured):
                # Not every plan and role may list them; a refused hold is noticed by `update`.
                self._hold = True
        return self._hold

    def _changes(
        self, number: int, known: Known, update: TicketUpdate, uploads: list[str], tried: Attempt
    ) -> Any:
        """A fresh object with nothing but the changes; reused ones send old comments again."""
        if known.status == "closed":
            raise NeedsHuman(f"Ticket {number} is closed and cannot be updated any more.")
        before = [tag for tag in known.tags if tag not in update.drop_tags]
        changed: dict[str, Any] = {"tags": before}
        if update.stage:
            tag, status = SHOWN[update.stage]
            kept = [t for t in before if t not in STAGE_TAGS | {TAG}]
            changed = {"tags": [*kept, TAG, f"ssl_{tag}"]}
            if not update.keep_status:
                changed["status"] = self._shown(status)
        if update.letter:
            comment = {"html_body": update.letter.html(), "public": update.public}
            changed["comment"] = NewComment(**comment, **({"uploads": uploads} if uploads else {}))
            changed["metadata"] = {reading.MARK: tried.mark}
        return NewTicket(id=number, safe_update=True, updated_stamp=known.stamp, **changed)

    def _shown(self, status: Status) -> str:
        if status is Status.HOLD and not self.has_hold():
            return Status.PENDING.value
        return status.value

    def _taken(self, number: int, known: Known, update: TicketUpdate, answer: Any) -> None:
        """What the answer tells: where the next update goes on, what this one has hidden."""
        if not isinstance(answer, TicketAudit):
            return
        ticket = answer.ticket
        self._known.wrote(number, Known(ticket.status, tuple(ticket.tags), ticket.updated_at))
        audit = {"events": [dict(event) for event in answer.audit.events or ()]}
        self._put_back(number, Hidden.of(audit, _ours(update), known.status))

    def _put_back(self, number: int, hidden: Hidden) -> None:
        if hidden:
            self._known.forget(number)
            hidden.put_back(self._account, number)

    def _written(self, number: int, update: TicketUpdate, mark: str, me: int) -> bool:
        """Whether the update's comment stands on the ticket."""
        if not update.letter:
            return False
        seen = self._known.seen(number)
        for audit in seen.audits:
            if reading.mark_of(audit) == mark:
                self._put_back(number, Hidden.of(audit, _ours(update)))
        return reading.stands(update.letter, mark, seen.comments, me)

    def _uploaded(self, file: File) -> str:
        """The upload's token; only bytes, since a text argument would be opened as a path."""
        name = _UNSAFE.sub("_", file.name)
        made = self._account.call(
            lambda: self._account.zenpy.attachments.upload(
                bytes(file.data), target_name=name, content_type=file.content_type
            ),
            "an upload",
        )
        return str(made.token)


def _ours(update: TicketUpdate) -> frozenset[str]:
    """The tags that the update may set or remove."""
    return STAGE_TAGS | {TAG, *update.drop_tags}


def _confirmed(answer: Any) -> Any:
    """The library takes a proxy's page of status 200 for an answer too."""
    if not isinstance(answer, TicketAudit | NewTicket):
        raise ValueError("neither a ticket nor its audit")
    return answer


def _status(error: Exception) -> int:
    response = getattr(error, "response", None)
    return getattr(response, "status_code", 0)
