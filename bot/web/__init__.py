"""The web process: the two doors, health and metrics."""

from bot.web.app import create_app
from bot.web.inbox import Inbox

__all__ = ["Inbox", "create_app"]
