"""`KEY_HANDOVER=pull`: a private key is collected once, by a person with the role agent.

GET tells what the key is for and shows nothing of it, so that a preview or a scanner that
follows the link burns nothing; POST reveals it.
"""

from __future__ import annotations

import re
from typing import Final

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from bot.storage.collecting import About, AlreadyCollected, Collection
from bot.web import login

_SPKI: Final = re.compile(r"[0-9a-f]{64}")
LONGEST_REASON: Final = 200


def routes(keys: Collection) -> Blueprint:
    """`/keys/<SPKI SHA-256>`."""
    blueprint = Blueprint("collect", __name__)

    @blueprint.get("/keys/<spki>")
    @login.required_as(login.Role.AGENT)
    def about(spki: str) -> ResponseReturnValue:
        return _page(keys, spki)

    @blueprint.post("/keys/<spki>")
    @login.required_as(login.Role.AGENT)
    def reveal(spki: str) -> ResponseReturnValue:
        _known(keys, spki)
        try:
            pem = keys.collect(spki, login.actor())
        except AlreadyCollected:
            return _page(keys, spki), 410
        return _page(keys, spki, pem.decode("ascii"))

    @blueprint.post("/keys/<spki>/again")
    @login.required_as(login.Role.AGENT)
    def again(spki: str) -> ResponseReturnValue:
        _known(keys, spki)
        why = " ".join(request.form.get("why", "").split())[:LONGEST_REASON]
        if not why:
            return _page(keys, spki, fault="Please say why it has to be collected again."), 400
        keys.offer_again(spki, login.actor(), why)
        return _page(keys, spki)

    return blueprint


def _page(keys: Collection, spki: str, pem: str = "", fault: str = "") -> str:
    return render_template("key.html", key=_known(keys, spki), pem=pem, fault=fault)


def _known(keys: Collection, spki: str) -> About:
    found = keys.about(spki) if _SPKI.fullmatch(spki) else None
    if found is None:
        abort(404)
    return found
