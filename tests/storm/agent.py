"""An agent who takes a case over and hands it back, by the dashboard's orders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bot.case import At, Case
from bot.engine.inbox import Inbox
from bot.errors import BotError
from bot.events import Command

ORDERS: Final = ((Command.STOP, At.CERTIFICATE_WANTED), (Command.RESUME, At.STOPPED))


@dataclass(frozen=True, slots=True)
class Agent:
    """Sees what the bot's books say, and orders what the page would offer then."""

    inbox: Inbox
    find: Callable[[int], Case | None]

    def ordered(self, ticket: int, command: Command, at: At) -> bool:
        """Whether the case was at that stage, and the database took the order."""
        order = {"command": command.value, "person": "ada", "at": at.value}
        try:
            case = self.find(ticket)
            if case is None or case.at is not at:
                return False
            order["csr"] = case.csr.spki if case.csr else ""
            payload: dict[str, object] = {"ticket": ticket, "order": order}
            self.inbox.put(f"order-{ticket}-{command}", ticket, "order", payload)
        except BotError:
            return False  # the page says that the database does not answer; he tries again
        return True
