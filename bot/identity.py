"""Who somebody is, as a single sign-on vouches for it."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.errors import BotError


class NotProven(BotError):
    """The single sign-on's answer proves nothing; the text is for the log and quotes nothing."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A person's name and groups; `token` is the proof, wanted again at the log-out."""

    name: str
    groups: tuple[str, ...]
    token: str = field(repr=False)
