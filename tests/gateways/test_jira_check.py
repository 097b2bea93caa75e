"""What keeps the bot from its work in Jira is told in plain sentences, each fault by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from sandbox.faults import Fault, Kind
from sandbox.jira import model
from tests.gateways.jira_place import FLAVOURS, LEVEL, Place, Sides, sides


@pytest.fixture(params=FLAVOURS)
def both(request: pytest.FixtureRequest) -> Iterator[Sides]:
    with sides(request.param) as made:
        yield made


def test_nothing_is_missing_where_all_is_well(both: Sides) -> None:
    assert both.tracker.missing() == []
    assert both.tracker.whoami() == "SSL Bot"


@pytest.mark.parametrize(
    ("switch", "sentence"),
    [
        ("may_create", "The bot may not create issues in project {} (permission CREATE_ISSUES)."),
        (
            "may_attach",
            "The bot may not attach files in project {} (permission CREATE_ATTACHMENTS).",
        ),
        ("may_comment", "The bot may not comment in project {} (permission ADD_COMMENTS)."),
        ("may_link", "The bot may not link issues in project {} (permission LINK_ISSUES)."),
        (
            "may_transition",
            "The bot may not move issues through the workflow in project {} "
            "(permission TRANSITION_ISSUES).",
        ),
    ],
)
def test_missing_permission_is_named(both: Sides, switch: str, sentence: str) -> None:
    setattr(both.sandbox, switch, False)

    assert both.tracker.missing() == [sentence.format("ITOPS"), sentence.format("SPC")]


def test_missing_right_to_set_the_level_is_named(both: Sides) -> None:
    both.sandbox.may_set_security = False

    told = both.tracker.missing()

    assert len(told) == 4
    assert "Project SPC in Jira has no security level SaaS team" in told[2]
    assert told[3] == (
        "The bot may not set the security level in project SPC (permission SET_ISSUE_SECURITY)."
    )
    assert both.connected(None).missing() == []


def test_missing_right_to_delete_is_named_only_where_people_deliver_keys(both: Sides) -> None:
    both.sandbox.may_delete_files = False

    assert both.tracker.missing() == []
    assert both.connected(collects=True).missing() == [
        "The bot may not delete files that others attached in project ITOPS "
        "(permission DELETE_ALL_ATTACHMENTS)."
    ]


BREAKS: dict[str, tuple[Callable[[Sides], object], str]] = {
    "project": (
        lambda both: both.sandbox.projects.pop("SPC"),
        "Jira has no project SPC, or the bot may not see it.",
    ),
    "type": (
        lambda both: setattr(
            both.sandbox.projects["SPC"], "types", (model.IssueType("10001", "Task"),)
        ),
        "Project SPC has no issue type Change Request; it has Task.",
    ),
    "level": (
        lambda both: both.sandbox.projects["SPC"].levels.clear(),
        f"Project SPC in Jira has no security level {LEVEL}, or the bot lacks the permission "
        "Set Issue Security there.",
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_wrong_project_is_named(both: Sides, name: str) -> None:
    spoil, sentence = BREAKS[name]
    spoil(both)

    assert both.tracker.missing() == [sentence]


def test_faults_are_told_together(both: Sides) -> None:
    both.sandbox.may_attach = False
    tracker = both.connected(csr=Place("ITOPS", "Story"), change=Place("CHG", "Task"))

    told = tracker.missing()

    assert [line.split(";")[0] for line in told] == [
        "Project ITOPS has no issue type Story",
        "The bot may not attach files in project ITOPS (permission CREATE_ATTACHMENTS).",
        "Jira has no project CHG, or the bot may not see it.",
    ]


def test_wrong_log_in_is_the_only_fault_told(both: Sides) -> None:
    [told] = both.connected(token="wr0ng").missing()

    assert told.startswith("Jira refuses who the bot is: 401")
    assert "wr0ng" not in told


def test_check_that_cannot_be_made_is_a_fault(both: Sides) -> None:
    both.faults.plan(Fault(Kind.STATUS, 503), path="mypermissions")

    [told] = both.tracker.missing()

    assert told == "Jira answers 503 to the bot's permissions in ITOPS."
