"""The table is sound, and so are the pages that are generated from it."""

from __future__ import annotations

import inspect
from dataclasses import replace
from pathlib import Path

import pytest

import handlers
from bot.case import SHOWN, At
from bot.events import LookDue, Reached, TicketFlagged
from bot.routing import Procedure, Route
from docs import generate
from handlers import PROCEDURE, ROUTES

HANDLERS = Path(handlers.__file__).parent
TESTS = Path(__file__).parent / "handlers"


def test_table_has_no_faults() -> None:
    assert list(PROCEDURE.faults()) == []


def test_every_stage_is_shown_to_people() -> None:
    assert set(SHOWN) == set(At)


def test_every_public_step_stands_in_the_table() -> None:
    routed = {route.do for route in ROUTES if isinstance(route, Route)}
    for path in HANDLERS.glob("step*.py"):
        module = getattr(handlers, path.stem)
        steps = [
            f
            for name, f in inspect.getmembers(module, inspect.isfunction)
            if f.__module__ == module.__name__
            and list(inspect.signature(f).parameters) == ["case", "event", "ctx"]
            and not name.startswith("_")
        ]
        assert steps, f"{path.name} has a step"
        assert set(steps) <= routed, f"{path.name} has a step that nothing leads to"


@pytest.mark.parametrize("path", sorted(HANDLERS.glob("[!_]*.py")), ids=lambda p: p.stem)
def test_every_handler_has_its_tests(path: Path) -> None:
    assert (TESTS / f"test_{path.name}").exists()


def test_readme_shows_the_table_as_it_is() -> None:
    text = generate.README.read_text(encoding="utf-8")

    assert generate.written(text) == text


def test_findings_page_shows_the_catalogue_as_it_is() -> None:
    assert generate.FINDINGS.read_text(encoding="utf-8") == generate.findings()


def nothing(case, event, ctx):  # type: ignore[no-untyped-def]
    return case


@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        (replace(PROCEDURE, routes=(*ROUTES, ROUTES[0])), "two routes at new"),
        (replace(PROCEDURE, routes=ROUTES[1:]), "neither routed nor ignored: new"),
        (
            replace(PROCEDURE, ignored=PROCEDURE.ignored | {(At.NEW, TicketFlagged)}),
            "routed and ignored: new",
        ),
        (
            Procedure((Route(At.NEW, TicketFlagged, nothing, (At.DONE,)),), frozenset()),
            "unreachable stage stopped",
        ),
        (
            Procedure((Route(At.STOPPED, Reached, nothing, (At.STOPPED,)),), frozenset()),
            "dead end stopped",
        ),
    ],
)
def test_each_fault_of_a_table_is_found(broken: Procedure, fault: str) -> None:
    assert any(found.startswith(fault) for found in broken.faults())


def test_ignored_pairs_change_nothing() -> None:
    assert PROCEDURE.route(At.DONE, LookDue) is None
