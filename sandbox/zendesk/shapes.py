"""Zendesk's JSON of what an account holds."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from sandbox.zendesk.account import Account
from sandbox.zendesk.model import Attachment, Audit, Comment, Ticket, Upload, User

BRAND: Final = 6_001
FORM: Final = 6_101
GROUP: Final = 6_201
CUSTOM_STATUS: Final = {
    status: 6_301 + n for n, status in enumerate(("new", "open", "pending", "hold", "solved"))
}
FIELDS: Final = {
    3_001: ("Website", "text"),
    3_002: ("Environment", "tagger"),
    3_003: ("Common Name", "text"),
    3_004: ("Organization", "text"),
}


def stamp(when: datetime) -> str:
    """A time as Zendesk writes it."""
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


class Shapes:
    """Shapes with addresses on this account's own host."""

    def __init__(self, account: Account, url: str) -> None:
        self._account, self.url = account, url

    def ticket(self, ticket: Ticket) -> dict[str, Any]:
        """GET /tickets/{id}."""
        known = (*FIELDS, *self._account.rules.records["ticket_fields"])
        fields = [{"id": number, "value": ticket.fields.get(number)} for number in known]
        return {
            "url": f"{self.url}/api/v2/tickets/{ticket.id}.json",
            "id": ticket.id,
            "external_id": ticket.external_id,
            "via": self._ticket_via(ticket),
            "created_at": stamp(ticket.created_at),
            "updated_at": stamp(ticket.updated_at),
            "generated_timestamp": int(ticket.updated_at.timestamp()),
            "type": None,
            "subject": ticket.subject,
            "raw_subject": ticket.subject,
            "description": ticket.comments[0].plain if ticket.comments else "",
            "priority": ticket.priority,
            "status": ticket.status,
            "recipient": None,
            "requester_id": ticket.requester_id,
            "submitter_id": ticket.submitter_id,
            "assignee_id": ticket.assignee_id,
            "organization_id": ticket.organization_id,
            "group_id": GROUP,
            "collaborator_ids": [],
            "follower_ids": [],
            "email_cc_ids": [],
            "forum_topic_id": None,
            "problem_id": None,
            "has_incidents": False,
            "is_public": any(comment.public for comment in ticket.comments),
            "due_at": None,
            "tags": list(ticket.tags),
            "custom_fields": fields,
            "satisfaction_rating": None,
            "sharing_agreement_ids": [],
            "custom_status_id": CUSTOM_STATUS.get(ticket.status, CUSTOM_STATUS["solved"]),
            "fields": fields,
            "followup_ids": [
                other.id
                for other in self._account.tickets.values()
                if other.followup_of == ticket.id
            ],
            "ticket_form_id": FORM,
            "brand_id": BRAND,
            "allow_channelback": False,
            "allow_attachments": True,
            "from_messaging_channel": False,
        }

    def _ticket_via(self, ticket: Ticket) -> dict[str, Any]:
        closed = self._account.tickets.get(ticket.followup_of or 0)
        if closed is None:
            return _via("web")
        source = {"ticket_id": closed.id, "subject": closed.subject, "channel": "email"}
        return {"channel": "web", "source": {"from": source, "to": {}, "rel": "follow_up"}}

    def comment(self, comment: Comment) -> dict[str, Any]:
        """One of GET /tickets/{id}/comments."""
        return {
            "id": comment.id,
            "type": "Comment",
            "author_id": comment.author_id,
            "body": comment.plain,
            "html_body": f'<div class="zd-comment" dir="auto">{comment.html}</div>',
            "plain_body": comment.plain,
            "public": comment.public,
            "attachments": [self.attachment(a) for a in comment.attachments],
            "audit_id": comment.audit_id,
            "via": _via(comment.channel),
            "created_at": stamp(comment.created_at),
            "metadata": comment.metadata,
        }

    def audit(self, audit: Audit) -> dict[str, Any]:
        """One of GET /tickets/{id}/audits."""
        events = [
            {**event, **self.comment(event["comment"]), "comment": None}
            if event["type"] == "Comment"
            else event
            for event in audit.events
        ]
        return {
            "id": audit.id,
            "ticket_id": audit.ticket_id,
            "created_at": stamp(audit.created_at),
            "author_id": audit.author_id,
            "metadata": audit.metadata,
            "events": [{k: v for k, v in e.items() if k != "comment"} for e in events],
            "via": _via(audit.channel),
        }

    def attachment(self, attachment: Attachment) -> dict[str, Any]:
        """GET /attachments/{id}."""
        name = attachment.file_name
        where = f"{self.url}/attachments/token/{attachment.token}/?{urlencode({'name': name})}"
        return {
            "url": f"{self.url}/api/v2/attachments/{attachment.id}.json",
            "id": attachment.id,
            "file_name": name,
            "content_url": where,
            "mapped_content_url": where,
            "content_type": attachment.content_type,
            "size": len(attachment.data),
            "width": None,
            "height": None,
            "inline": False,
            "deleted": attachment.redacted,
            "malware_access_override": False,
            "malware_scan_result": "malware_not_found",
            "thumbnails": [],
        }

    def upload(self, upload: Upload) -> dict[str, Any]:
        """POST /uploads."""
        shown = [self.attachment(a) for a in upload.attachments]
        return {
            "token": upload.token,
            "expires_at": stamp(upload.expires_at),
            "attachments": shown,
            "attachment": shown[-1],
        }

    def user(self, user: User) -> dict[str, Any]:
        """GET /users/{id}."""
        return {
            "id": user.id,
            "url": f"{self.url}/api/v2/users/{user.id}.json",
            "name": user.name,
            "email": user.email,
            "created_at": "2026-01-05T09:00:00Z",
            "updated_at": "2026-01-05T09:00:00Z",
            "time_zone": "UTC",
            "locale": "en-US",
            "organization_id": user.organization_id,
            "role": user.role,
            "verified": True,
            "active": True,
            "suspended": False,
            "restricted_agent": False,
            "ticket_restriction": None if user.role != "end-user" else "requested",
            "tags": [],
            "user_fields": {},
        }

    def organization(self) -> dict[str, Any]:
        """GET /organizations/{id}."""
        number = self._account.organization
        return {
            "id": number,
            "url": f"{self.url}/api/v2/organizations/{number}.json",
            "name": "Nordlicht Handels GmbH",
            "domain_names": list(self._account.domain_names),
            "created_at": "2026-01-05T09:00:00Z",
            "updated_at": "2026-01-05T09:00:00Z",
            "tags": [],
            "organization_fields": {},
            "shared_tickets": False,
            "shared_comments": False,
        }

    def statuses(self) -> list[dict[str, Any]]:
        """GET /custom_statuses."""
        return [
            {
                "id": number,
                "status_category": status,
                "agent_label": status.capitalize(),
                "end_user_label": status.capitalize(),
                "description": "",
                "end_user_description": "",
                "active": status != "hold" or self._account.has_hold,
                "default": True,
                "created_at": "2026-01-05T09:00:00Z",
                "updated_at": "2026-01-05T09:00:00Z",
            }
            for status, number in CUSTOM_STATUS.items()
        ]


def ticket_fields() -> list[dict[str, Any]]:
    """GET /ticket_fields."""
    return [
        {
            "id": number,
            "type": kind,
            "title": title,
            "raw_title": title,
            "active": True,
            "required": False,
            "position": position,
            "created_at": "2026-01-05T09:00:00Z",
            "updated_at": "2026-01-05T09:00:00Z",
        }
        for position, (number, (title, kind)) in enumerate(FIELDS.items())
    ]


def _via(channel: str) -> dict[str, Any]:
    return {"channel": channel, "source": {"from": {}, "to": {}, "rel": None}}
