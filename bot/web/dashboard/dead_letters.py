"""Events that failed for good: why, how far they came, and how they go on."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from bot import logs
from bot.engine.dead_letters import DeadLetter
from bot.errors import Gone
from bot.web import login
from bot.web.dashboard.books import Books
from bot.web.roles import Role

SIZE: Final = 50


def _masked(letter: DeadLetter) -> DeadLetter:
    """Its reason may quote what broke it: a key that was posted, or an address that opens it."""
    return replace(letter, why=str(logs.masked(None, "", {"why": letter.why})["why"]))


def routes(books: Books) -> Blueprint:
    """`/dead-letters`, and their replay."""
    blueprint = Blueprint("dead_letters", __name__)

    @blueprint.get("/dead-letters")
    @login.required
    def listed() -> ResponseReturnValue:
        skip = request.args.get("skip", "0")
        if not (skip.isascii() and skip.isdecimal() and len(skip) < 9):
            abort(400)
        found = tuple(map(_masked, books.events.dead(SIZE + 1, int(skip))))
        return render_template(
            "dashboard/dead_letters.html",
            letters=found[:SIZE],
            more=str(int(skip) + SIZE) if len(found) > SIZE else "",
        )

    @blueprint.get("/dead-letters/replay")
    @login.required_as(Role.AGENT)
    def confirmed() -> ResponseReturnValue:
        return render_template("dashboard/replay.html", id=request.args.get("id", ""))

    @blueprint.post("/dead-letters/replay")
    @login.required_as(Role.AGENT)
    def replay() -> ResponseReturnValue:
        event = request.form.get("id", "")
        try:
            place = books.events.replay(event)
        except Gone:
            return render_template("dashboard/replay.html", id=event, gone=True), 410
        if place.isascii() and place.isdecimal():
            books.trail.note(int(place), login.actor(), "replayed", event=event[:200])
        return redirect("/dead-letters", code=303)

    return blueprint
