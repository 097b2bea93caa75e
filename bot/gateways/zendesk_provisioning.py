"""Macros, triggers, views, fields and the webhook of a Zendesk account."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from bot.errors import BotError
from bot.gateways.zendesk_account import Account
from bot.provisioning import WEBHOOK, Found, Kind, Thing, as_json

Raw = Mapping[str, Any]
_PLACES: Final = {
    Kind.WEBHOOK: ("webhooks", ""),
    Kind.FIELD: ("ticket_fields", ".json"),
    Kind.MACRO: ("macros", ".json"),
    Kind.TRIGGER: ("triggers", ".json"),
    Kind.VIEW: ("views", ".json"),
}
_OPTION: Final = ("name", "value")


class ZendeskSetup:
    """The account, as an administrator sets it up."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._webhook = ""

    def found(self, kinds: Iterable[Kind]) -> tuple[Found, ...]:
        """Everything of these kinds that is there, ours or not."""
        return tuple(one for kind in Kind if kind in set(kinds) for one in self._found(kind))

    def knows(self, webhook: str) -> None:
        """The id of our webhook, which triggers name."""
        self._webhook = webhook

    def create(self, thing: Thing) -> str:
        """The id of the thing, made now."""
        place, ending = _PLACES[thing.kind]
        one = place.removesuffix("s")
        made = self._account.write("POST", f"{place}{ending}", {one: self._written(thing)})
        number = str(made[one]["id"])
        if thing.kind is Kind.WEBHOOK:
            self._webhook = number
        return number

    def change(self, number: str, thing: Thing) -> None:
        """Give the thing its wanted attributes again."""
        place, ending = _PLACES[thing.kind]
        body = {place.removesuffix("s"): self._written(thing)}
        self._account.write("PUT", f"{place}/{number}{ending}", body)

    def remove(self, kind: Kind, number: str) -> None:
        """Take it away."""
        place, ending = _PLACES[kind]
        self._account.write("DELETE", f"{place}/{number}{ending}")

    def signing_secret(self, webhook: str) -> str:
        """What the webhook signs with."""
        return str(
            self._account.read(f"webhooks/{webhook}/signing_secret")["signing_secret"]["secret"]
        )

    def _found(self, kind: Kind) -> Iterator[Found]:
        place, ending = _PLACES[kind]
        for page in self._account.pages(f"{place}{ending}", place, {}):
            for raw in page[place]:
                name = str(raw.get("raw_title") or raw.get("title") or raw.get("name") or "")
                description = str(raw.get("description") or "")
                values = {"description": description, **_READ[kind](raw)}
                if kind is Kind.TRIGGER:
                    values["actions"] = _with(values["actions"], self._webhook, WEBHOOK)
                read = tuple((key, as_json(value)) for key, value in values.items())
                yield Found(kind, str(raw["id"]), name, description, read)

    def _written(self, thing: Thing) -> dict[str, Any]:
        body = {key: json.loads(value) for key, value in thing.values}
        body["name" if thing.kind is Kind.WEBHOOK else "title"] = thing.name
        if thing.kind is Kind.TRIGGER:
            body["conditions"] = {"all": body.pop("all"), "any": body.pop("any")}
            body["actions"] = _with(body["actions"], WEBHOOK, self._webhook)
            body |= self._category()
        if thing.kind is Kind.VIEW:
            body["output"] = {"columns": body.pop("columns")}
        return body

    def _category(self) -> dict[str, str]:
        """Accounts that sort their triggers into categories want one of each trigger."""
        try:
            found = self._account.read("trigger_categories.json").get("trigger_categories") or []
        except BotError:
            return {}
        return {"category_id": str(found[0]["id"])} if found else {}


def _with(actions: list[Any], webhook: str, instead: str) -> list[Any]:
    """The actions with another webhook in place of this one."""
    changed = []
    for action in actions:
        value = action.get("value")
        if isinstance(value, list) and value and str(value[0]) == webhook and webhook:
            value = [instead, *value[1:]]
        changed.append({"field": action.get("field"), "value": value})
    return changed


def _webhook(raw: Raw) -> dict[str, Any]:
    names = ("endpoint", "http_method", "request_format", "status", "subscriptions")
    return {name: raw.get(name) for name in names}


def _field(raw: Raw) -> dict[str, Any]:
    options = raw.get("custom_field_options") or []
    return {
        "active": raw.get("active"),
        "type": raw.get("type"),
        "custom_field_options": [{k: option.get(k) for k in _OPTION} for option in options],
    }


def _macro(raw: Raw) -> dict[str, Any]:
    return {"active": raw.get("active"), "actions": raw.get("actions")}


def _trigger(raw: Raw) -> dict[str, Any]:
    return {
        "active": raw.get("active"),
        **_conditions(raw),
        "actions": list(raw.get("actions") or []),
    }


def _view(raw: Raw) -> dict[str, Any]:
    columns = (raw.get("execution") or {}).get("columns") or []
    shown = [str(column.get("id")) for column in columns]
    return {"active": raw.get("active"), **_conditions(raw), "columns": shown}


def _conditions(raw: Raw) -> dict[str, Any]:
    known = raw.get("conditions") or {}
    return {part: list(known.get(part) or []) for part in ("all", "any")}


_READ: Final[dict[Kind, Callable[[Raw], dict[str, Any]]]] = {
    Kind.WEBHOOK: _webhook,
    Kind.FIELD: _field,
    Kind.MACRO: _macro,
    Kind.TRIGGER: _trigger,
    Kind.VIEW: _view,
}
