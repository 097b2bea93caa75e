"""`python -m bot provision`: makes what is missing, mends what differs, touches nothing else."""

from __future__ import annotations

import copy
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.__main__ import main
from bot.events import Command
from sandbox.faults import Fault, Kind
from sandbox.world import World

PUBLIC = "http://127.0.0.1:8000"
MADE = 1 + len(Command) + 2 + 7  # webhook, macros, triggers, views


@pytest.fixture(scope="module")
def shared_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World.start(tmp_path_factory.mktemp("world"))
    yield world
    world.close()


@pytest.fixture
def world(shared_world: World, tmp_path: Path) -> World:
    """An account and a site in which nothing is set up yet."""
    shared_world.folder = tmp_path
    shared_world.faults.clear()
    rules = shared_world.zendesk.rules
    for records in (*rules.records.values(), rules.webhooks, rules.secrets):
        records.clear()
    shared_world.jira.hooks.clear()
    shared_world.zendesk.administrates = shared_world.jira.administrates = True
    return shared_world


def provision(world: World, *options: str, **more: str) -> Result:
    environment = {**world.environment(), "PUBLIC_URL": PUBLIC, **more}
    world.faults.calls.clear()
    return CliRunner().invoke(main, ["provision", *options], env=environment)


def writes(world: World) -> int:
    return sum(call.writes for call in world.faults.calls)


def state(world: World) -> Any:
    """Everything that is set up on both sides, but for the times of the last change."""
    rules = world.zendesk.rules
    return copy.deepcopy((rules.records, rules.webhooks, world.jira.hooks))


def foreign(world: World) -> None:
    """What others have made, with names much like ours."""
    rules = world.zendesk.rules
    tags = [{"field": "current_tags", "value": "ssl_stop"}]
    rules.add("macros", {"title": "SSL renewal: my own", "active": True, "actions": tags})
    rules.add("macros", {"title": "SSL renewal::Stop the bot", "active": True, "actions": tags})
    nothing: dict[str, list[Any]] = {"all": [], "any": []}
    trigger = {"title": "SSL renewal", "active": True, "conditions": nothing, "actions": []}
    rules.add("triggers", trigger)
    webhook = {"name": "SSL renewal bot 2", "status": "active", "endpoint": "https://a.net/"}
    rules.add_webhook({**webhook, "subscriptions": ["conditional_ticket_events"]})
    hook = {"name": "Other", "url": "https://a.net", "events": [], "filters": {}, "enabled": True}
    world.jira.hooks[1] = hook


def test_everything_is_made_once_and_the_second_run_changes_nothing(world: World) -> None:
    first = provision(world)

    assert first.exit_code == 0, first.output
    assert first.output.count("done: create") == MADE + 1
    before = state(world)
    second = provision(world)
    assert second.exit_code == 0, second.output
    assert (writes(world), state(world)) == (0, before)
    assert "Zendesk: 0 to do" in second.output


def test_dry_run_shows_the_plan_and_writes_nothing(world: World) -> None:
    before = state(world)

    shown = provision(world, "--dry-run")

    assert shown.exit_code == 0
    assert shown.output.count("create") == MADE + 1
    assert "nothing was changed" in shown.output
    assert (writes(world), state(world)) == (0, before)


def test_every_command_has_its_macro_and_every_macro_sets_one_tag(world: World) -> None:
    provision(world)

    macros = world.zendesk.rules.records["macros"].values()
    actions = [action for macro in macros for action in macro["actions"]]
    assert {a["value"] for a in actions} == {command.value for command in Command}
    assert {a["field"] for a in actions} == {"current_tags"}


def test_webhook_bodies_hold_ids_and_times_alone(world: World) -> None:
    provision(world)

    [webhook] = world.zendesk.rules.webhooks.values()
    assert webhook["endpoint"] == f"{PUBLIC}/webhooks/zendesk"
    for trigger in world.zendesk.rules.records["triggers"].values():
        [action] = trigger["actions"]
        assert action["value"][0] == webhook["id"]
        assert "{{ticket.id}}" in action["value"][1]
        assert "title" not in action["value"][1]


def test_what_was_edited_by_hand_is_shown_and_mended(world: World) -> None:
    provision(world)
    rules = world.zendesk.rules
    macro = next(iter(rules.records["macros"].values()))
    view = next(iter(rules.records["views"].values()))
    trigger = next(iter(rules.records["triggers"].values()))
    [webhook] = rules.webhooks.values()
    before = state(world)
    macro["title"] = macro["raw_title"] = "Renamed by somebody"
    macro["actions"] = [{"field": "status", "value": "solved"}]
    view["execution"]["columns"].pop()
    trigger["active"] = False
    webhook["endpoint"] = "https://elsewhere.example/"
    world.jira.hooks[next(iter(world.jira.hooks))]["events"] = ["jira:issue_created"]

    shown = provision(world, "--dry-run")
    mended = provision(world)

    for line in (
        "change  webhook       SSL renewal bot (endpoint)",
        "(name, actions)",
        "(columns)",
        "(active)",
        "change  Jira webhook  SSL renewal bot (events)",
    ):
        assert line in shown.output, shown.output
    assert mended.output.count("done: change") == 5
    assert _timeless(state(world)) == _timeless(before)


