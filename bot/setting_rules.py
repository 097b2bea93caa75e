"""Rules about several settings at once: those of the single sign-on go together.

Each stands at the last of the settings that it is about, so what came before is in `info.data`;
what is missing there was wrong, and has been said.
"""

from __future__ import annotations

from typing import Final, TypeVar

from pydantic import ValidationInfo

T = TypeVar("T")
_WRONG: Final = "wrong"
_USELESS: Final = "is of no use alone, expected OIDC_ISSUER beside it"


def leads_back(issuer: str | None, info: ValidationInfo) -> str | None:
    """The single sign-on has to know where people come from."""
    if issuer is not None and info.data.get("public_url", _WRONG) is None:
        raise ValueError("leads back to nowhere, expected PUBLIC_URL beside it")
    return issuer


def known_to_issuer(value: T, info: ValidationInfo) -> T:
    """The bot's name and secret there, and where."""
    issuer = info.data.get("oidc_issuer", _WRONG)
    if value is None and issuer is not None:
        raise ValueError("missing, expected what the single sign-on gave out for the bot")
    if value is not None and issuer is None:
        raise ValueError(_USELESS)
    return value


def groups_of_issuer(value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
    """Groups mean nothing without it."""
    if value and info.data.get("oidc_issuer", _WRONG) is None:
        raise ValueError(_USELESS)
    return value


def some_role(operators: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
    """Somebody has to be let in."""
    issuer = info.data.get("oidc_issuer", _WRONG)
    others = (info.data.get(name, _WRONG) for name in ("oidc_viewers", "oidc_agents"))
    if issuer is not None and not (operators or any(others)):
        raise ValueError("missing, expected a group for one of the three roles at least")
    return operators
