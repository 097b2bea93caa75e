"""Step 4 by hand: CSR and key are collected, and asked for until they are right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import partial

import pytest

from bot.case import At, Case
from bot.events import Command
from bot.policy import Policy
from bot.ports import File
from bot.x509 import request
from tests.conftest import the_case
from tests.fakes import FakeTracker, FakeWorld
from tests.handlers.play import FORM, HOST, SUBJECT
from tests.x509.delivered import DETAILS, written

ISSUE = "ITOPS-1"
KEY = request.draw(DETAILS.key)
CSR = request.sign(KEY, DETAILS).encode()


@pytest.fixture
def ordered(world: FakeWorld) -> FakeWorld:
    """ITOps were asked for the CSR."""
    world.policy = Policy(csr_source="itops")
    world.helpdesk.opens(SUBJECT, FORM)
    world.look()
    return world


def looked(world: FakeWorld) -> Case:
    world.look()
    return the_case(world)


def asked(world: FakeWorld) -> list[str]:
    """The comments on the request behind the first one, which has the details."""
    return [text for key, text in world.tracker.comments if key == ISSUE][1:]


def test_request_says_how_to_deliver(ordered: FakeWorld) -> None:
    [first] = [text for _, text in ordered.tracker.comments]

    assert "openssl cms -encrypt -binary -aes256" in first
    assert "python -m bot keys certificate" in first


def test_csr_and_key_move_the_case_on(ordered: FakeWorld) -> None:
    ordered.deliveries.attaches("site.csr", CSR)
    key = ordered.deliveries.attaches("site.key", written(KEY))

    case = looked(ordered)

    assert case.at is At.CERTIFICATE_WANTED
    assert case.csr is not None
    assert case.csr.pem.encode() == CSR
    assert case.csr.spki in ordered.keys.private
    assert ordered.tracker.removed == [key]
    assert ordered.tracker.states[ISSUE].done
    [said] = asked(ordered)
    assert "history of the issue, mails and backups may keep a copy" in said


@pytest.mark.parametrize("key_first", [True, False])
def test_what_is_missing_is_asked_for_once_for_each_set_of_files(
    ordered: FakeWorld, *, key_first: bool
) -> None:
    files = [("site.csr", CSR), ("site.key", written(KEY))]
    first, second = reversed(files) if key_first else files
    said_to_brand = len(ordered.helpdesk.said())
    ordered.deliveries.attaches(*first)

    for _ in range(3):
        assert looked(ordered).at is At.CSR_ORDERED
    [wanted] = asked(ordered)
    assert ("The CSR is missing." if key_first else "private key of the CSR is missing") in wanted
    ordered.deliveries.attaches("shot.png", b"\x89PNG")
    looked(ordered)
    looked(ordered)
    assert len(ordered.helpdesk.said()) == said_to_brand
    assert the_case(ordered).answered == ("900", "901")

    ordered.deliveries.attaches(*second)
    assert looked(ordered).at is At.CERTIFICATE_WANTED
    assert the_case(ordered).answered == ()


def test_nothing_is_said_while_nothing_is_attached(ordered: FakeWorld) -> None:
    assert looked(ordered).at is At.CSR_ORDERED
    assert asked(ordered) == []


def test_csr_in_the_file_of_the_key_stays_on_the_request(ordered: FakeWorld) -> None:
    both = ordered.deliveries.attaches("both.pem", written(KEY) + CSR)

    looked(ordered)

    assert ordered.tracker.removed == [both]
    assert ordered.tracker.files[ISSUE] == {f"{HOST}.csr": CSR}


@pytest.mark.parametrize(("status", "resolution"), [("Declined", ""), ("Done", "Won't Do")])
def test_declined_request_goes_to_an_agent(
    ordered: FakeWorld, status: str, resolution: str
) -> None:
    ordered.tracker.resolve(ISSUE, status, resolution)

    assert looked(ordered).at is At.WITH_AGENT
    assert "declined" in ordered.helpdesk.said(public=False)[-1]


def test_request_closed_without_a_csr_goes_to_an_agent_and_comes_back(ordered: FakeWorld) -> None:
    ordered.tracker.resolve(ISSUE)
    assert looked(ordered).at is At.WITH_AGENT
    assert "The CSR is missing." in ordered.helpdesk.said(public=False)[-1]

    ordered.deliveries.attaches("site.pem", CSR + written(KEY))
    ordered.helpdesk.tags(Command.RESUME.value)

    assert looked(ordered).at is At.CERTIFICATE_WANTED


def test_deleted_request_goes_to_an_agent(ordered: FakeWorld) -> None:
    del ordered.tracker.states[ISSUE]

    assert looked(ordered).at is At.WITH_AGENT
    assert "gone from Jira" in ordered.helpdesk.said(public=False)[-1]


def test_request_closed_with_csr_and_key_is_taken(ordered: FakeWorld) -> None:
    ordered.deliveries.attaches("site.pem", CSR + written(KEY))
    ordered.tracker.resolve(ISSUE)

    assert looked(ordered).at is At.CERTIFICATE_WANTED


def test_key_that_cannot_be_deleted_goes_to_an_agent_who_deletes_it(ordered: FakeWorld) -> None:
    ordered.deliveries.attaches("site.csr", CSR)
    key = ordered.deliveries.attaches("site.key", written(KEY))
    ordered.tracker.may_remove = False
    assert looked(ordered).at is At.WITH_AGENT

    ordered.tracker.removed.append(key)
    ordered.helpdesk.tags(Command.RESUME.value)

    assert looked(ordered).at is At.CERTIFICATE_WANTED


def test_case_that_was_not_saved_collects_the_same_again(ordered: FakeWorld) -> None:
    before = the_case(ordered)
    ordered.deliveries.attaches("site.csr", CSR)
    ordered.deliveries.attaches("site.key", written(KEY))
    taken = looked(ordered)

    ordered.cases.kept[before.ticket] = before
    again = looked(ordered)

    assert again.requests == taken.requests
    assert len(ordered.tracker.removed) == 1


@dataclass
class PowerCut(FakeTracker):
    """Breaks off at one verb, once: before it has its effect, or right behind it."""

    verb: str = ""
    late: bool = False

    def attach(self, key: str, files: tuple[File, ...]) -> None:
        self._breaks_off("attach", partial(super().attach, key, files))

    def remove(self, key: str, file: str) -> None:
        self._breaks_off("remove", partial(super().remove, key, file))

    def comment(self, key: str, text: str) -> None:
        self._breaks_off("comment", partial(super().comment, key, text))

    def close(self, key: str) -> None:
        self._breaks_off("close", partial(super().close, key))

    def _breaks_off(self, verb: str, write: Callable[[], None]) -> None:
        cut, self.verb = verb == self.verb, "" if verb == self.verb else self.verb
        if not cut or self.late:
            write()
        if cut:
            raise ConnectionError("the power is gone")


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("verb", ["attach", "remove", "comment", "close"])
def test_everything_is_there_once_after_a_crash_at_any_write(
    ordered: FakeWorld, verb: str, *, late: bool
) -> None:
    both = ordered.deliveries.attaches("both.pem", written(KEY) + CSR)
    before = ordered.tracker
    ordered.tracker = PowerCut(**{f.name: getattr(before, f.name) for f in fields(before)})
    ordered.deliveries.tracker = ordered.tracker
    ordered.tracker.verb, ordered.tracker.late = verb, late

    with pytest.raises(ConnectionError):
        ordered.look()
    assert the_case(ordered).at is At.CSR_ORDERED
    assert list(ordered.keys.private) == [request.spki(KEY.public_key())]
    case = looked(ordered)

    assert case.at is At.CERTIFICATE_WANTED
    assert len(case.requests) == 1
    assert ordered.tracker.removed == [both]
    assert ordered.tracker.files[ISSUE] == {f"{HOST}.csr": CSR}
    assert ordered.tracker.states[ISSUE].done
    assert len(asked(ordered)) == 1


def test_key_of_an_earlier_csr_is_refused(ordered: FakeWorld) -> None:
    ordered.deliveries.attaches("site.pem", CSR + written(KEY))
    case = looked(ordered)
    ordered.deliveries.given.clear()
    ordered.cases.kept[case.ticket] = replace(case, at=At.DETAILS_KNOWN)
    looked(ordered)

    ordered.deliveries.attaches("again.csr", CSR)
    ordered.tracker.removed.clear()
    ordered.deliveries.attaches("again.key", written(KEY))
    after = looked(ordered)

    assert after.at is At.CSR_ORDERED
    assert "used for an earlier CSR" in ordered.tracker.comments[-1][1]
