"""All comments are read, whichever way a server cuts them into pages."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, request

from bot.gateways.zendesk_account import Account
from tests.gateways.server import serving

NUMBERS = list(range(7))


def paged(*, cursors: bool) -> Flask:
    app = Flask("pages")

    @app.get("/api/v2/things.json")
    def things() -> dict[str, Any]:
        if cursors:
            start = int(request.args.get("page[after]", "0"))
            meta = {"has_more": start + 3 < len(NUMBERS), "after_cursor": str(start + 3)}
            return {"things": NUMBERS[start : start + 3], "meta": meta}
        start = (int(request.args.get("page", "1")) - 1) * 3
        onward = "http://elsewhere.example/" if start + 3 < len(NUMBERS) else None
        return {"things": NUMBERS[start : start + 3], "next_page": onward, "count": len(NUMBERS)}

    return app


@pytest.mark.parametrize("cursors", [True, False])
def test_every_page_is_read_once(cursors: bool) -> None:
    with serving(paged(cursors=cursors)) as url:
        pages = Account(url, "bot@helpdesk.example", "token").pages("things.json", "things", {})

    assert [number for page in pages for number in page["things"]] == NUMBERS
