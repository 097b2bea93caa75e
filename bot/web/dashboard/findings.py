"""Every finding code: what it means, what brand and agent can do."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from bot.web import login
from bot.x509.catalogue import FAMILIES


def routes() -> Blueprint:
    """`/findings`."""
    blueprint = Blueprint("findings", __name__)

    @blueprint.get("/findings")
    @login.required
    def catalogue() -> ResponseReturnValue:
        return render_template("dashboard/findings.html", families=FAMILIES)

    return blueprint
