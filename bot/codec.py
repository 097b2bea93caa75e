"""Our own values as JSON and back, exactly: tuples stay tuples, times keep their zone.

Only dataclasses, enumerations and errors of `bot` can be restored; anything else in
the text is refused, so a tampered row cannot make objects of other kinds.
"""

from __future__ import annotations

import base64
import json
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from importlib import import_module
from typing import Any, Final

from bot.errors import BotError, TryLater

_KIND: Final = "~"


class NotOurs(ValueError):
    """A value that the codec does not carry."""


class Failed(Exception):
    """An error that is not of the bot: its type's name and its text, never its traceback."""

    @classmethod
    def of(cls, error: BaseException) -> Failed:
        """The error as it is kept."""
        return error if isinstance(error, cls) else cls(f"{type(error).__name__}: {error}")


def dumps(value: object) -> str:
    """The value as JSON."""
    # ASCII alone: text from outside may hold halves of surrogate pairs, which UTF-8 refuses.
    return json.dumps(_plain(value), separators=(",", ":"))


def loads(text: str) -> Any:
    """The value again; raises NotOurs for anything that `dumps` did not write."""
    try:
        return _restored(json.loads(text))
    except NotOurs:
        raise
    except (ValueError, TypeError, AttributeError, ImportError, RecursionError) as error:
        raise NotOurs(f"not a value of ours ({type(error).__name__})") from None


def _plain(value: object) -> object:
    match value:
        case StrEnum():
            return {_KIND: "enum", "of": _name(type(value)), "is": value.value}
        case None | bool() | int() | float() | str():
            return value
        case datetime():
            return {_KIND: "time", "is": value.isoformat()}
        case bytes():
            return {_KIND: "bytes", "is": base64.b64encode(value).decode()}
        case tuple():
            return {_KIND: "tuple", "is": [_plain(item) for item in value]}
        case list():
            return [_plain(item) for item in value]
        case dict():
            return {_KIND: "dict", "is": [[_plain(k), _plain(v)] for k, v in value.items()]}
        case BaseException():
            return _plain_error(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {
            _KIND: "data",
            "of": _name(type(value)),
            "is": {f.name: _plain(getattr(value, f.name)) for f in fields(value)},
        }
    raise NotOurs(f"no way to write {type(value).__name__}")


def _plain_error(error: BaseException) -> object:
    after = error.after if isinstance(error, TryLater) else None
    if isinstance(error, BotError):
        of, text = _name(type(error)), str(error)
    else:
        of, text = "", str(Failed.of(error))
    return {_KIND: "error", "of": of, "is": text, "after": after}


def _restored(value: Any) -> Any:
    if isinstance(value, list):
        return [_restored(item) for item in value]
    if not isinstance(value, dict):
        return value
    match value:
        case {"~": "enum", "of": of, "is": text}:
            return _type(of, StrEnum)(text)
        case {"~": "time", "is": text}:
            return datetime.fromisoformat(text)
        case {"~": "bytes", "is": text}:
            return base64.b64decode(text, validate=True)
        case {"~": "tuple", "is": items}:
            return tuple(_restored(item) for item in items)
        case {"~": "dict", "is": pairs}:
            return {_restored(k): _restored(v) for k, v in pairs}
        case {"~": "data", "of": of, "is": found}:
            return _data(_dataclass(of), found)
        case {"~": "error", "of": of, "is": text, "after": after}:
            return _error(of, text, after)
    raise NotOurs("a mapping without a kind")


def _dataclass(name: str) -> Any:
    found = _type(name, object)
    if not is_dataclass(found):
        raise NotOurs(f"{name} is no dataclass")
    return found


def _data(of: Any, found: dict[str, Any]) -> Any:
    known = {f.name for f in fields(of)}
    # A field that a newer version added has its default; one that it dropped is left out.
    return of(**{name: _restored(value) for name, value in found.items() if name in known})


def _error(of: str, text: str, after: float | None) -> BaseException:
    if not of:
        return Failed(text)
    kind = _type(of, BotError)
    restored: BaseException = kind(text, after) if issubclass(kind, TryLater) else kind(text)
    return restored


def _name(of: type) -> str:
    if not of.__module__.startswith("bot."):
        raise NotOurs(f"no way to write {of.__name__}")
    return f"{of.__module__}:{of.__qualname__}"


def _type(name: str, base: type) -> Any:
    module, _, qualified = name.partition(":")
    if not module.startswith("bot."):
        raise NotOurs(f"{name} is not of the bot")
    found = getattr(import_module(module), qualified, None)
    if not (isinstance(found, type) and issubclass(found, base)):
        raise NotOurs(f"{name} is no {base.__name__}")
    if found.__module__ != module:
        raise NotOurs(f"{name} is only borrowed by the bot")
    return found
