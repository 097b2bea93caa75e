"""The API's OpenAPI 3.1 document, made from its table and shapes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from pydantic.json_schema import models_json_schema

from bot.web.api.asking import Endpoint
from bot.web.api.queries import Query
from bot.web.api.shapes import Fault

LARGEST_TICKET: Final = 10**18 - 1
VERSION: Final = "1.0.0"
_REF: Final = "#/components/schemas/{model}"
_ABOUT: Final = """What the bot's pages show, for programs; nothing can be changed by it.

Lists come a page at a time: `next` of one page is `cursor` of the one behind it. Fields may be
added within version 1; none goes away or changes its meaning."""
_TICKET: Final = {
    "name": "ticket",
    "in": "path",
    "required": True,
    "description": "Number of the ticket at the helpdesk.",
    "schema": {"type": "integer", "minimum": 1, "maximum": LARGEST_TICKET},
}
_FAULTS: Final = {
    "400": "A parameter that is not known, or without sense; `detail` says what is wrong.",
    "401": "No token, or one that is not known.",
    "503": "The database does not answer now.",
}
_HEADERS: Final = {
    "401": {"WWW-Authenticate": {"required": True, "schema": {"type": "string"}}},
    "503": {"Retry-After": {"required": True, "schema": {"type": "string"}}},
}

Json = dict[str, Any]


def described(table: Sequence[Endpoint[Any, Any]]) -> Json:
    """The document for the table's endpoints."""
    answers = [endpoint.answer for endpoint in table]
    models = [(model, "serialization") for model in dict.fromkeys([*answers, Fault])]
    _, found = models_json_schema(models, ref_template=_REF)  # type: ignore[arg-type] # its Literal
    return {
        "openapi": "3.1.0",
        "info": {"title": "SSL renewal bot", "version": VERSION, "description": _ABOUT},
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": {_path(e): {"get": _operation(e)} for e in table},
        "components": {
            "schemas": dict(sorted(found["$defs"].items())),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _path(endpoint: Endpoint[Any, Any]) -> str:
    return endpoint.path.replace("<int:ticket>", "{ticket}")


def _operation(endpoint: Endpoint[Any, Any]) -> Json:
    of_ticket = "<int:ticket>" in endpoint.path
    faults = dict(_FAULTS) | ({"404": "The ticket has no case."} if of_ticket else {})
    return {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "parameters": [*([_TICKET] if of_ticket else []), *_parameters(endpoint.asked)],
        "responses": {
            "200": _answer("What was asked for.", endpoint.answer.__name__),
            **{
                status: _answer(text, Fault.__name__) | _headers(status)
                for status, text in sorted(faults.items())
            },
        },
    }


def _parameters(asked: type[Query]) -> list[Json]:
    schema = asked.model_json_schema(ref_template=_REF)
    return [_parameter(name, found) for name, found in schema.get("properties", {}).items()]


def _parameter(name: str, found: Json) -> Json:
    """Null is what is not given, and no value."""
    plain = {key: value for key, value in found.items() if key not in ("title", "description")}
    [first, *_] = plain.pop("anyOf", [plain])
    if plain.get("default", "") is None:
        del plain["default"]
    description = {"description": found["description"]} if "description" in found else {}
    return {"name": name, "in": "query", **description, "schema": first | plain}


def _answer(text: str, name: str) -> Json:
    schema = {"$ref": _REF.format(model=name)}
    return {"description": text, "content": {"application/json": {"schema": schema}}}


def _headers(status: str) -> Json:
    return {"headers": _HEADERS[status]} if status in _HEADERS else {}
