"""Zendesk, by zenpy on our own session.

One PUT per step: comment, files, status and tags together, on condition that nobody
changed the ticket meanwhile (`safe_update`).  The mark of the attempt stands in the
comment's metadata, so that a repeated one finds it.
"""

from __future__ import annotations

import re
import threading
import time
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final, Self

from zenpy.lib.api_objects import Comment as NewComment
from zenpy.lib.api_objects import Ticket as NewTicket
from zenpy.lib.api_objects import TicketAudit

from bot import attempt
from bot.case import SHOWN, Status
from bot.errors import Gone, Misconfigured, NeedsHuman, TryLater
from bot.events import Attachment, Comment, Person, Ticket
from bot.gateways import zendesk_checking
from bot.gateways import zendesk_reading as reading
from bot.gateways.downloads import download
from bot.gateways.sessions import Meter, translated
from bot.gateways.zendesk_account import ERRORS, SIDE, Account
from bot.gateways.zendesk_changes import ZendeskChanges
from bot.gateways.zendesk_known import KnownTickets
from bot.gateways.zendesk_openings import ZendeskOpenings
from bot.gateways.zendesk_organizations import ZendeskOrganizations
from bot.gateways.zendesk_redaction import redact
from bot.ports import File, TicketUpdate
from bot.settings import Settings
from bot.wording.letter import Letter, Paragraph

TAG: Final = "ssl_renewal"
STAGE_TAGS: Final = frozenset(f"ssl_{tag}" for tag, _ in SHOWN.values())
CONFLICTS: Final = 5
TITLES_LIVE: Final = 600.0
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]")


