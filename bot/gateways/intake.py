"""Reads what a comment carries.  Files are judged in memory and never kept."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import replace
from typing import Final, Protocol

from bot.events import Attachment, Comment
from bot.gateways.downloads import LARGEST, TooBig
from bot.x509 import intake
from bot.x509.findings import Finding
from bot.x509.intake import Blob, Found

MOST_FILES: Final = 20
MOST_BYTES: Final = 20 * 1024 * 1024
REMEMBERED: Final = 64
"""Comments whose findings are kept for the next question about them."""


class Files(Protocol):
    """Where attachments lie."""

    def attachment(self, attachment: Attachment) -> bytes:
        """The bytes of a file; raises TooBig."""
        ...


class CommentIntake:
    """`bot.ports.Intake`."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._read: OrderedDict[int, Found] = OrderedDict()
        self._lock = threading.Lock()

    def gather(self, ticket: int, comment: Comment) -> Found:  # noqa: ARG002 - the port's shape
        """Every certificate in the comment's text and files, and what the rest is."""
        with self._lock:
            known = self._read.get(comment.id)
        # Comments do not change; what is kept holds certificates, and nothing of a key.
        found = known or self._gathered(comment)
        with self._lock:
            self._read[comment.id] = found
            while len(self._read) > REMEMBERED:
                self._read.popitem(last=False)
        return found

    def _gathered(self, comment: Comment) -> Found:
        blobs = [Blob("", comment.text.encode())]
        refused: list[Finding] = []
        left = MOST_BYTES
        for number, attachment in enumerate(comment.attachments):
            try:
                if number >= MOST_FILES or attachment.size > min(LARGEST, left):
                    raise TooBig(attachment.name)
                data = self._files.attachment(attachment)
            except TooBig:
                refused.append(intake.too_big(attachment.name))
                continue
            left -= len(data)
            blobs.append(Blob(attachment.name, data))
        found = intake.gather(blobs)
        keys = tuple(dict.fromkeys((*comment.keys, *found.keys)))
        return replace(found, findings=(*found.findings, *refused), keys=keys)
