"""What a person who is logged in may do: each role may what the one before it may."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import IntEnum
from typing import Final

from bot.settings import Settings


class Role(IntEnum):
    """In order, so that they compare."""

    VIEWER = 1
    """Sees the pages."""
    AGENT = 2
    """Also decides on cases, collects private keys, sends again what failed."""
    OPERATOR = 3
    """Everything; today that is what an agent may."""

    @property
    def word(self) -> str:
        """As people read it."""
        return self.name.lower()


BY_WORD: Final = {role.word: role for role in Role}


def groups(settings: Settings) -> dict[Role, frozenset[str]]:
    """Which groups of the single sign-on have which role."""
    return {
        Role.VIEWER: frozenset(settings.oidc_viewers),
        Role.AGENT: frozenset(settings.oidc_agents),
        Role.OPERATOR: frozenset(settings.oidc_operators),
    }


def highest(theirs: Collection[str], groups: Mapping[Role, Collection[str]]) -> Role | None:
    """The highest role that one of a person's groups has; None when none of them has any."""
    found = [role for role, names in groups.items() if any(name in names for name in theirs)]
    return max(found, default=None)
