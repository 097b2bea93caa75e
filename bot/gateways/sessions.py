"""HTTP sessions for both clients: no write is ever repeated behind our back.

The libraries' defaults repeat POST and PUT after a lost connection and sleep on 429 in
the calling thread (measured); here a read is repeated at most twice, a write never, and
429 and 5xx become `TryLater`, which the engine waits out durably.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from bot import tally
from bot.errors import BotError, Forbidden, Gone, LogInRefused, NeedsHuman, TryLater

TIMEOUT: Final = (5.0, 20.0)
DEFAULT_PAUSE: Final = 5.0
LONGEST_PAUSE: Final = 3600.0
_READS: Final = Retry(
    total=2,
    connect=2,
    read=0,
    status=0,
    redirect=3,
    backoff_factor=0.2,
    allowed_methods=frozenset({"GET", "HEAD"}),
    respect_retry_after_header=False,
)


class Overloaded(requests.RequestException):
    """429, taken out of the libraries' hands before they sleep on it."""


class Meter(Protocol):
    """Counts what is spent of the other side's limits."""

    def before(self, method: str, path: str) -> None:
        """A call is about to be made; raises TryLater when its limit is spent."""
        ...

    def after(self, path: str, headers: Mapping[str, str]) -> None:
        """What the answer's headers say about the limits."""
        ...


def session(
    timeout: tuple[float, float] = TIMEOUT, meter: Meter | None = None, side: str = "others"
) -> requests.Session:
    """A session with our retry policy, on https and on the sandbox's http alike.

    `timeout` (connect, read, in seconds) holds for calls that set none; calls are counted by
    their `side`.
    """
    made = requests.Session()
    for scheme in ("https://", "http://"):
        made.mount(scheme, _Adapter(timeout, meter, side))
    return made


class _Adapter(HTTPAdapter):
    def __init__(self, timeout: tuple[float, float], meter: Meter | None, side: str) -> None:
        super().__init__(max_retries=_READS, pool_maxsize=32)
        self._timeout, self._meter, self._side = timeout, meter, side

    def send(self, request: Any, *args: Any, **kwargs: Any) -> requests.Response:
        path = urlsplit(request.url).path
        if self._meter:
            self._meter.before(request.method, path)
        response = self._sent(request, *args, **kwargs)
        if self._meter:
            self._meter.after(path, response.headers)
        return response

    def _sent(self, request: Any, *args: Any, **kwargs: Any) -> requests.Response:
        # Positional by requests' own call: stream, timeout, verify, cert, proxies.
        if kwargs.get("timeout") is None and not args[1:2]:
            kwargs["timeout"] = self._timeout
        tally.count(f"calls {self._side}")
        response = super().send(request, *args, **kwargs)
        if response.status_code == 429:
            if self._meter:
                self._meter.after(urlsplit(request.url).path, response.headers)
            response.close()
            raise Overloaded("429", response=response)
        return response


def translated(error: Exception, side: str, what: str) -> BotError:
    """Our error for whatever a library raised.  Never quotes bodies or headers."""
    response = _response(error)
    if response is None:
        return TryLater(f"{side} does not answer ({type(error).__name__}) to {what}", DEFAULT_PAUSE)
    status = response.status_code
    if status in (401, 403):
        kind = Forbidden if status == 403 else LogInRefused
        return kind(f"{side} refuses {what}: {status}; check log-in and permissions")
    if status == 404:
        return Gone(f"{side} has no such thing: {what}")
    if status == 429 or status >= 500 or status in (408, 409, 425):
        return TryLater(f"{side} answers {status} to {what}", pause(response))
    if status >= 400:
        return NeedsHuman(f"{side} refuses {what}: {status} {_reasons(response)}".strip())
    return TryLater(f"{side} answers {what} with something that is no JSON", DEFAULT_PAUSE)


def pause(response: requests.Response) -> float:
    """Retry-After in seconds, given as seconds or as a date; bounded."""
    value = response.headers.get("Retry-After", "").strip()
    if not value:
        return DEFAULT_PAUSE
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds()
        except (TypeError, ValueError):
            return DEFAULT_PAUSE
    return min(max(seconds, 1.0), LONGEST_PAUSE) if isfinite(seconds) else DEFAULT_PAUSE


def _response(error: Exception) -> requests.Response | None:
    response = getattr(error, "response", None)
    return response if isinstance(response, requests.Response) else None


def _reasons(response: requests.Response) -> str:
    """The names of the fields that were refused, never their values."""
    try:
        body = response.json()
    except ValueError:
        return ""
    if not isinstance(body, dict):
        return ""
    found = body.get("details") or body.get("errors") or {}
    names = found.keys() if isinstance(found, dict) else ()
    title = body.get("error") if isinstance(body.get("error"), str) else ""
    return f"{title or ''} {', '.join(sorted(map(str, names)))}".strip()
