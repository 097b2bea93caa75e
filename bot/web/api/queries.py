"""What may be asked: each parameter once, known, and with sense."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Final, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from werkzeug.datastructures import MultiDict

from bot.case import At

MOST: Final = 200
USUAL: Final = 50
TIME: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z$"
_NUMBER: Final = r"^[1-9][0-9]{0,2}$"
_PRINTABLE: Final = r"^[^\x00-\x1f\x7f]*$"

Q = TypeVar("Q", bound="Query")


class QueryFault(ValueError):
    """What is wrong with a query, in words for whoever asks."""


def _whole(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(_NUMBER, value):
        raise ValueError(f"expected a whole number from 1 to {MOST}")
    return value


def _utc(value: object) -> object:
    expected = "expected a time in UTC such as 2026-11-25T12:00:00Z"
    if not isinstance(value, str) or not re.fullmatch(TIME, value):
        raise ValueError(expected)
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except ValueError as error:
        raise ValueError(expected) from error


Cursor = Annotated[str, Field(min_length=1, max_length=1000, pattern=r"^[A-Za-z0-9_.-]*$")]
Text = Annotated[str, Field(min_length=1, max_length=200, pattern=_PRINTABLE)]


class Query(BaseModel):
    """What every endpoint takes, if nothing else: nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Paged(Query):
    """A list takes how many, and where to go on."""

    limit: Annotated[int, BeforeValidator(_whole)] = Field(
        USUAL, ge=1, le=MOST, description="How many rows at most."
    )
    cursor: Cursor | None = Field(
        None, description="`next` of the page before; good for the same question alone."
    )


class CasesAsked(Paged):
    """Cases, the newest ticket first."""

    stage: At | None = Field(None, description="Only those at this stage.")
    q: Text | None = Field(
        None, description="Part of the host's name, or a ticket's or an issue's whole number."
    )


class SitesAsked(Paged):
    """Sites, by name."""

    q: Text | None = Field(None, description="Part of the host's or the brand's name.")
    environment: Literal["production", "staging"] | None = None
    state: Literal["soon", "ended", "fault", "unseen"] | None = Field(
        None,
        description="`soon` ends within 30 days, `ended` has ended, `fault` has one, `unseen` was "
        "never seen.",
    )


class AuditAsked(Paged):
    """Entries of the record, the newest first."""

    what: Text | None = Field(None, description="Only these, such as `key opened`.")
    actor: Text | None = Field(None, description="Only what this person or part has done.")
    since: Annotated[datetime, BeforeValidator(_utc)] | None = Field(
        None,
        description="Only from then on.",
        json_schema_extra={"type": "string", "format": "date-time", "pattern": TIME},
    )


def read(kind: type[Q], given: MultiDict[str, str]) -> Q:
    """The query; raises QueryFault with everything that is wrong with it."""
    twice = [
        name for name, values in given.lists() if len(values) > 1 and name in kind.model_fields
    ]
    if twice:
        raise QueryFault("; ".join(f"{name}: given more than once" for name in twice))
    try:
        return kind.model_validate(given.to_dict())
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False)
        told = [_told(kind, str(f["loc"][0]), f["type"], f["msg"]) for f in found]
        raise QueryFault("; ".join(dict.fromkeys(told))) from None


def _told(kind: type[Query], name: str, fault: str, message: str) -> str:
    """Never quotes a value; nor a name that is none of ours, which may be anything."""
    if fault == "extra_forbidden":
        known = ", ".join(kind.model_fields) or "none"
        return f"a parameter that is not known here; known: {known}"
    if fault == "string_pattern_mismatch":
        return f"{name}: has characters that it cannot have"
    return f"{name}: {message.removeprefix('Value error, ')}"
