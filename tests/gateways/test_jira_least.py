"""A Jira that tells less than the usual one: where it searches, what its statuses mean."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, request

from bot.gateways.jira_client import Client
from bot.gateways.jira_closing import is_done, way
from tests.gateways.server import serving

KEYS = [f"SPC-{number}" for number in range(1, 8)]


def searching(path: str, flavour: str | None, page: int = 3) -> Flask:
    """Gives `page` keys at a time, and says how to go on."""
    app = Flask("least")

    @app.get("/rest/api/2/serverInfo")
    def about() -> dict[str, Any]:
        return {"deploymentType": flavour} if flavour else {}

    @app.get(f"/rest/api/2/{path}")
    def search() -> dict[str, Any]:
        start = int(request.args.get("nextPageToken", "0"))
        end = start + min(page, int(request.args["maxResults"]))
        found: dict[str, Any] = {"issues": [{"key": key} for key in KEYS[start:end]]}
        return {**found, "nextPageToken": str(end)} if end < len(KEYS) else found

    return app


@pytest.mark.parametrize("path", ["search", "search/jql"])
@pytest.mark.parametrize("flavour", ["Cloud", "Server", None])
def test_search_is_found_where_the_site_has_it(path: str, flavour: str | None) -> None:
    with serving(searching(path, flavour)) as url:
        assert Client(url, None, "token").search("project = SPC", 50, "a search") == KEYS


def test_search_takes_no_more_pages_than_it_needs() -> None:
    with serving(searching("search/jql", "Cloud")) as url:
        assert Client(url, None, "token").search("project = SPC", 4, "a search") == KEYS[:4]


@pytest.mark.parametrize(
    ("status", "done"),
    [
        ({"name": "Done"}, True),
        ({"name": "closed", "statusCategory": None}, True),
        ({"name": "In Progress"}, False),
        ({"name": "Done", "statusCategory": {"key": "indeterminate"}}, False),
        ({"name": "Ready", "statusCategory": {"key": "done"}}, True),
        ({}, False),
        (None, False),
    ],
)
def test_name_of_a_status_counts_only_without_a_category(status: object, done: bool) -> None:
    assert is_done(status) is done


def test_way_to_a_status_without_a_category_is_known_by_its_name() -> None:
    offered = [
        {"id": "11", "name": "Start", "to": {"name": "In Progress"}},
        {"id": "31", "name": "Finish", "to": {"name": "Done"}},
    ]
    assert way(offered) == {"transition": {"id": "31"}}
