"""Reads a list of sites that somebody has made: a CSV file with a header row."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from bot.site import Site
from bot.x509 import names
from bot.x509.printable import printable

LARGEST: Final = 8 * 1024 * 1024
MOST_ROWS: Final = 100_000
COLUMNS: Final = ("host", "environment", "brand", "organization", "contact")
ENVIRONMENTS: Final = ("production", "staging")
_MAIL: Final = re.compile(r"[^@\s,;<>]{1,64}@[^@\s,;<>]{1,180}\.[^@\s,;<>]{2,}")
_NUMBER: Final = re.compile(r"[0-9]{1,18}")
_LONGEST_BRAND: Final = 200
_LONGEST_FAULT: Final = 300


class Unreadable(ValueError):
    """The file as a whole cannot be taken; says why."""


class _Wrong(ValueError):
    """One row cannot be taken; says why."""


@dataclass(frozen=True, slots=True)
class SiteList:
    """The good rows as sites, and each bad one as `line N: why`."""

    sites: tuple[Site, ...]
    faults: tuple[str, ...]


def read(data: bytes, reached: Iterable[str] = ()) -> SiteList:
    """The list; raises Unreadable.  `reached` are hosts of the operator's own, maybe internal."""
    if len(data) > LARGEST:
        raise Unreadable(f"larger than {LARGEST // 1024 // 1024} MB")
    text, known = _text(data), tuple(reached)
    sites, faults = dict[tuple[str, str], Site](), []
    lines = dict[tuple[str, str], int]()
    for line, row in _rows(text):
        try:
            site = _site(row, known)
            key = (site.host, site.environment)
            if key in lines:
                raise _Wrong(f"{site.host} ({site.environment}) stands in line {lines[key]} too")
        except _Wrong as wrong:
            faults.append(f"line {line}: {printable(str(wrong), _LONGEST_FAULT)}")
        else:
            sites[key], lines[key] = site, line
    return SiteList(tuple(sites.values()), tuple(faults))


def _text(data: bytes) -> str:
    """Spreadsheets write UTF-8 with or without a mark, UTF-16, or what Windows is set to."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _rows(text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The rows below the header by column, each with the number of its line."""
    header, _, _ = text.partition("\n")
    separator = max(",;\t", key=header.count)
    # Line ends of all kinds; quoted ones within a value are counted by the reader.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    columns = [name.strip().lower() for name in _next(reader)]
    if "host" not in columns:
        raise Unreadable(f"no column host in the header row; columns are {', '.join(COLUMNS)}")
    for count, values in enumerate(_all(reader)):
        if count >= MOST_ROWS:
            raise Unreadable(f"more than {MOST_ROWS} rows")
        if any(value.strip() for value in values):
            given = zip(columns, values, strict=False)
            yield reader.line_num, {name: value.strip() for name, value in given}


def _next(reader: Iterator[list[str]]) -> list[str]:
    return next(_all(reader), [])


def _all(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        yield from reader
    except csv.Error as error:
        raise Unreadable(f"no CSV: {error}") from None


def _site(row: Mapping[str, str], reached: tuple[str, ...]) -> Site:
    environment = row.get("environment", "").lower() or ENVIRONMENTS[0]
    if environment not in ENVIRONMENTS:
        raise _Wrong(f"environment {environment[:40]!r} is neither {' nor '.join(ENVIRONMENTS)}")
    contact, organization = row.get("contact", ""), row.get("organization", "")
    if contact and not (contact.isprintable() and _MAIL.fullmatch(contact)):
        raise _Wrong(f"contact {contact[:80]!r} is no e-mail address")
    if organization and not _NUMBER.fullmatch(organization):
        raise _Wrong(f"organization {organization[:40]!r} is no number; Zendesk's id is meant")
    return Site(
        host=_host(row.get("host", ""), reached),
        environment=environment,
        brand=printable(" ".join(row.get("brand", "").split()), _LONGEST_BRAND),
        organization=int(organization) if organization else None,
        contact=contact,
        source="import",
    )


def _host(written: str, reached: tuple[str, ...]) -> str:
    if not written:
        raise _Wrong("no host")
    try:
        host = names.host(written, reached)
    except names.NameFault as fault:
        raise _Wrong(f"host {written[:80]!r}: {fault.why}") from None
    if host.startswith("*."):
        raise _Wrong(f"host {host}: a wildcard cannot be looked at; name a host that it covers")
    if not any(c.isalpha() for c in host) or ":" in host:
        raise _Wrong(f"host {host}: an address; name the host")
    return host