class Zendesk:
    """`bot.ports.Helpdesk`."""

    def __init__(
        self, url: str, email: str, token: str, meter: Meter | None = None, cases: str = ""
    ) -> None:
        """`cases` is where the bot shows a case: internal notes link to it."""
        self._cases = cases
        self._account = Account(url, email, token, meter)
        self._lock = threading.Lock()
        self._me = 0
        self._hold: bool | None = None
        self._titles: tuple[float, dict[int, str]] = (0.0, {})
        self._known = KnownTickets(self._account)
        self._organizations = ZendeskOrganizations(self._account)

    @classmethod
    def of(cls, settings: Settings, meter: Meter | None = None) -> Self:
        """The account of the settings."""
        token = settings.zendesk_token.get_secret_value()
        return cls(settings.zendesk_url, settings.zendesk_email, token, meter, settings.case_pages)

    def ticket(self, number: int) -> Ticket:
        """The ticket with all its comments, oldest first."""
        raw = self._known.read(number)
        comments, people = self._comments(number)
        filled = any(f.get("value") for f in raw.get("custom_fields") or ())
        titles = self._field_titles() if filled else {}
        authors = {int(raw["requester_id"]), *(int(c.get("author_id") or 0) for c in comments)}
        people |= self._people(authors - set(people))
        return reading.ticket(raw, comments, people, titles, self.me())

    def update(self, number: int, update: TicketUpdate) -> None:
        """Write one update; a repeated one is recognised by its mark and left out."""
        update = self._with_link(number, update)
        tried = attempt.current()
        if tried.again and self._written(number, update, tried.mark):
            return
        uploads = [self._uploaded(file) for file in update.files]
        if tried.again:
            self._known.forget(number)
        for _ in range(CONFLICTS):
            raw, fresh = self._known.for_update(number)
            changes = self._changes(raw, update, uploads, tried.mark)
            try:
                _confirmed(self._account.zenpy.tickets.update(changes))
            except ERRORS as error:
                if _status(error) == 422 and getattr(changes, "status", "") == Status.HOLD:
                    # The account says that it has on-hold, and refuses it all the same.
                    self._hold = False
                elif _status(error) == 422 and not fresh:
                    continue  # it may have been closed meanwhile: read and told by the next try
                elif _status(error) != 409:
                    raise translated(error, SIDE, f"an update of ticket {number}") from None
                elif self._written(number, update, tried.mark):
                    return
            else:
                return
        raise TryLater(f"ticket {number} is being changed by others", 10.0)

    def redact_keys(self, number: int, comment: Comment, files: tuple[int, ...]) -> bool:
        """Remove private keys from a comment's text and these files; whether that was permitted."""
        comments, _ = self._comments(number)
        raw = next((c for c in comments if int(c["id"]) == comment.id), None)
        return raw is None or redact(self._account, number, raw, files)

    def who_tagged(self, number: int, tags: tuple[str, ...]) -> tuple[tuple[str, Person], ...]:
        """For each of the tags, who set it last, in the order in which they were set."""
        audits, known = self._listed(f"tickets/{number}/audits.json", "audits")
        setters: dict[str, int] = {}
        for audit in audits:
            for tag in reading.tags_set(audit) & set(tags):
                setters.pop(tag, None)
                setters[tag] = int(audit["author_id"])
        people = self._to_the_ticket(number, set(setters.values()), known)
        found = {tag: people[n] for tag, n in setters.items() if n in people}
        unknown = dict.fromkeys((tag for tag in tags if tag not in found), reading.UNKNOWN)
        return tuple((found | unknown).items())

    def who_ended(self, number: int) -> Person:
        """Who has solved or closed the ticket last."""
        audits, known = self._listed(f"tickets/{number}/audits.json", "audits")
        ends = filter(reading.ends, audits)
        last = max(ends, key=lambda a: (str(a["created_at"]), int(a["id"])), default=None)
        author = int(last["author_id"]) if last else 0
        return self._to_the_ticket(number, {author}, known).get(author, reading.UNKNOWN)

    def domains(self, organization: int) -> tuple[str, ...]:
        """The domain names that the account knows of the organization, as A-labels."""
        return self._organizations.domains(organization)

    def attachment(self, attachment: Attachment) -> bytes:
        """The bytes of a file on a comment, from the account's own host alone."""
        return download(self._account.http, attachment.url, self._account.url, SIDE)

    @property
    def changes(self) -> ZendeskChanges:
        """The same account, asked for what changed."""
        return ZendeskChanges(self._account)

    @property
    def openings(self) -> ZendeskOpenings:
        """The same account, where the bot itself opens tickets."""
        return ZendeskOpenings(self._account)

    def me(self) -> int:
        """The bot's own user."""
        if not self._me:
            self._me = int(self._account.read("users/me.json")["user"]["id"])
        return self._me

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

    def missing(self) -> tuple[str, ...]:
        """What the account does not offer or permit, a sentence each."""
        return zendesk_checking.missing(self._account)

    def _with_link(self, number: int, update: TicketUpdate) -> TicketUpdate:
        """The note with the address of its case."""
        if update.letter is None or update.public or not self._cases:
            return update
        link = Paragraph(f"Case: {self._cases}/{number}")
        return replace(update, letter=Letter((*update.letter.blocks, link)))

    def scarce(self) -> tuple[str, ...]:
        """What the plan has little of, a sentence each."""
        return zendesk_checking.scarce(self._account)

    def _people(self, numbers: set[int]) -> dict[int, dict[str, Any]]:
        """Users one by one; deleted ones are left out, and so is the system itself."""
        found: dict[int, dict[str, Any]] = {}
        for number in sorted(n for n in numbers if n > 0):
            with suppress(Gone):
                found[number] = self._account.read(f"users/{number}.json")["user"]
        return found

    def _changes(
        self, raw: dict[str, Any], update: TicketUpdate, uploads: list[str], mark: str
    ) -> Any:
        """A fresh object with nothing but the changes; reused ones send old comments again."""
        if raw["status"] == "closed":
            raise NeedsHuman(f"Ticket {raw['id']} is closed and cannot be updated any more.")
        before = [tag for tag in raw.get("tags") or () if tag not in update.drop_tags]
        changed: dict[str, Any] = {"tags": before}
        if update.stage:
            tag, status = SHOWN[update.stage]
            kept = [t for t in before if t not in STAGE_TAGS | {TAG}]
            changed = {"tags": [*kept, TAG, f"ssl_{tag}"]}
            if not update.keep_status:
                changed["status"] = self._status(status)
        if update.letter:
            comment = {"html_body": update.letter.html(), "public": update.public}
            changed["comment"] = NewComment(**comment, **({"uploads": uploads} if uploads else {}))
            changed["metadata"] = {reading.MARK: mark}
        return NewTicket(
            id=int(raw["id"]), safe_update=True, updated_stamp=raw["updated_at"], **changed
        )

    def _status(self, status: Status) -> str:
        if status is Status.HOLD and not self.has_hold():
            return Status.PENDING.value
        return status.value

    def _written(self, number: int, update: TicketUpdate, mark: str) -> bool:
        """Whether the update's comment stands on the ticket."""
        if not update.letter:
            return False
        comments, _ = self._comments(number)
        return reading.stands(update.letter, mark, comments, self.me())

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

    def _comments(self, number: int) -> tuple[list[dict[str, Any]], dict[int, dict[str, Any]]]:
        return self._listed(f"tickets/{number}/comments.json", "comments")

    def _listed(
        self, path: str, key: str
    ) -> tuple[list[dict[str, Any]], dict[int, dict[str, Any]]]:
        """Everything of a ticket's list, and the users who come with it."""
        pages = self._account.pages(path, key, {"include": "users"})
        people = {int(user["id"]): user for page in pages for user in page.get("users") or ()}
        return [one for page in pages for one in page[key]], people

    def _to_the_ticket(
        self, number: int, wanted: set[int], known: dict[int, dict[str, Any]]
    ) -> dict[int, Person]:
        """Who these users are to the ticket; the deleted ones are left out."""
        raw = self._account.read(f"tickets/{number}.json")["ticket"]
        users = known | self._people(wanted - set(known))
        who = (int(raw["requester_id"]), raw.get("organization_id"), self.me())
        return {n: reading.person(users[n], *who) for n in wanted if n in users}

    def _field_titles(self) -> dict[int, str]:
        with self._lock:
            read_at, titles = self._titles
            if time.monotonic() - read_at > TITLES_LIVE or not titles:
                fields = self._account.read("ticket_fields.json")["ticket_fields"]
                titles = {int(field["id"]): str(field["title"]) for field in fields}
                self._titles = (time.monotonic(), titles)
            return titles


def _confirmed(answer: Any) -> None:
    """The library takes a proxy's page of status 200 for an answer too."""
    if not isinstance(answer, TicketAudit | NewTicket):
        raise ValueError("neither a ticket nor its audit")


def _status(error: Exception) -> int:
    response = getattr(error, "response", None)
    return getattr(response, "status_code", 0)
