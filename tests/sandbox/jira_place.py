"""A Jira of the sandbox for one test, and those who speak with it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
import requests
from jira import JIRA
from openapi_core import Config, OpenAPI
from openapi_core.contrib.requests import RequestsOpenAPIRequest
from openapi_core.datatypes import Headers

from sandbox.faults import Faults
from sandbox.jira import Jira
from tests.conftest import SHARED

FLAVOURS = ("cloud", "server")
EMAIL, TOKEN = "bot@example.com", "t0ken"
CHANGE: dict[str, Any] = {
    "project": {"key": "SPC"},
    "issuetype": {"name": "Change Request"},
    "summary": "Install a certificate",
}
_OFFSET = re.compile(r"(?<=\d[.]\d{3})([+-]\d\d)(\d\d)$")
SPEC = SHARED / "specs" / "jira-cloud-v2-derived.json"


@contextmanager
def served(flavour: str, faults: Faults | None = None, **more: Any) -> Iterator[Jira]:
    jira = Jira(faults or Faults(), flavour=flavour, email=EMAIL, token=TOKEN, **more)
    try:
        yield jira
    finally:
        jira.close()


def library(jira: Jira) -> Any:
    """The genuine jira library, logged in."""
    log_in: dict[str, Any] = {"token_auth": TOKEN}
    if jira.cloud:
        log_in = {"basic_auth": (EMAIL, TOKEN)}
    return JIRA(server=jira.url, max_retries=0, timeout=(5, 10), **log_in)


class Http:
    """Plain requests below /rest/api/2, logged in."""

    def __init__(self, jira: Jira) -> None:
        self.api = f"{jira.url}/rest/api/2/"
        self.session = requests.Session()
        if jira.cloud:
            self.session.auth = (EMAIL, TOKEN)
        else:
            self.session.headers["Authorization"] = f"Bearer {TOKEN}"

    def __call__(self, method: str, path: str, **more: Any) -> requests.Response:
        more = {"timeout": 10, "allow_redirects": False, **more}
        return self.session.request(method, self.api + path, **more)

    def create(self, **fields: Any) -> requests.Response:
        return self("POST", "issue", json={"fields": {**CHANGE, **fields}})


class Official:
    """Atlassian's own description of Cloud's API; every answer is held against it."""

    def __init__(self, url: str) -> None:
        if not SPEC.exists():
            pytest.skip(f"the API's description is not here: {SPEC.name}")
        self._openapi = _openapi(url)
        self.checked: list[tuple[str, str]] = []

    def __call__(self, answer: requests.Response, *_: Any, **__: Any) -> None:
        """A hook for sessions."""
        request = answer.request.copy()
        request.body = None  # the answer is checked; a multipart body would not be understood
        if "/rest/api/2/" not in str(request.url) or answer.is_redirect:
            return
        self._openapi.validate_response(RequestsOpenAPIRequest(request), _Answer(answer))
        self.checked.append((str(request.method), str(request.path_url)))


class _Answer:
    def __init__(self, answer: requests.Response) -> None:
        self.status_code = answer.status_code
        self.headers = Headers(dict(answer.headers))
        said = answer.headers.get("Content-Type", "") if answer.content else ""
        self.content_type = said or "application/json"
        # An empty answer is described as one of any content.
        self.data = answer.content or b"{}"
        if answer.content and "json" in self.content_type:
            # The description does not know null; the real answers are full of it.
            body = _plain(answer.json())
            if isinstance(body, list) and str(answer.request.path_url).endswith("/remotelink"):
                # Described is the one link that a global id gives; without, there is a list.
                [body] = body
            self.data = json.dumps(body).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    # Described as RFC 3339, which has a colon in the offset; the recorded ones have none.
    return _OFFSET.sub(r"\1:\2", value) if isinstance(value, str) else value


@cache
def _description() -> str:
    return SPEC.read_text(encoding="utf-8")


def _openapi(url: str) -> OpenAPI:
    described = json.loads(_description())
    described.pop("security", None)
    described["servers"] = [{"url": url}]
    return OpenAPI.from_dict(described, config=Config(spec_validator_cls=None))
