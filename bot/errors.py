"""What can go wrong, by who has to act on it.

Anything that is none of these is a fault of ours: the engine retries it and
finally lays the event with the dead letters.
"""

from __future__ import annotations


class BotError(Exception):
    """The root of the errors that the procedure knows."""


class Refused(BotError):
    """What was asked cannot be done; the text tells the brand why, in plain words."""


class TryLater(BotError):
    """The other side cannot answer now; `after` is the pause in seconds that it asked for."""

    def __init__(self, why: str, after: float = 5.0) -> None:
        super().__init__(why)
        self.why = why
        self.after = after


class NeedsHuman(BotError):
    """A person must decide; the text tells an agent what."""


class Conflict(BotError):
    """Somebody else changed the case meanwhile; the event has to be looked at afresh."""


class Misconfigured(BotError):
    """The other side refuses for good (log-in, permission, unknown project); for the operator."""


class LogInRefused(Misconfigured):
    """The other side does not let the bot in now; the operator mends it."""


class Forbidden(LogInRefused):
    """The other side forbids this one thing (403); that may be a passing mood."""


class Gone(BotError):
    """The ticket or issue does not exist (any more)."""


class OutOfStep(Exception):
    """The job does other things than its journal tells: the program was changed meanwhile."""
