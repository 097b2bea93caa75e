"""Logs: one line each, JSON unless somebody watches, and no secrets in them.

Line breaks within values are escaped by JSON, so nobody outside can write a log line.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping
from typing import Any, Final, TextIO

import structlog
from structlog.types import EventDict, Processor

MASK: Final = "[hidden]"

_SECRETS: Final = re.compile(
    # A key, also one that was cut off before its end.
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"
    r"|(?<=authorization)\W{0,4}[\"']?\s*[:=]\s*[\"']?(?:\w+ +)?[^\s\"',}]+"
    r"|(?<=bearer )[\w.~+/=-]+"
    r"|(?<=basic )[A-Za-z0-9+/=]{8,}"
    # Whoever has the address of an attachment can read it.
    r"|(?<=/attachments/token/)[^/\s]+",
    re.DOTALL | re.IGNORECASE,
)
_SECRET_NAMES: Final = re.compile(
    r"authorization|password|secret|token|private_?key|cookie", re.IGNORECASE
)
_QUIET: Final = {
    "alembic": logging.WARNING,
    "jira": logging.WARNING,
    "requests": logging.WARNING,
    "urllib3": logging.WARNING,
    "zenpy": logging.WARNING,
    "dbos": logging.WARNING,
}


def masked(_logger: object, _method: str, event: EventDict) -> EventDict:
    """The event without private keys, log-ins and addresses that open attachments."""
    return {name: _masked(value, name) for name, value in event.items()}


def _masked(value: object, name: str = "") -> object:
    if _SECRET_NAMES.search(name) and value is not None and not isinstance(value, bool):
        return MASK
    match value:
        case bytes() | bytearray():
            return f"[{len(value)} bytes]"
        case Mapping():
            return {str(key): _masked(inner, str(key)) for key, inner in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_masked(inner) for inner in value]
    if value is None or isinstance(value, int | float):
        return value
    return _SECRETS.sub(MASK, str(value))


def formatter(json: bool = True) -> logging.Formatter:
    """What writes a record as one line, ours and those of the libraries alike."""
    last: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=True)
        if json
        else structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_shared(),
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            masked,
            last,
        ],
    )


def configure(level: str = "INFO", stream: TextIO | None = None) -> None:
    """Log to `stream`, by default standard error: standard output is for a command's answer."""
    stream = stream or sys.stderr
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter(json=not stream.isatty()))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, least in _QUIET.items():
        # zenpy logs bodies and urllib3 addresses with tokens in them at DEBUG.
        logging.getLogger(name).setLevel(max(root.level, least))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,  # loggers made at import must follow this call
    )


def _shared() -> list[Any]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
