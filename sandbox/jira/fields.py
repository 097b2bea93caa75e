"""The fields of an issue to create or to edit, checked as Jira checks them."""

from __future__ import annotations

import re
from typing import Any, Final

from sandbox.jira.errors import Refusal, not_settable
from sandbox.jira.model import Project
from sandbox.jira.site import Site

Json = dict[str, Any]
CREATE: Final = ("project", "issuetype", "summary", "description", "labels", "security")
EDIT: Final = ("summary", "description", "labels", "security")
_LONGEST: Final = 32767


def for_create(site: Site, body: Json) -> tuple[Json, Json]:
    """Checked fields and properties of a new issue, or every fault at once."""
    fields = body.get("fields")
    if not isinstance(fields, dict):
        raise Refusal(400, errors={"fields": "fields is required"})
    project = _project(site, fields.get("project"))
    kind = fields.get("issuetype")
    found = [t for t in project.types if isinstance(kind, dict) and _names(kind, t)]
    if not found:
        wrong = "Specify a valid issue type" if site.cloud else "issue type is required"
        raise Refusal(400, errors={"issuetype": wrong})
    values, errors = _checked(site, project, fields, CREATE)
    if "summary" not in fields:
        errors["summary"] = "You must specify a summary of the issue."
    if errors:
        raise Refusal(400, errors=errors)
    values |= {"project": project, "issuetype": found[0]}
    return values, _properties(body.get("properties"))


def for_edit(site: Site, project: Project, body: Json) -> Json:
    """Checked fields of a change, or every fault at once."""
    fields = body.get("fields")
    if not isinstance(fields, dict):
        raise Refusal(400, "one of 'fields' or 'update' required")
    values, errors = _checked(site, project, fields, EDIT)
    if errors:
        raise Refusal(400, errors=errors)
    return values


def _project(site: Site, given: object) -> Project:
    for project in site.projects.values():
        if isinstance(given, dict) and _names(given, project):
            if not site.may_create:
                wrong = "You cannot create issues in this project."
                raise Refusal(400, errors={"project": wrong})
            return project
    wrong = "valid project is required" if site.cloud else "project is required"
    raise Refusal(400, errors={"project": wrong})


def _names(given: Json, thing: Any) -> bool:
    """Whether an object like {"id": …} or {"key" or "name": …} means this thing."""
    if "id" in given:
        return bool(given["id"] == thing.id)
    if isinstance(thing, Project):
        return bool(given.get("key") == thing.key)
    return bool(given.get("name") == thing.name)


def _checked(
    site: Site, project: Project, fields: Json, allowed: tuple[str, ...]
) -> tuple[Json, dict[str, str]]:
    values: Json = {}
    errors: dict[str, str] = {}
    for name, value in fields.items():
        if name not in allowed:
            errors[name] = not_settable(name)
        elif name in ("project", "issuetype"):
            continue
        elif wrong := _wrong(site, project, name, value):
            errors[name] = wrong
        else:
            values[name] = value["id"] if name == "security" and value else value
    return values, errors


def _wrong(site: Site, project: Project, name: str, value: Any) -> str:
    if name == "summary":
        return _summary(value)
    if name == "description":
        return _description(value)
    if name == "labels":
        return _labels(value)
    if not site.may_set_security or not project.levels:
        return not_settable("security")
    if value is None:
        return ""
    if not isinstance(value, dict) or not isinstance(value.get("id"), str):
        return "Could not find valid 'id' or 'name' in security level object."
    return "" if value["id"] in project.levels.values() else "Security level is not valid."


def _summary(value: Any) -> str:
    if not isinstance(value, str):
        return "Operation value must be a string"
    if not value.strip():
        return "You must specify a summary of the issue."
    if len(value) > 255:
        return "Summary must be less than 255 characters."
    if "\n" in value or "\r" in value:
        return "The summary is invalid because it contains newline characters."
    return ""


def _description(value: Any) -> str:
    if value is not None and not isinstance(value, str):
        return "Operation value must be a string"
    if value and len(value) > _LONGEST:
        return "The entered text is too long. It exceeds the allowed limit of 32,767 characters."
    return ""


def _labels(value: Any) -> str:
    if not isinstance(value, list):
        return "data was not an array"
    for label in value:
        if not isinstance(label, str):
            return "string expected at index 0"
        if re.search(r"\s", label) or not label:
            return f"The label '{label}' contains spaces which is invalid."
        if len(label) > 255:
            return f"The label '{label}' exceeds the maximum length of 255 characters."
    return ""


def _properties(given: object) -> Json:
    """Entity properties that are set in the same request."""
    if given is None:
        return {}
    if not isinstance(given, list):
        raise Refusal(400, "The entity properties are not an array.")
    found: Json = {}
    for entry in given:
        if not isinstance(entry, dict) or not isinstance(entry.get("key"), str):
            raise Refusal(400, "An entity property must have a key and a value.")
        found[entry["key"]] = entry.get("value")
    return found
