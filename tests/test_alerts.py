"""The alert rules speak of figures that are told, and each has its page in the runbook."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from bot.web.figures import FiguresCollector
from bot.web.metrics import Metrics
from tests.web.test_figures import FIGURES, Engine

DOCS = Path(__file__).resolve().parents[1] / "docs"
RULES = [
    rule
    for group in yaml.safe_load((DOCS / "alerts.yml").read_text())["groups"]
    for rule in group["rules"]
]
OF_PROMETHEUS = {"up"}


def told() -> set[str]:
    """Every name that `/metrics` tells."""
    metrics = Metrics(FiguresCollector(lambda: FIGURES, Engine()))
    metrics.answered("zendesk", 202, 0.01)
    families = text_string_to_metric_families(metrics.text().decode())
    return {sample.name for family in families for sample in family.samples} | OF_PROMETHEUS


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_alert_asks_for_figures_that_are_told(rule: dict[str, str]) -> None:
    bare = re.sub(r'\{[^}]*\}|\[[^\]]*\]|by \([^)]*\)|"[^"]*"', " ", rule["expr"])
    names = set(re.findall(r"\b(?:bot_\w+|up)\b", bare))

    assert names
    assert names <= told()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_alert_has_its_page(rule: dict[str, dict[str, str]]) -> None:
    page, _, anchor = rule["annotations"]["runbook"].partition("#")
    runbook = (DOCS.parent / page).read_text()

    assert f"## {rule['alert']}\n" in runbook
    assert anchor == str(rule["alert"]).lower()
    assert rule["annotations"]["summary"]


def test_rules_are_ones_that_prometheus_takes() -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed; the rules were parsed and compared above")
    subprocess.run([promtool, "check", "rules", str(DOCS / "alerts.yml")], check=True)
