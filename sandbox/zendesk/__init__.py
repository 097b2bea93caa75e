"""A Zendesk of one account on loopback: stateful, strict, with signed webhooks."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sandbox.breaker import Breaker
from sandbox.deliveries import Deliveries, Sent, Target
from sandbox.faults import Faults
from sandbox.service import Service
from sandbox.zendesk.account import Account, File
from sandbox.zendesk.application import application
from sandbox.zendesk.model import Audit, Ticket
from sandbox.zendesk.rules import Rules
from sandbox.zendesk.shapes import Shapes, stamp, ticket_fields
from sandbox.zendesk.webhooks import Habits

__all__ = ["Zendesk"]


class Zendesk:
    """The account, its API, and the people who use it."""

    def __init__(
        self, faults: Faults, *, email: str, token: str, patience: float = 1.0, port: int = 0
    ) -> None:
        self.faults = faults
        self.webhooks = Deliveries(Habits(), patience, Breaker())
        self._account = Account(email)
        self._account.changed = self._tell
        self._shapes = Shapes(self._account, "")
        app = application(self._account, self._shapes, (email, token))
        self._service = Service("zendesk", app, faults, port)
        self._shapes.url = self.url = self._service.url
        bot, agent, brand, colleague, stranger = self._account.users
        self.bot_user, self.agent_user, self.brand_user = bot, agent, brand
        self.colleague_user, self.stranger_user = colleague, stranger
        self.organization = self._account.organization

    @property
    def has_hold(self) -> bool:
        """Whether the account has the status on-hold."""
        return self._account.has_hold

    @has_hold.setter
    def has_hold(self, has: bool) -> None:
        self._account.has_hold = has

    @property
    def audits_bring_tickets(self) -> bool:
        """Whether a ticket's audits bring the ticket along when they are asked to."""
        return self._account.audits_bring_tickets

    @audits_bring_tickets.setter
    def audits_bring_tickets(self, bring: bool) -> None:
        self._account.audits_bring_tickets = bring

    def connect(self, url: str, secret: str) -> None:
        """Send signed webhooks there from now on."""
        self.webhooks.connect(url, secret)

    def close(self) -> None:
        """Stop serving."""
        self.webhooks.close()
        self._service.close()

    def brand_opens(
        self,
        user: int,
        subject: str,
        text: str,
        *,
        files: Sequence[File] = (),
        tags: Sequence[str] = (),
        fields: Mapping[int, str] | None = None,
    ) -> int:
        """A new ticket of an end user."""
        with self._account.lock:
            person, stored = self._account.users[user], self._account.stored(files)
            ticket, _ = self._account.create(
                person,
                person,
                subject,
                text=text,
                files=stored,
                tags=list(tags),
                fields=dict(fields or {}),
            )
            return ticket.id

    def brand_writes(
        self,
        ticket: int,
        text: str,
        *,
        user: int | None = None,
        html: str | None = None,
        files: Sequence[File] = (),
    ) -> int:
        """An end user's reply: it opens a ticket that waits or is solved, and follows a closed one.

        Gives the comment's id.
        """
        with self._account.lock:
            found = self._account.the_ticket(ticket)
            author = self._account.users[user or found.requester_id]
            stored = self._account.stored(files)
            if found.status == "closed":
                found, _ = self._account.create(
                    author, author, f"Re: {found.subject}", text=text, html=html, files=stored,
                    followup_of=ticket, tags=list(found.tags), fields=dict(found.fields),
                )  # fmt: skip
                return found.comments[-1].id
            reopened = {"status": "open"} if found.status in ("pending", "hold", "solved") else {}
            self._account.update(
                found, author, reopened, text=text, html=html, files=stored, channel="email"
            )
            return found.comments[-1].id

    def agent_writes(
        self, ticket: int, text: str, *, public: bool = True, files: Sequence[File] = ()
    ) -> int:
        """An agent's comment or note; gives its id."""
        with self._account.lock:
            found, agent = self._account.the_ticket(ticket), self._account.users[self.agent_user]
            stored = self._account.stored(files)
            self._account.update(
                found, agent, {}, text=text, public=public, files=stored, channel="web"
            )
            return found.comments[-1].id

    def agent_tags(self, ticket: int, *tags: str) -> None:
        """An agent applies a macro that adds the tags."""
        self._tagged(ticket, self.agent_user, tags)

    def agent_untags(self, ticket: int, *tags: str) -> None:
        """An agent removes the tags."""
        with self._account.lock:
            found, agent = self._account.the_ticket(ticket), self._account.users[self.agent_user]
            kept = [tag for tag in found.tags if tag not in tags]
            self._account.update(found, agent, {"tags": kept}, channel="web")

    def end_user_tags(self, ticket: int, *tags: str) -> None:
        """An end user manages to set tags."""
        self._tagged(ticket, self.brand_user, tags)

    def agent_applies(self, ticket: int, macro: str) -> None:
        """An agent applies a macro by its title: the tags that it adds are set."""
        with self._account.lock:
            found = self._account.rules.records["macros"].values()
            actions = next(one["actions"] for one in found if one["title"] == macro)
        tags = [a["value"].split() for a in actions if a["field"] == "current_tags"]
        self._tagged(ticket, self.agent_user, [tag for some in tags for tag in some])

    @property
    def rules(self) -> Rules:
        """What an administrator has set up."""
        return self._account.rules

    @property
    def administrates(self) -> bool:
        """Whether the bot's user may set up the account."""
        return self._account.administrates

    @administrates.setter
    def administrates(self, may: bool) -> None:
        self._account.administrates = may

    def agent_sets(self, ticket: int, status: str) -> None:
        """An agent changes the status."""
        with self._account.lock:
            found, agent = self._account.the_ticket(ticket), self._account.users[self.agent_user]
            self._account.update(found, agent, {"status": status}, channel="web")

    def agent_merges(self, ticket: int, into: int) -> None:
        """An agent merges a ticket into another: it is closed, and both say so."""
        with self._account.lock:
            agent = self._account.users[self.agent_user]
            gone, kept = self._account.the_ticket(ticket), self._account.the_ticket(into)
            last = gone.comments[-1].plain
            self._account.update(
                gone,
                agent,
                {"status": "closed", "tags": [*gone.tags, "closed_by_merge"]},
                text=f'This request was closed and merged into request #{into} "{kept.subject}".',
                channel="web",
            )
            told = f'Request #{ticket} "{gone.subject}" was closed and merged into this request.'
            text = f"{told} Last comment in request #{ticket}:\n\n{last}"
            self._account.update(kept, agent, {}, text=text, public=False, channel="web")

    def allows(self, requests: int) -> None:
        """How many requests a minute the account's plan has."""
        self._account.limits.plan = requests

    def knows_domains(self, *domains: str) -> None:
        """The domain names that the brand's organization has in the account."""
        with self._account.lock:
            self._account.domain_names = list(domains)

    def lies_back(self, ticket: int, since: timedelta) -> None:
        """The ticket's last change was so much earlier."""
        with self._account.lock:
            self._account.the_ticket(ticket).updated_at -= since

    def before_next_update(self, happens: Callable[[], None]) -> None:
        """Have something happen between a client's reading and its next update."""
        self._account.before_update = happens

    def ticket(self, ticket: int) -> dict[str, Any]:
        """As the API gives it."""
        with self._account.lock:
            return self._shapes.ticket(self._account.the_ticket(ticket))

    def comments(self, ticket: int) -> list[dict[str, Any]]:
        """As the API gives them, oldest first."""
        with self._account.lock:
            return [self._shapes.comment(c) for c in self._account.the_ticket(ticket).comments]

    def ticket_ids(self) -> list[int]:
        """Every ticket, oldest first."""
        with self._account.lock:
            return list(self._account.tickets)

    def ticket_fields(self) -> list[dict[str, Any]]:
        """The account's custom fields, as the API gives them."""
        return ticket_fields()

    def attachment_bytes(self, attachment: int) -> bytes:
        """A file's content."""
        with self._account.lock:
            return self._account.attachments[attachment].data

    def deliveries(self) -> list[Sent]:
        """Every attempt to deliver a webhook."""
        return list(self.webhooks.sent)

    def _tagged(self, ticket: int, user: int, tags: Sequence[str]) -> None:
        with self._account.lock:
            found = self._account.the_ticket(ticket)
            merged = list(dict.fromkeys([*found.tags, *tags]))
            self._account.update(found, self._account.users[user], {"tags": merged}, channel="web")

    def _tell(self, ticket: Ticket, audit: Audit) -> None:
        """What a trigger of ours sends: ids and times alone."""
        body = {
            "event": "ticket_changed",
            "ticket_id": str(ticket.id),
            "updated_at": stamp(ticket.updated_at),
            "actor_id": str(audit.author_id),
        }
        about = f"ticket {ticket.id}"
        self.webhooks.send(json.dumps(body).encode(), about)
        for webhook, filled in self._account.rules.notified(ticket, audit):
            secret = self._account.rules.secrets[webhook["id"]]
            target = Target(webhook["endpoint"], secret, webhook["id"])
            self.webhooks.send(filled.encode(), about, target)
