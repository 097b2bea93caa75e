"""What Prometheus may read: deliveries by door and answer, and how long they took."""

from __future__ import annotations

import os

from flask import Blueprint, Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client.registry import Collector


class Metrics:
    """The counters of one application."""

    def __init__(self, figures: Collector | None = None) -> None:
        """`figures` are those of the database, which all processes share."""
        self._registry = CollectorRegistry()
        self._figures = CollectorRegistry()
        if figures is not None:
            self._figures.register(figures)
        self._answers = Counter(
            "bot_webhooks",
            "Webhook deliveries by door and answer",
            ["door", "answer"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "bot_webhook_seconds",
            "Time from the request to the answer",
            ["door"],
            buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5, 12),
            registry=self._registry,
        )

    def answered(self, door: str, status: int, seconds: float) -> None:
        """Count one delivery."""
        self._answers.labels(door, str(status)).inc()
        self._seconds.labels(door).observe(seconds)

    def text(self) -> bytes:
        """All numbers, of every process when PROMETHEUS_MULTIPROC_DIR holds them."""
        registry = self._registry
        if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
            registry = CollectorRegistry()
            multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call] # theirs
        return generate_latest(registry) + generate_latest(self._figures)


def routes(metrics: Metrics) -> Blueprint:
    """`GET /metrics`."""
    blueprint = Blueprint("metrics", __name__)

    @blueprint.get("/metrics")
    def numbers() -> Response:
        return Response(metrics.text(), content_type=CONTENT_TYPE_LATEST)

    return blueprint
