"""The account's API: zenpy for what it does well, our own session for plain reads."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import requests
from zenpy import Zenpy
from zenpy.lib.exception import APIException, ZenpyException

from bot.gateways.sessions import TIMEOUT, Meter, session, translated

T = TypeVar("T")
SIDE: Final = "Zendesk"
PAGE: Final = 100
MOST_PAGES: Final = 50
ERRORS: Final = (ZenpyException, APIException, requests.RequestException, ValueError, KeyError)


class Account:
    """One account, logged in as the bot's own agent; threads may share it."""

    def __init__(self, url: str, email: str, token: str, meter: Meter | None = None) -> None:
        self.url = url.rstrip("/")
        self.http = session(meter=meter, side=SIDE)
        place = urlsplit(self.url)
        if place.scheme == "http":
            # The sandbox: zenpy knows https and its own domain unless told so by environment.
            os.environ["ZENPY_FORCE_SCHEME"] = "http"
            os.environ["ZENPY_FORCE_NETLOC"] = place.netloc
        subdomain, _, domain = place.netloc.partition(".")
        self.zenpy = Zenpy(
            subdomain=subdomain or "sandbox",
            domain=domain or "zendesk.com",
            email=email,
            token=token,
            session=self.http,
            timeout=TIMEOUT[1],
            disable_cache=True,
        )

    def read(self, path: str, params: dict[str, Any] | None = None) -> Any:
        """The JSON object behind a path of the API."""

        def get() -> dict[str, Any]:
            found = self._answer(path, params).json()
            if not isinstance(found, dict):
                raise ValueError("no JSON object")
            return found

        return self.call(get, path)

    def pages(self, path: str, key: str, more: dict[str, Any]) -> list[dict[str, Any]]:
        """Every page, by cursor where there is one; the answer's own addresses are not followed."""
        pages = [self.read(path, {"page[size]": PAGE, **more})]
        while (onward := _onward(pages)) and len(pages) < MOST_PAGES:
            pages.append(self.read(path, {**onward, **more}))
        assert all(key in page for page in pages), "each page has its list"
        return pages

    def write(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """A write that zenpy has no good call for; the answer's JSON object, empty for none."""

        def write() -> Any:
            answer = self.http.request(
                method,
                f"{self.url}/api/v2/{path}",
                json=body,
                headers=headers,
                timeout=TIMEOUT,
                allow_redirects=False,
            )
            answer.raise_for_status()
            return answer.json() if answer.content.strip() else {}

        return self.call(write, path)

    def headers(self) -> Mapping[str, str]:
        """What comes with an answer: the other side's time, and what the plan allows."""
        return self.call(lambda: self._answer("users/me.json").headers, "users/me.json")

    def call(self, call: Callable[[], T], what: str) -> T:
        """The call's answer; whatever the libraries raise becomes ours."""
        try:
            return call()
        except ERRORS as error:
            raise translated(error, SIDE, what) from None

    def _answer(self, path: str, params: dict[str, Any] | None = None) -> requests.Response:
        answer = self.http.get(
            f"{self.url}/api/v2/{path}", params=params, timeout=TIMEOUT, allow_redirects=False
        )
        answer.raise_for_status()
        return answer


def _onward(pages: list[dict[str, Any]]) -> dict[str, Any]:
    """How to ask for the page after these; empty when they are all."""
    meta = pages[-1].get("meta") or {}
    if meta.get("has_more"):
        return {"page[size]": PAGE, "page[after]": meta["after_cursor"]}
    if not meta and pages[-1].get("next_page"):
        # Numbered pages, from a server that knows no cursors.
        return {"page": len(pages) + 1}
    return {}
