"""`python -m bot check`: green against a sandbox in order, and each planted fault is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import text

from bot import checkup, preparing, wiring
from bot.settings import Settings
from bot.storage.database import connect
from bot.storage.keys import KeyStore
from bot.x509.details import Details, KeyKind
from sandbox.ca import Authority
from sandbox.faults import Fault, Kind
from sandbox.world import World, member
from tests.web.provider import FakeProvider


@pytest.fixture(scope="module")
def shared_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World.start(tmp_path_factory.mktemp("world"))
    yield world
    world.close()


@pytest.fixture
def world(shared_world: World, tmp_path: Path) -> Iterator[World]:
    """The world in order, before and after each test."""
    shared_world.folder = tmp_path
    yield shared_world
    shared_world.faults.clear()
    shared_world.zendesk.has_hold = True
    shared_world.zendesk.allows(700)
    jira = shared_world.jira
    jira.may_create = jira.may_attach = jira.may_set_security = True


@pytest.fixture
def environment(world: World, tmp_path: Path) -> dict[str, str]:
    return {**world.environment(), "DATABASE_URL": f"sqlite:///{tmp_path / 'bot.db'}"}


def told(environment: dict[str, str], *, migrated: bool = True) -> list[str]:
    settings = Settings.from_environ(environment)
    if migrated:
        preparing.migrate(settings)
    return [str(line) for line in checkup.lines(settings)]


def test_everything_in_order_is_nothing_to_tell(environment: dict[str, str]) -> None:
    assert told(environment) == []


Plant = Callable[[World, dict[str, str]], None]


def _jira(**switches: bool) -> Plant:
    def plant(world: World, _: dict[str, str]) -> None:
        for name, value in switches.items():
            setattr(world.jira, name, value)

    return plant


def _setting(name: str, value: str) -> Plant:
    return lambda _, environment: environment.update({name: value})


@pytest.mark.parametrize(
    ("plant", "named"),
    [
        (_setting("ZENDESK_TOKEN", "wrong"), "fault: Zendesk: Zendesk refuses users/me.json: 401"),
        (_setting("ZENDESK_URL", "http://127.0.0.1:1"), "fault: Zendesk: Zendesk does not answer"),
        (_setting("JIRA_TOKEN", "wrong"), "fault: Jira: "),
        (_setting("JIRA_URL", "http://127.0.0.1:1"), "fault: Jira: "),
        (_setting("JIRA_CHANGE_PROJECT", "NOPE"), "NOPE"),
        (_setting("JIRA_CHANGE_ISSUE_TYPE", "Wish"), "Wish"),
        (_setting("JIRA_SECURITY_LEVEL", "Nobody"), "Nobody"),
        (_jira(may_create=False), "fault: Jira: The bot may not create issues"),
        (_jira(may_attach=False), "fault: Jira: The bot may not attach files"),
        (lambda world, _: setattr(world.zendesk, "has_hold", False), "note: Zendesk: the account"),
    ],
)
def test_planted_fault_is_named(
    world: World, environment: dict[str, str], plant: Plant, named: str
) -> None:
    plant(world, environment)

    found = told(environment)

    assert found
    assert all(named in line for line in found), found


def test_small_plan_is_noted(world: World, environment: dict[str, str]) -> None:
    world.zendesk.allows(100)

    assert told(environment) == [
        "note: Zendesk: the plan allows 100 requests a minute; renewals will wait for each other"
    ]


def test_bot_that_cannot_be_reached_and_what_is_not_set_up_are_noted(
    environment: dict[str, str],
) -> None:
    environment["PUBLIC_URL"] = "http://127.0.0.1:1"

    found = told(environment)

    assert found == [
        "note: this bot: http://127.0.0.1:1/healthz does not answer (ConnectionError); "
        "webhooks and links need it",
        "note: Zendesk: 17 things are not as the bot needs them; "
        "python -m bot provision --dry-run shows them",
        "note: Jira: 1 things are not as the bot needs them; "
        "python -m bot provision --dry-run shows them",
    ]


def test_database_without_tables_is_named(environment: dict[str, str]) -> None:
    assert told(environment, migrated=False) == [
        "fault: database: the schema is not the one of this version; "
        "python -m bot migrate brings it up to date"
    ]


def test_keys_that_do_not_open_are_counted(environment: dict[str, str]) -> None:
    preparing.migrate(Settings.from_environ(environment))
    store = KeyStore(connect(environment["DATABASE_URL"]), [Fernet.generate_key().decode()], ())
    store.new_request(35, 1, Details("www.x.com", ("www.x.com",), key=KeyKind.P256))

    assert told(environment) == [
        "fault: key store: KEY_STORE_KEYS do not open 1 of the sealed private keys"
    ]


def test_single_recipient_is_noted(world: World, environment: dict[str, str]) -> None:
    Path(environment["KEY_RECIPIENTS"]).write_bytes(world.team[0][0])

    assert told(environment) == ["note: recipients: only one person can open handed-over keys"]


@pytest.mark.parametrize(
    ("ends_in", "line"), [(timedelta(days=-1), "fault: recipients"), (timedelta(days=9), "note")]
)
def test_recipients_own_certificates_are_watched(
    world: World, environment: dict[str, str], ends_in: timedelta, line: str
) -> None:
    old, _ = member("Old Timer", until=datetime.now(UTC) + ends_in)
    Path(environment["KEY_RECIPIENTS"]).write_bytes(old + world.team[0][0])

    [found] = told(environment)

    assert found.startswith(line)
    assert "Old Timer" in found


def test_weak_recipient_is_noted(world: World, environment: dict[str, str]) -> None:
    weak, _ = member("Weak Walter", bits=2048)
    Path(environment["KEY_RECIPIENTS"]).write_bytes(weak + world.team[0][0])

    assert told(environment) == [
        "note: recipients: the key of Weak Walter has fewer than 3072 bits"
    ]


def test_recipient_who_could_open_nothing_is_refused(environment: dict[str, str]) -> None:
    _, weak = Authority().issue(["www.x.com"])
    Path(environment["KEY_RECIPIENTS"]).write_text(weak)

    assert any("RSA of 2048 bits or more is needed" in line for line in told(environment))


def test_collected_keys_need_a_log_in_and_an_address(environment: dict[str, str]) -> None:
    environment["KEY_HANDOVER"] = "pull"

    assert told(environment) == [
        "fault: recipients: KEY_HANDOVER=pull needs PUBLIC_URL and a log-in: OIDC_… or a password"
    ]


def test_single_sign_on_that_does_not_answer_is_a_fault(environment: dict[str, str]) -> None:
    provider = FakeProvider()
    environment |= {"PUBLIC_URL": provider.issuer, **provider.settings}

    assert not [line for line in told(environment) if "single sign-on" in line]
    provider.close()

    [found] = [line for line in told(environment) if "single sign-on" in line]
    assert found.startswith("fault: single sign-on: single sign-on does not answer")


def test_overloaded_side_is_said_and_the_rest_is_looked_at(
    world: World, environment: dict[str, str]
) -> None:
    world.faults.plan(Fault(Kind.STATUS, status=429), service="zendesk", times=9)

    [found] = told(environment)

    assert found == "fault: Zendesk: Zendesk answers 429 to users/me.json"


def test_dead_letters_are_noted(environment: dict[str, str]) -> None:
    preparing.migrate(Settings.from_environ(environment))
    settings = Settings.from_environ(environment)
    wiring.inbox(settings).put("one", 35, "look", {"ticket": 35})
    with connect(environment["DATABASE_URL"]).begin() as connection:
        connection.execute(text("UPDATE workflow_status SET status = 'ERROR'"))

    assert told(environment) == [
        "note: database: 1 events failed for good; python -m bot replay lists them"
    ]
