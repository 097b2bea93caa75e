"""Zendesk, by zenpy on our own session: what the steps ask of it."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final, Self

from bot.errors import Gone
from bot.events import Attachment, Comment, Person, Ticket
from bot.gateways import zendesk_checking
from bot.gateways import zendesk_reading as reading
from bot.gateways.downloads import download
from bot.gateways.sessions import Meter
from bot.gateways.zendesk_account import SIDE, Account
from bot.gateways.zendesk_changes import ZendeskChanges
from bot.gateways.zendesk_hidden import PUT_BACK
from bot.gateways.zendesk_known import KnownTickets, Seen
from bot.gateways.zendesk_openings import ZendeskOpenings
from bot.gateways.zendesk_organizations import ZendeskOrganizations
from bot.gateways.zendesk_redaction import redact
from bot.gateways.zendesk_updates import ZendeskUpdates
from bot.ports import TicketUpdate
from bot.settings import Settings
from bot.wording.letter import Letter, Paragraph

TITLES_LIVE: Final = 600.0


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
        self._titles: tuple[float, dict[int, str]] = (0.0, {})
        self._known = KnownTickets(self._account)
        self._updates = ZendeskUpdates(self._account, self._known)
        self._organizations = ZendeskOrganizations(self._account)

    @classmethod
    def of(cls, settings: Settings, meter: Meter | None = None) -> Self:
        """The account of the settings."""
        token = settings.zendesk_token.get_secret_value()
        return cls(settings.zendesk_url, settings.zendesk_email, token, meter, settings.case_pages)

    def ticket(self, number: int) -> Ticket:
        """The ticket with all its comments, oldest first."""
        seen = self._known.seen(number)
        raw, people = seen.ticket, seen.people
        filled = any(f.get("value") for f in raw.get("custom_fields") or ())
        titles = self._field_titles() if filled else {}
        authors = {int(raw["requester_id"]), *(int(c.get("author_id") or 0) for c in seen.comments)}
        people |= self._people(authors - set(people))
        return reading.ticket(raw, seen.comments, people, titles, self.me())

    def update(self, number: int, update: TicketUpdate) -> None:
        """Write one update; a repeated one is recognised by its mark and left out."""
        self._updates.update(number, self._with_link(number, update), self.me())

    def redact_keys(self, number: int, comment: Comment, files: tuple[int, ...]) -> bool:
        """Remove private keys from a comment's text and these files; whether that was permitted."""
        comments = self._known.seen(number).comments
        raw = next((c for c in comments if int(c["id"]) == comment.id), None)
        return raw is None or redact(self._account, number, raw, files)

    def who_tagged(self, number: int, tags: tuple[str, ...]) -> tuple[tuple[str, Person], ...]:
        """For each of the tags, who set it last, in the order in which they were set."""
        seen, setters = self._known.history(number), dict[str, int]()
        for audit in seen.audits:
            if int(audit["author_id"]) == self.me():
                continue  # the bot sets no commands; it may have put back somebody's
            for tag in reading.tags_set(audit) & set(tags):
                setters.pop(tag, None)
                setters[tag] = int(audit["author_id"])
        people = self._to_the_ticket(seen, set(setters.values()))
        found = {tag: people[n] for tag, n in setters.items() if n in people}
        unknown = dict.fromkeys((tag for tag in tags if tag not in found), reading.UNKNOWN)
        return tuple((found | unknown).items())

    def who_ended(self, number: int) -> Person:
        """Who has solved or closed the ticket last."""
        seen = self._known.history(number)
        ends = (a for a in seen.audits if reading.ends(a) and reading.mark_of(a) != PUT_BACK)
        last = max(ends, key=lambda a: (str(a["created_at"]), int(a["id"])), default=None)
        author = int(last["author_id"]) if last else 0
        return self._to_the_ticket(seen, {author}).get(author, reading.UNKNOWN)

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
        return self._updates.has_hold()

    def is_own(self, number: int, actor: str, stamp: str) -> bool:
        """Whether a change of the ticket is the bot's own last one, which needs no look.

        By both who and when: Zendesk counts in seconds, and may name the bot for others' rules.
        """
        return bool(self._me) and actor == str(self._me) and self._known.is_written(number, stamp)

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

    def _to_the_ticket(self, seen: Seen, wanted: set[int]) -> dict[int, Person]:
        """Who these users are to the ticket; the deleted ones are left out."""
        users = seen.people | self._people(wanted - set(seen.people))
        who = (int(seen.ticket["requester_id"]), seen.ticket.get("organization_id"), self.me())
        return {n: reading.person(users[n], *who) for n in wanted if n in users}

    def _field_titles(self) -> dict[int, str]:
        with self._lock:
            read_at, titles = self._titles
            if time.monotonic() - read_at > TITLES_LIVE or not titles:
                fields = self._account.read("ticket_fields.json")["ticket_fields"]
                titles = {int(field["id"]): str(field["title"]) for field in fields}
                self._titles = (time.monotonic(), titles)
            return titles
