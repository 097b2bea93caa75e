"""All that a comment carries, file by file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from bot.x509.findings import Finding
from bot.x509.intake import magic, sentences
from bot.x509.intake.contents import Contents
from bot.x509.intake.found import Blob, Found
from bot.x509.intake.limits import MOST_CERTIFICATES, MOST_TEXT, Budget
from bot.x509.intake.reading import read

_PASSWORD: Final = re.compile(
    r"\b(?:pass(?:word|phrase|wort|code)?|pwd?|kennwort|mot de passe|contraseña|wachtwoord)\b"
    r"[^\n:=]{0,40}?(?:[:=]|\b(?:is|ist|est|es)\b)[ \t]{0,9}[\"'“„«]?(\S{1,64})",
    re.IGNORECASE,
)
_CLOSING: Final = "\"'”“».,;"
_MOST_PASSWORDS: Final = 6


def gather(blobs: Sequence[Blob], *, passwords: Sequence[str] = ()) -> Found:
    """Every certificate in the blobs; one finding at most for each blob.

    PFX files are tried without a password, with those given, and with what the
    comment's own text calls one.
    """
    budget = Budget()
    tried = tuple(dict.fromkeys((*passwords, *_written(blobs))))[:_MOST_PASSWORDS]
    seen = [(blob, read(blob.name, blob.data, tried, budget)) for blob in blobs]
    files: dict[bytes, str] = {}
    for _, contents in seen:
        for der in contents.certificates:
            files.setdefault(der, contents.name)
    files = dict(list(files.items())[:MOST_CERTIFICATES])
    whole = {der for _, c in seen for der, repaired in c.certificates.items() if not repaired}
    findings = [found for _, contents in seen if (found := contents.finding(whole))]
    if not files and not findings:
        findings = list(_pictures(seen))
    return Found(
        certificates=tuple(files),
        findings=tuple(findings),
        keys=tuple(dict.fromkeys(spki for _, contents in seen for spki in contents.keys)),
        files=tuple(files.values()),
        key_files=tuple(dict.fromkeys(c.name for _, c in seen if c.name and c.holds_key)),
        requests=tuple(dict.fromkeys(der for _, contents in seen for der in contents.requests)),
    )


def _written(blobs: Sequence[Blob]) -> Iterator[str]:
    """What the comment's text calls a password; with and without what may close a sentence."""
    for blob in blobs:
        if blob.name or len(blob.data) > MOST_TEXT:
            continue
        for found in _PASSWORD.finditer(blob.data.decode("utf-8", "replace")):
            yield found.group(1)
            yield found.group(1).rstrip(_CLOSING)


def _pictures(seen: Sequence[tuple[Blob, Contents]]) -> Iterator[Finding]:
    """A picture is only worth a word when there is nothing else: mails are full of logos."""
    for blob, contents in seen:
        if contents.picture and blob.name and not magic.decoration(blob.name, blob.data):
            yield sentences.picture(blob.name, contents.picture)
