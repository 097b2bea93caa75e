"""How a request goes through the API: token, query, answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import structlog
from flask import Blueprint, Response, g, jsonify, request

from bot.errors import BotError
from bot.setting_types import ApiToken
from bot.web import answers
from bot.web.api import document, queries, tokens
from bot.web.api.asking import Cursors, Endpoint, Question
from bot.web.api.endpoints import TABLE
from bot.web.api.queries import Paged, QueryFault
from bot.web.dashboard.books import Books

log = structlog.get_logger(__name__)


def routes(books: Books, known: Sequence[ApiToken], keys: Sequence[bytes]) -> Blueprint:
    """`/api/…` for those with a token; `keys`, the newest last, sign cursors."""
    blueprint = Blueprint("api", __name__)
    described = document.described(TABLE)

    @blueprint.before_request
    def guard() -> Response | None:
        if request.endpoint == "api.openapi":
            return None  # it says nothing that the documentation does not
        g.reader = tokens.bearer(request.headers.get("Authorization", ""), known)
        return None if g.reader else _unauthorized()

    @blueprint.get("/api/openapi.json", endpoint="openapi")
    def openapi() -> Response:
        return jsonify(described)

    for endpoint in TABLE:
        view = _view(endpoint, books, Cursors(keys, endpoint.name))
        blueprint.add_url_rule(endpoint.path, endpoint.name, view, methods=["GET"])
    return blueprint


def _view(endpoint: Endpoint[Any, Any], books: Books, cursors: Cursors) -> Callable[..., Response]:
    def view(ticket: int = 0) -> Response:
        try:
            query = queries.read(endpoint.asked, request.args)
            after = cursors.read(query.cursor) if isinstance(query, Paged) else ""
            found = _made(endpoint, Question(query, books, cursors, after, ticket))
        except QueryFault as fault:
            return answers.error(400, str(fault))
        except BotError as fault:
            log.warning("API cannot answer", endpoint=endpoint.name, fault=str(fault))
            return answers.try_later("the database does not answer")
        if found is None:
            return answers.error(404, "the ticket has no case")
        log.info("API read", endpoint=endpoint.name, reader=g.reader)
        return Response(found.model_dump_json(), content_type="application/json")

    return view


def _made(endpoint: Endpoint[Any, Any], ask: Question[Any]) -> Any:
    if ask.ticket > document.LARGEST_TICKET:
        return None
    return endpoint.make(ask)


def _unauthorized() -> Response:
    given = bool(request.headers.get("Authorization"))
    answer = answers.error(401, "an API token is wanted: Authorization: Bearer …")
    challenge = 'Bearer realm="ssl-bot"' + (', error="invalid_token"' if given else "")
    answer.headers["WWW-Authenticate"] = challenge
    return answer
