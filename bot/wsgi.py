"""What gunicorn serves."""

from __future__ import annotations

import os

from flask import Flask

from bot import wiring
from bot.settings import Settings


def application() -> Flask:
    """The web process's application; `python -m bot web` has reported faults of the settings."""
    return wiring.web(Settings.from_environ(os.environ))
