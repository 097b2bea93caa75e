"""The JSON of an issue, as REST API version 2 of both flavours gives it."""

from __future__ import annotations

from sandbox.jira import model
from sandbox.jira.model import Issue
from sandbox.jira.things import Json, Things, stamp

__all__ = ["Json", "Shapes", "stamp"]


class Shapes(Things):
    """Shapes with the addresses of this site in them."""

    def short(self, issue: Issue) -> Json:
        """An issue as Cloud names it beside a comment."""
        fields = {
            "summary": issue.summary,
            "issuetype": self.issue_type(issue.type),
            "project": self.project(issue.project),
            "assignee": None,
            "priority": self.priority(),
            "status": self.status(issue.status),
        }
        return {**self.named(issue), "fields": fields}

    def issue(self, issue: Issue) -> Json:
        """An issue with every field."""
        return {**self.named(issue), "fields": self._fields(issue)}

    def _fields(self, issue: Issue) -> Json:
        comments = [self.comment(issue, c) for c in issue.comments]
        person = self.person(issue.reporter)
        progress = {"progress": 0, "total": 0}
        return {
            "summary": issue.summary,
            "description": issue.description,
            "issuetype": self.issue_type(issue.type),
            "project": self.project(issue.project),
            "labels": list(issue.labels),
            "security": self.level(issue.project, issue.security),
            "status": self.status(issue.status),
            "resolution": self.resolution(issue.resolution),
            "resolutiondate": stamp(issue.resolved) if issue.resolved else None,
            "priority": self.priority(),
            "created": stamp(issue.created),
            "updated": stamp(issue.updated),
            "creator": person,
            "reporter": person,
            "assignee": None,
            "attachment": [self.attachment(a) for a in issue.attachments],
            "issuelinks": self._links(issue),
            "comment": {
                "comments": comments,
                "maxResults": len(comments),
                "total": len(comments),
                "startAt": 0,
            },
            "progress": progress,
            "aggregateprogress": progress,
            "components": [],
            "fixVersions": [],
            "versions": [],
            "subtasks": [],
            "duedate": None,
            "environment": None,
            "timetracking": {},
            "workratio": -1,
        }

    def _links(self, issue: Issue) -> list[Json]:
        found = []
        for link in self._site.links:
            number, inward, outward = model.LINK_TYPES[link.type]
            kind = {
                "id": number,
                "name": link.type,
                "inward": inward,
                "outward": outward,
                "self": f"{self.api}/issueLinkType/{number}",
            }
            shape = {"id": str(link.id), "self": f"{self.api}/issueLink/{link.id}", "type": kind}
            if issue.key == link.inward:
                found.append({**shape, "outwardIssue": self._linked(link.outward)})
            elif issue.key == link.outward:
                found.append({**shape, "inwardIssue": self._linked(link.inward)})
        return found

    def _linked(self, key: str) -> Json:
        issue = self._site.the_issue(key)
        fields = {
            "summary": issue.summary,
            "status": self.status(issue.status),
            "priority": self.priority(),
            "issuetype": self.issue_type(issue.type),
        }
        return {**self.named(issue), "fields": fields}
