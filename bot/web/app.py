"""The web application, put together from its parts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask
from prometheus_client.registry import Collector

from bot.case import Case
from bot.links import DetailsLinks
from bot.settings import Settings
from bot.storage.collecting import Collection
from bot.web import answers, collect, dashboard, details, doors, health, login, metrics, sessions
from bot.web.api import routes
from bot.web.dashboard.books import Books
from bot.web.doors import LARGEST
from bot.web.inbox import Inbox


def _now() -> datetime:
    return datetime.now(UTC)


def create_app(
    settings: Settings,
    inbox: Inbox,
    ready: Callable[[], str | None],
    collection: Collection | None = None,
    find: Callable[[int], Case | None] | None = None,
    now: Callable[[], datetime] = _now,
    figures: Collector | None = None,
    books: Books | None = None,
    provider: login.Provider | None = None,
) -> Flask:
    """Doors, health and metrics; `ready` gives the reason why no event can be stored, or None."""
    app = Flask("bot.web")
    # One more than is allowed: Flask cuts a chunked body off here, and the door sees that.
    app.config["MAX_CONTENT_LENGTH"] = LARGEST + 1
    # A redirect from `//` to `/` would lead to whatever host the request has named.
    app.url_map.merge_slashes = False
    numbers = metrics.Metrics(figures)
    ways_in = (doors.of_zendesk(settings, now), doors.of_jira(settings))
    answers.install(app)
    app.register_blueprint(doors.routes(ways_in, inbox, numbers))
    app.register_blueprint(health.routes(ready))
    app.register_blueprint(metrics.routes(numbers))
    if settings.public_url and find:
        keys = [key.get_secret_value() for key in settings.key_store_keys]
        links = DetailsLinks(keys, settings.public_url)
        reached = [entry.host for entry in settings.probe_connect_to]
        app.register_blueprint(details.routes(links, find, inbox, reached))
    if settings.dashboard and collection:
        login.install(app, settings, now, provider)
        app.register_blueprint(collect.routes(collection))
        if books:
            dashboard.install(app, books, settings, now)
    if settings.api_tokens and books:
        signing = sessions.derived(settings, b"cursors")[::-1]
        app.register_blueprint(routes.routes(books, settings.api_tokens, signing))
    return app