def test_removed_the_account_is_as_it_was_before(world: World) -> None:
    foreign(world)
    before = state(world)
    provision(world, "--with-fields")
    assert state(world) != before

    removed = provision(world, "--remove")

    assert removed.exit_code == 0, removed.output
    assert removed.output.count("done: remove") == MADE + 3
    assert state(world) == before
    again = provision(world, "--remove")
    assert (again.exit_code, writes(world)) == (0, 0)


def test_what_is_not_ours_is_never_touched(world: World) -> None:
    foreign(world)
    others = state(world)

    provision(world)
    provision(world, PUBLIC_URL="http://127.0.0.1:9000")

    rules = world.zendesk.rules
    for kind, records in others[0].items():
        for number, record in records.items():
            assert rules.records[kind][number] == record
    assert others[1].items() <= rules.webhooks.items()
    assert world.jira.hooks[1] == others[2][1]


def test_moved_bot_is_followed(world: World) -> None:
    provision(world)

    moved = provision(world, PUBLIC_URL="https://bot.example.com")

    assert "(endpoint)" in moved.output
    assert "(url)" in moved.output
    [webhook] = world.zendesk.rules.webhooks.values()
    assert webhook["endpoint"] == "https://bot.example.com/webhooks/zendesk"


def test_fields_are_made_when_they_are_wanted(world: World) -> None:
    provision(world, "--with-fields")

    fields = world.zendesk.rules.records["ticket_fields"].values()
    assert [f["title"] for f in fields] == ["SSL renewal: site", "SSL renewal: environment"]
    options = [o["value"] for f in fields for o in f.get("custom_field_options", ())]
    assert options == ["ssl-production", "ssl-staging"]


def test_things_that_cannot_be_told_apart_are_left_to_a_person(world: World) -> None:
    provision(world)
    rules = world.zendesk.rules
    macro = next(iter(rules.records["macros"].values()))
    rules.add("macros", {**macro, "id": 0})

    refused = provision(world)

    assert refused.exit_code == 1
    assert "2 things of the kind macro" in refused.output
    assert writes(world) == 0


def test_account_that_permits_nothing_is_told_and_the_other_side_is_set_up(world: World) -> None:
    world.zendesk.administrates = False

    refused = provision(world)

    assert refused.exit_code == 1
    assert "provisioning is for an administrator, docs/install.md" in refused.output
    assert len(world.jira.hooks) == 1


def test_what_broke_off_goes_on_in_the_next_run(world: World) -> None:
    world.faults.plan(Fault(Kind.STATUS, status=503), method="POST", path="/triggers")

    broken = provision(world)
    assert broken.exit_code == 1
    assert "503" in broken.output
    assert "Traceback" not in broken.output

    assert provision(world).exit_code == 0
    assert provision(world, "--dry-run").output.count("leave") == MADE + 1


def test_answer_that_was_lost_makes_nothing_twice(world: World) -> None:
    world.faults.plan(Fault(Kind.GARBAGE), method="POST", path="/macros")

    assert provision(world).exit_code == 1
    assert provision(world).exit_code == 0
    assert len(world.zendesk.rules.records["macros"]) == len(Command)


def test_public_address_is_asked_for(world: World) -> None:
    refused = provision(world, PUBLIC_URL="")

    assert refused.exit_code == 2
    assert refused.output.strip() == "PUBLIC_URL: missing, expected where this bot is reachable"


def test_signing_secret_goes_to_a_file_and_nowhere_else(world: World, tmp_path: Path) -> None:
    path = tmp_path / "secret"

    first = provision(world, ZENDESK_WEBHOOK_SECRET="")
    told = provision(world, "--secret-to", str(path))

    [secret] = world.zendesk.rules.secrets.values()
    assert path.read_text().strip() == secret
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "is not the webhook's signing secret" in first.output
    assert secret not in first.output + told.output
    assert "not the webhook's" not in provision(world, ZENDESK_WEBHOOK_SECRET=secret).output


def test_jira_signs_with_the_secret_that_the_bot_knows(world: World) -> None:
    provision(world)

    [hook] = world.jira.hooks.values()
    assert hook["secret"] == world.tokens["jira-hook"]
    assert hook["url"] == f"{PUBLIC}/webhooks/jira"


def _timeless(found: Any) -> Any:
    for records in found[0].values():
        for record in records.values():
            record.pop("updated_at", None)
    for record in found[1].values():
        record.pop("created_at", None)
    return found
