"""What one value of the environment may look like.

Each reader turns the text into what the bot uses, or raises a ValueError that says what
is wrong and what is expected.  It never quotes the value, which may be a secret.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from cryptography.x509 import load_pem_x509_certificates
from pydantic import AfterValidator, BeforeValidator, SecretStr

WORD = r"[A-Za-z0-9._-]{1,40}"
"""What a token may be called."""


@dataclass(frozen=True, slots=True)
class ConnectTo:
    """One entry of `PROBE_CONNECT_TO`: reach `host:port` at `address:address_port`."""

    host: str
    port: int
    address: str
    address_port: int


@dataclass(frozen=True, slots=True)
class ApiToken:
    """One entry of `API_TOKENS`: whose token it is, and its SHA-256 in hex."""

    name: str
    digest: str


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _url(value: str) -> str:
    expected = "expected https://HOST, or http on a loopback address"
    try:
        url = urlsplit(value)
        host, _ = url.hostname or "", url.port
    except ValueError as error:
        raise ValueError(f"not a URL, {expected}") from error
    if not host or re.search(r"\s", value) or url.query or url.fragment:
        raise ValueError(f"not the URL of a server, {expected}")
    if "@" in url.netloc:
        raise ValueError(f"holds a log-in, {expected}")
    if url.scheme != "https" and not (url.scheme == "http" and _loopback(host)):
        raise ValueError(f"not encrypted, {expected}")
    return value.rstrip("/")


def _database(value: str) -> str:
    # Platforms hand out postgres://, which SQLAlchemy no longer knows.
    value = re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", value)
    expected = "expected sqlite:///PATH or postgresql+psycopg://USER:PASSWORD@HOST/NAME"
    if value.startswith("sqlite://"):
        # Web process and worker share the database, which memory cannot do.
        if len(value) <= len("sqlite:///") or ":memory:" in value:
            raise ValueError(f"names no file, {expected}")
    elif not re.match(r"postgresql\+psycopg://[^/\s]*/[^/\s]", value):
        raise ValueError(f"not a database the bot can use, {expected}")
    return value


def _text(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise ValueError("the file cannot be read, expected the path of a readable file") from error


def _certificates(path: str) -> str:
    try:
        load_pem_x509_certificates(_text(path).encode())
    except ValueError as error:
        if str(error).startswith("the file"):
            raise
        raise ValueError("holds no usable certificate, expected certificates as PEM") from error
    return path


def _parts(value: str) -> tuple[str, ...]:
    parts = tuple(part.strip() for part in value.split(",") if part.strip())
    if not parts:
        raise ValueError("holds nothing, expected at least one entry, comma-separated")
    return parts


def _groups(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return _parts(value) if isinstance(value, str) else value  # the default: none


def _fernet_keys(value: str) -> tuple[str, ...]:
    if value.startswith("file:"):
        value = ",".join(_text(value.removeprefix("file:")).split())
    keys = _parts(value)
    for place, key in enumerate(keys, start=1):
        try:
            Fernet(key)
        except ValueError as error:
            wrong = f"key {place} of {len(keys)} is not a Fernet key"
            raise ValueError(f"{wrong}, expected 32 bytes as URL-safe base64") from error
    return keys


def _connections(value: str) -> tuple[ConnectTo, ...]:
    host = r"(\[[0-9a-fA-F:.]+\]|[^:\[\]\s]+)"
    found = []
    for place, part in enumerate(_parts(value), start=1):
        entry = re.fullmatch(rf"{host}:(\d{{1,5}}):{host}:(\d{{1,5}})", part)
        if not entry or not all(1 <= int(port) <= 65535 for port in entry.group(2, 4)):
            raise ValueError(f"entry {place} is unclear, expected HOST:PORT:ADDRESS:PORT")
        name, port, address, address_port = entry.groups()
        target = (address.strip("[]"), int(address_port))
        found.append(ConnectTo(name.strip("[]").lower(), int(port), *target))
    return tuple(found)


def _api_tokens(value: str) -> tuple[ApiToken, ...]:
    found = []
    for place, part in enumerate(_parts(value), start=1):
        name, _, digest = part.rpartition(":")
        if not re.fullmatch(WORD, name) or not re.fullmatch(r"[0-9a-f]{64}", digest):
            wrong = f"entry {place} is not NAME:SHA-256"
            raise ValueError(f"{wrong}, expected what `python -m bot api-token NAME` prints")
        found.append(ApiToken(name, digest))
    return tuple(found)


def _number(low: int, high: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        if re.fullmatch(r"[0-9]{1,9}", value) and low <= int(value) <= high:
            return int(value)
        raise ValueError(f"not a usable number, expected {low} to {high}")

    return read


def _shaped(pattern: str, wrong: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(wrong)
        return value

    return read


# Zenpy adds the ending itself; written twice, Zendesk only says 401.
_email = _shaped(r"[^@\s]+@[^@\s/]+", "not an e-mail address, expected one without /token")
_project = _shaped(r"[A-Z][A-Z0-9_]+", "not a project key, expected one such as ITOPS")
_hash = _shaped(
    r"(scrypt|pbkdf2)(:\w+)*\$[^$]+\$[0-9a-f]{32,}",
    "not a password hash, expected the form of werkzeug's generate_password_hash",
)
_client = _shaped(r"[!-~]{1,200}", "not a client's id, expected 1 to 200 characters without blanks")
_claim = _shaped(r"[!-~]{1,200}", "not the name of a claim, expected one such as groups")

Url = Annotated[str, AfterValidator(_url)]
DatabaseUrl = Annotated[str, AfterValidator(_database)]
Email = Annotated[str, AfterValidator(_email)]
Project = Annotated[str, AfterValidator(_project)]
CertificateFile = Annotated[str, AfterValidator(_certificates)]
PasswordHash = Annotated[SecretStr, BeforeValidator(_hash)]
ClientId = Annotated[str, AfterValidator(_client)]
ClaimName = Annotated[str, AfterValidator(_claim)]
Groups = Annotated[tuple[str, ...], BeforeValidator(_groups)]
ApiTokens = Annotated[tuple[ApiToken, ...], BeforeValidator(_api_tokens)]
Secrets = Annotated[tuple[SecretStr, ...], BeforeValidator(_parts)]
FernetKeys = Annotated[tuple[SecretStr, ...], BeforeValidator(_fernet_keys)]
Connections = Annotated[tuple[ConnectTo, ...], BeforeValidator(_connections)]
Port = Annotated[int, BeforeValidator(_number(1, 65535))]
Days = Annotated[int, BeforeValidator(_number(1, 3650))]
Percent = Annotated[int, BeforeValidator(_number(5, 60))]
Seconds = Annotated[int, BeforeValidator(_number(0, 86_400))]
Workers = Annotated[int, BeforeValidator(_number(1, 256))]
