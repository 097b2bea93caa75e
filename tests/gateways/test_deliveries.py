"""CSR and key go from the files of the request into the key store, in Jira of both flavours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot import codec
from bot.errors import NeedsHuman, TryLater
from bot.gateways.deliveries import Deliveries
from bot.ports import Delivered, File, IssueKind
from bot.storage.database import connect
from bot.storage.keys import KeyStore
from bot.storage.migrate import upgrade
from bot.storage.own_certificate import OwnCertificate
from bot.x509 import delivery, request
from tests.gateways.jira_place import FLAVOURS, Sides, change, sides
from tests.x509.delivered import DETAILS, written

KEY = request.draw(DETAILS.key)
CSR = request.sign(KEY, DETAILS).encode()
NAME = "the key of www (1) & 50%.key"


@dataclass
class Place:
    """A CSR request in Jira, and the bot's store."""

    both: Sides
    store: KeyStore
    issue: str

    def collect(self, number: int = 1) -> Delivered:
        own = OwnCertificate(self.store)
        gateway = Deliveries(self.both.tracker, self.store, own)
        return gateway.collect(35, number, self.issue, DETAILS)

    def attaches(self, name: str, data: bytes) -> str:
        return str(self.both.sandbox.person_attaches(self.issue, name, data))


@pytest.fixture(params=FLAVOURS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    upgrade(url)
    store = KeyStore(connect(url), [Fernet.generate_key().decode()], ())
    with sides(request.param) as both:
        issue = both.tracker.raise_issue(change(kind=IssueKind.CSR_REQUEST))
        yield Place(both, store, issue)
    connect(url).dispose()


def test_key_is_in_the_store_and_no_byte_of_it_in_the_answer(place: Place) -> None:
    csr, key = place.attaches("site.csr", CSR), place.attaches(NAME, written(KEY))

    found = place.collect()

    assert found.request is not None
    assert found.files == (csr, key)
    assert found.key_files == (key,)
    assert not found.csr_goes_too
    assert found.wrong == ()
    assert place.store.unsealed(35, found.request.spki) == written(KEY)
    told = codec.dumps(found)
    assert codec.loads(told) == found
    assert "PRIVATE" not in told


def test_same_is_found_again_with_and_without_its_files(place: Place) -> None:
    place.attaches("site.csr", CSR)
    key = place.attaches("site.key", written(KEY))
    first = place.collect()

    assert place.collect() == first
    place.both.tracker.remove(place.issue, key)
    again = place.collect()
    assert again.request == first.request
    assert again.key_files == ()


def test_file_is_deleted_once_and_a_deleted_one_is_no_fault(place: Place) -> None:
    key = place.attaches(NAME, written(KEY))

    place.both.tracker.remove(place.issue, key)
    place.both.tracker.remove(place.issue, key)

    assert place.both.tracker.files(place.issue) == ()
    assert place.both.fields(place.issue)["attachment"] == []


def test_forbidden_deletion_goes_to_a_person(place: Place) -> None:
    key = place.attaches(NAME, written(KEY))
    place.both.sandbox.may_delete_files = False

    with pytest.raises(NeedsHuman, match="may not delete attachments of ITOPS-1"):
        place.both.tracker.remove(place.issue, key)


def test_files_of_the_bot_are_not_read(place: Place) -> None:
    place.both.tracker.attach(place.issue, (File("site.pem", CSR + written(KEY)),))

    found = place.collect()

    assert found.files == ()
    assert found.wrong == ("The CSR is missing.", "The private key of the CSR is missing.")


def test_too_big_a_file_is_not_read(place: Place) -> None:
    place.attaches("huge.csr", b"x" * (delivery.LARGEST + 1))
    place.both.faults.calls.clear()

    assert place.collect().wrong[0].startswith("huge.csr is too big")
    assert not any("content" in c.path or "secure" in c.path for c in place.both.faults.calls)


def test_more_bytes_than_were_listed_are_not_read(place: Place) -> None:
    place.attaches("a.csr", b"x" * 500)
    [listed] = place.both.tracker.files(place.issue)

    assert place.both.tracker.fetch(listed, 499) is None
    assert place.both.tracker.fetch(listed, 500) == b"x" * 500


def test_file_that_is_gone_since_it_was_listed_is_looked_for_later(place: Place) -> None:
    place.attaches("a.csr", CSR)
    [listed] = place.both.tracker.files(place.issue)
    place.both.tracker.remove(place.issue, listed.id)

    with pytest.raises(TryLater):
        place.both.tracker.fetch(listed, 500)


def test_key_of_an_earlier_csr_is_refused(place: Place) -> None:
    place.attaches("site.pem", CSR + written(KEY))
    place.collect(1)

    found = place.collect(2)

    assert found.request is None
    assert "used for an earlier CSR" in found.wrong[0]


def test_only_the_newest_of_very_many_files_are_read(place: Place) -> None:
    for number in range(25):
        place.attaches(f"{number}.txt", b"x")
    place.attaches("site.pem", CSR + written(KEY))

    found = place.collect()

    assert len(found.files) == 20
    assert found.request is not None
    assert found.csr_goes_too
