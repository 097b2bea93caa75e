"""The JSON of what an issue is made of, as REST API version 2 of both flavours gives it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sandbox.jira import model
from sandbox.jira.model import Attachment, Comment, Issue, IssueType, Person, Project, Status
from sandbox.jira.site import Site

Json = dict[str, Any]
_CATEGORIES: Final = {
    "new": (2, "blue-gray", "To Do"),
    "indeterminate": (4, "yellow", "In Progress"),
    "done": (3, "green", "Done"),
}
_SIZES: Final = ("16x16", "24x24", "32x32", "48x48")


class Things:
    """Shapes with the addresses of this site in them."""

    def __init__(self, site: Site, url: str) -> None:
        self._site = site
        self.at(url)

    def at(self, url: str) -> None:
        """The address, once a port is known."""
        self.url = url
        self.api = f"{url}/rest/api/2"

    def person(self, person: Person) -> Json:
        """A user: by account on Cloud, by name on Data Center."""
        login = person.name.lower().replace(" ", ".")
        seen: Json = {
            "emailAddress": person.email,
            "avatarUrls": self._avatars(),
            "displayName": person.name,
            "active": True,
            "timeZone": "Etc/UTC",
        }
        if self._site.cloud:
            account = {"accountId": person.id, "accountType": "atlassian"}
            return {"self": f"{self.api}/user?accountId={person.id}", **account, **seen}
        return {"self": f"{self.api}/user?username={login}", "name": login, "key": login, **seen}

    def status(self, status: Status) -> Json:
        """A status with its category."""
        number, colour, name = _CATEGORIES[status.category]
        return {
            "self": f"{self.api}/status/{status.id}",
            "description": "",
            "iconUrl": f"{self.url}/images/icons/statuses/generic.png",
            "name": status.name,
            "id": status.id,
            "statusCategory": {
                "self": f"{self.api}/statuscategory/{number}",
                "id": number,
                "key": status.category,
                "colorName": colour,
                "name": name,
            },
        }

    def project(self, project: Project) -> Json:
        """A project, in short."""
        return {
            "self": f"{self.api}/project/{project.id}",
            "id": project.id,
            "key": project.key,
            "name": project.name,
            "projectTypeKey": "software",
            "avatarUrls": self._avatars(),
        }

    def issue_type(self, kind: IssueType) -> Json:
        """An issue type."""
        return {
            "self": f"{self.api}/issuetype/{kind.id}",
            "id": kind.id,
            "description": "",
            "iconUrl": f"{self.url}/images/icons/issuetypes/task.svg",
            "name": kind.name,
            "subtask": False,
            "avatarId": 10318,
        }

    def level(self, project: Project, number: str | None) -> Json | None:
        """A security level."""
        for name, known in project.levels.items():
            if known == number:
                address = f"{self.api}/securitylevel/{known}"
                return {"self": address, "id": known, "description": "", "name": name}
        return None

    def comment(self, issue: Issue, comment: Comment) -> Json:
        """A comment."""
        made = stamp(comment.created)
        shape: Json = {
            "self": f"{self.api}/issue/{issue.id}/comment/{comment.id}",
            "id": str(comment.id),
            "author": self.person(comment.author),
            "body": comment.body,
            "updateAuthor": self.person(comment.author),
            "created": made,
            "updated": made,
        }
        if self._site.cloud:
            shape["jsdPublic"] = True
        if comment.visibility:
            shape["visibility"] = comment.visibility
        return shape

    def attachment(self, attachment: Attachment) -> Json:
        """A file; its content lies elsewhere on each flavour."""
        if self._site.cloud:
            content = f"{self.api}/attachment/content/{attachment.id}"
        else:
            content = f"{self.url}/secure/attachment/{attachment.id}/{attachment.name}"
        return {
            "self": f"{self.api}/attachment/{attachment.id}",
            "id": str(attachment.id),
            "filename": attachment.name,
            "author": self.person(attachment.author),
            "created": stamp(attachment.created),
            "size": len(attachment.data),
            "mimeType": attachment.mime,
            "content": content,
        }

    def named(self, issue: Issue) -> Json:
        """Id, key and address."""
        address = f"{self.api}/issue/{issue.id}"
        return {"id": str(issue.id), "self": address, "key": issue.key}

    def resolution(self, name: str | None) -> Json | None:
        """A resolution."""
        if name is None:
            return None
        number = model.RESOLUTIONS[name]
        address = f"{self.api}/resolution/{number}"
        return {"self": address, "id": number, "description": "", "name": name}

    def priority(self) -> Json:
        """The priority that every issue has."""
        icon = f"{self.url}/images/icons/priorities/medium.svg"
        return {"self": f"{self.api}/priority/3", "iconUrl": icon, "name": "Medium", "id": "3"}

    def _avatars(self) -> Json:
        return {size: f"{self.url}/secure/useravatar?size={size}" for size in _SIZES}


def stamp(time: datetime) -> str:
    """A time as Jira writes it: milliseconds, and an offset without a colon."""
    return f"{time:%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03d}+0000"
