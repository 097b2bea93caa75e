"""Downloads of attachments: from the account's own host alone, bounded in size and time."""

from __future__ import annotations

import time
from typing import Final
from urllib.parse import urljoin, urlsplit

import requests

from bot.errors import BotError, NeedsHuman, TryLater
from bot.gateways.sessions import TIMEOUT, Overloaded, translated
from bot.x509 import intake

LARGEST: Final = intake.LARGEST
LONGEST: Final = 30.0
_REDIRECTS: Final = 3
_CHUNK: Final = 16 * 1024


class TooBig(BotError):
    """The file is larger than any certificate."""


class Foreign(NeedsHuman):
    """The address is not one of the account's own."""


def download(
    http: requests.Session, url: str, home: str, side: str, longest: float = LONGEST
) -> bytes:
    """The bytes behind `url`, which must be on the host of `home`.

    Redirects are followed to anywhere on https, but without our log-in.
    """
    if not _same_host(url, home):
        raise Foreign(f"An attachment of {side} lies on another host; the bot does not fetch it.")
    deadline = time.monotonic() + longest
    try:
        return _fetched(http, url, home, deadline, side)
    except (requests.RequestException, Overloaded) as error:
        raise translated(error, side, "a download") from None


def _fetched(http: requests.Session, url: str, home: str, deadline: float, side: str) -> bytes:
    for _ in range(_REDIRECTS + 1):
        ours = _same_host(url, home)
        client = http if ours else requests.Session()
        with client.get(url, stream=True, timeout=TIMEOUT, allow_redirects=False) as answer:
            if not answer.is_redirect:
                answer.raise_for_status()
                return _read(answer, deadline, side)
            url = urljoin(url, answer.headers["Location"])
            if urlsplit(url).scheme not in ("https", urlsplit(home).scheme):
                raise Foreign(f"A download from {side} leads to an address without TLS.")
    raise TryLater(f"a download from {side} is redirected too often", 60.0)


def _read(answer: requests.Response, deadline: float, side: str) -> bytes:
    if int(answer.headers.get("Content-Length") or 0) > LARGEST:
        raise TooBig("over the limit")
    data = bytearray()
    for chunk in answer.iter_content(_CHUNK):
        data += chunk
        if len(data) > LARGEST:
            raise TooBig("over the limit")
        if time.monotonic() > deadline:
            raise TryLater(f"a download from {side} takes too long", 60.0)
    return bytes(data)


def _same_host(url: str, home: str) -> bool:
    one, other = urlsplit(url), urlsplit(home)
    return (one.scheme, one.netloc.lower()) == (other.scheme, other.netloc.lower())
