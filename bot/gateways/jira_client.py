"""The jira library on our adapters: connected on first use, each error ours.

The library repeats writes and sleeps on 429 unless told not to (`max_retries=0`, and the
adapters of `sessions`).  It is asked for nothing that would need a redirect, so none is
followed: a log-in never travels to another address.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Final, TypeVar

import requests
from jira import JIRA
from jira.exceptions import JIRAError

from bot.errors import Gone, Misconfigured, TryLater
from bot.gateways.sessions import TIMEOUT, session, translated

T = TypeVar("T")
Json = dict[str, Any]
SIDE: Final = "Jira"
_UNREADABLE: Final = (ValueError, KeyError, TypeError, AttributeError)
_ERRORS: Final = (JIRAError, requests.RequestException, *_UNREADABLE)


class Client:
    """Reads and writes below /rest/api/2, of Cloud and Data Center alike."""

    def __init__(self, url: str, email: str | None, token: str) -> None:
        self._url = url.rstrip("/")
        self._log_in: Json = {"basic_auth": (email, token)} if email else {"token_auth": token}
        self._api: Any = None
        self._lock = threading.Lock()

    def get(self, path: str, what: str, **params: str) -> Json:
        """A JSON object."""

        def get(api: Any) -> Json:
            answer = api._session.get(api._get_url(path), params=params)
            return _object(answer)

        return self.call(get, what)

    def post(self, path: str, body: Json, what: str) -> Json:
        """The answer's JSON object; an empty one when there is none."""

        def post(api: Any) -> Json:
            answer = api._session.post(api._get_url(path), json=body)
            return _object(answer) if answer.content else {}

        return self.call(post, what)

    def upload(self, path: str, files: list[tuple[str, bytes, str]], what: str) -> None:
        """Name, bytes and type of each file, all in one request."""

        def post(api: Any) -> None:
            answer = api._session.post(
                api._get_url(path),
                files=[("file", file) for file in files],
                # The session says JSON by default; only without it does the multipart type stand.
                headers={"X-Atlassian-Token": "no-check", "Content-Type": None},
            )
            answer.json()

        self.call(post, what)

    def download(self, cloud: str, server: str, most: int, what: str) -> bytes | None:
        """A file's bytes, by the path of either flavour; None when there are more than `most`."""

        def get(api: Any) -> bytes | None:
            # Cloud would send us to another address; Data Center has the file on its own pages.
            url = api._get_url(cloud) if api._is_cloud else f"{self._url}/{server}"
            params = {"redirect": "false"} if api._is_cloud else {}
            headers = {"Accept": "*/*"}
            with api._session.get(url, params=params, headers=headers, stream=True) as answer:
                content = b""
                for chunk in answer.iter_content(16384):
                    content += chunk
                    if len(content) > most:
                        return None
                return content

        return self.call(get, what)

    def delete(self, path: str, what: str) -> None:
        """Delete what the path names."""
        self.call(lambda api: api._session.delete(api._get_url(path)), what)

    def outside_api(self, method: str, path: str, what: str, body: Json | None = None) -> Any:
        """The JSON of a path that lies beside the API, or None when the answer is empty."""

        def ask(api: Any) -> Any:
            answer = api._session.request(method, f"{self._url}/{path}", json=body)
            return answer.json() if answer.content.strip() else None

        return self.call(ask, what)

    def search(self, jql: str, most: int, what: str) -> list[str]:
        """The keys of the issues that the index has.

        The library's own search asks for every field of the site first, which not each
        log-in may see and nothing here needs.
        """
        keys: list[str] = []
        asked = {"jql": jql, "maxResults": str(most), "fields": "summary"}
        for _ in range(most):
            page = self._searched(asked, what)
            keys += self.understood(lambda page=page: _keys(page), what)  # type: ignore[misc]
            if len(keys) >= most or not page.get("nextPageToken"):
                break
            asked["nextPageToken"] = str(page["nextPageToken"])
        return keys[:most]

    def _searched(self, asked: dict[str, str], what: str) -> Json:
        """Cloud has moved its search; where the flavour's own path is missing, the other serves."""
        paths = ["search", "search/jql"]
        if self.call(lambda api: bool(api._is_cloud), what):
            paths.reverse()
        try:
            return self.get(paths[0], what, **asked)
        except Gone:
            return self.get(paths[1], what, **asked)

    def call(self, call: Callable[[Any], T], what: str) -> T:
        """The call's answer, or one of our errors; nothing of bodies and headers is in it."""
        try:
            return call(self._connected())
        except requests.TooManyRedirects:
            raise Misconfigured(f"{SIDE} is at another address; check JIRA_URL") from None
        except _ERRORS as error:
            raise translated(error, SIDE, what) from None

    def understood(self, read: Callable[[], T], what: str) -> T:
        """What `read` makes of an answer; one of an unknown shape may be right the next time."""
        try:
            return read()
        except _UNREADABLE:
            raise TryLater(f"{SIDE} answers {what} in a shape that the bot does not know") from None

    def _connected(self) -> Any:
        with self._lock:
            if self._api is None:
                self._api = self._connect()
            return self._api

    def _connect(self) -> Any:
        """Cloud or Data Center decides where the library searches, so it must be asked."""
        api = JIRA(
            server=self._url,
            timeout=TIMEOUT,
            max_retries=0,
            get_server_info=False,
            logging=False,  # at the level DEBUG it would log bodies
            **self._log_in,
        )
        for scheme, adapter in session(side=SIDE).adapters.items():
            api._session.mount(scheme, adapter)
        api._session.max_redirects = 0
        about = _object(api._session.get(api._get_url("serverInfo")))
        api._version = tuple(about.get("versionNumbers") or (0,))
        api.deploymentType = about.get("deploymentType")
        return api


def _keys(page: Json) -> list[str]:
    return [str(issue["key"]) for issue in page["issues"]]


def _object(answer: requests.Response) -> Json:
    found = answer.json()
    if not isinstance(found, dict):
        raise ValueError("no JSON object")
    return found
