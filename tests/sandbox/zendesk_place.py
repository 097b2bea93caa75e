"""A Zendesk of the sandbox for one test, the genuine library, and the official description."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
import requests
from openapi_core import Config, OpenAPI
from openapi_core.contrib.requests import RequestsOpenAPIRequest
from openapi_core.datatypes import Headers

from sandbox.faults import Faults
from sandbox.zendesk import Zendesk
from tests.conftest import SHARED

EMAIL, TOKEN = "bot@example.com", "t0ken"
SPEC = SHARED / "specs" / "zendesk-support-oas.json"
RECORDED = SHARED / "recorded" / "zenpy_betamax"


@contextmanager
def served(faults: Faults | None = None) -> Iterator[Zendesk]:
    zendesk = Zendesk(faults or Faults(), email=EMAIL, token=TOKEN, patience=0.01)
    try:
        yield zendesk
    finally:
        zendesk.close()


def session() -> requests.Session:
    made = requests.Session()
    made.auth = (f"{EMAIL}/token", TOKEN)
    return made


class Official:
    """Zendesk's own description of its API; a hook that holds every answer against it."""

    def __init__(self, url: str) -> None:
        if not SPEC.exists():
            pytest.skip(f"the API's description is not here: {SPEC.name}")
        described = json.loads(_description())
        described.pop("security", None)
        described["servers"] = [{"url": url}]
        self._openapi = OpenAPI.from_dict(described, config=Config(spec_validator_cls=None))
        self.checked: list[tuple[str, str]] = []

    def __call__(self, answer: requests.Response, *_: Any, **__: Any) -> None:
        self.judge(answer.request, answer.status_code, answer.content)

    def judge(self, sent: requests.PreparedRequest, status: int, content: bytes) -> None:
        """Raises what the validator raises for an answer of another shape."""
        request = sent.copy()
        request.body = None  # the answer is checked; uploads are not described as what they are
        request.url = str(request.url).replace(".json", "", 1)  # described without, taken with
        self._openapi.validate_response(
            RequestsOpenAPIRequest(request), _Answer(status, content, str(request.method))
        )
        self.checked.append((str(request.method), request.path_url.partition("?")[0]))


class _Answer:
    def __init__(self, status: int, content: bytes, method: str) -> None:
        self.headers = Headers({"Content-Type": "application/json"})
        self.content_type = "application/json"
        # Described is 200 for what really answers 201 when it makes something.
        self.status_code = status
        body = plain(json.loads(content or b"{}"))
        for event in (
            (body.get("audit") or {}).get("events") or () if isinstance(body, dict) else ()
        ):
            if isinstance(event.get("value"), list):
                # Described as a text or a number; the recorded ones list the tags.
                event["value"] = " ".join(event["value"])
        self.data = json.dumps(body).encode()


def plain(value: Any) -> Any:
    """Without nulls: few things are described as nullable, the real answers are full of them."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items() if inner is not None}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


def recordings() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every recorded exchange, with the name of its file."""
    for path in sorted(RECORDED.glob("*.json")):
        for exchange in json.loads(path.read_text(encoding="utf-8"))["interactions"]:
            yield path.stem, exchange


def recorded_bodies(method: str, ending: str) -> list[Any]:
    """The answers that were recorded for calls to addresses that end so."""
    found = []
    for _, exchange in recordings():
        request, body = exchange["request"], exchange["response"]["body"]
        if request["method"] == method and request["uri"].partition("?")[0].endswith(ending):
            found.append(body if isinstance(body, dict | list) else json.loads(body or "{}"))
    return found


@cache
def _description() -> str:
    return SPEC.read_text(encoding="utf-8")
