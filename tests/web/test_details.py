"""The form's page says field by field what is wrong, and hands the rest to the worker."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from bot.case import At, Case
from bot.errors import TryLater
from bot.links import DetailsLinks
from bot.settings import Settings
from bot.web.app import create_app
from bot.x509.details import Field
from tests.web.door import ENVIRON, FakeInbox

PUBLIC = "https://bot.example.com"
CASE = Case(
    ticket=35,
    requester=7,
    requester_name="Ada",
    organization=70,
    at=At.DETAILS_WANTED,
    offered=(("common_name", "www.nordlicht-store.com"), ("country", "<b>DE</b>")),
)
GOOD = {
    "common_name": "www.nordlicht-store.com",
    "organization": "Nordlicht Handels GmbH",
    "locality": "Hamburg",
    "country": "Germany",
    "names": "nordlicht-store.com",
}


class Page:
    """The page of one ticket."""

    def __init__(self, case: Case | None = CASE, fault: Exception | None = None) -> None:
        self.inbox = FakeInbox(fault)
        settings = Settings.from_environ({**ENVIRON, "PUBLIC_URL": PUBLIC})
        app = create_app(
            settings, self.inbox, lambda: None, find=lambda n: case if n == 35 else None
        )
        self.client: FlaskClient = app.test_client()
        self.links = DetailsLinks([ENVIRON["KEY_STORE_KEYS"]], PUBLIC)
        self.path = self.links.details(35).removeprefix(PUBLIC)


def test_form_stands_filled_with_what_is_known() -> None:
    page = Page()

    answer = page.client.get(page.path)

    assert answer.status_code == 200
    assert 'value="www.nordlicht-store.com"' in answer.text
    assert "&lt;b&gt;DE&lt;/b&gt;" in answer.text
    assert "<b>DE" not in answer.text
    assert page.inbox.events == {}


def test_good_details_go_to_the_worker() -> None:
    page = Page()

    answer = page.client.post(page.path, data=GOOD)

    assert answer.status_code == 200
    assert "Thank you" in answer.text
    [(ticket, kind, payload)] = page.inbox.events.values()
    assert (ticket, kind) == (35, "form")
    assert payload["answers"] == {field.value: GOOD.get(field, "") for field in Field}


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("country", "Narnia", "no country that we know"),
        ("organization", "", "Organization is missing"),
        ("locality", "", "Locality or State is missing"),
        ("common_name", "intranet", "not a public"),
        ("names", "*.com", "*.com"),
        ("bits", "1024", "1024"),
        ("organization", "Nordlicht " * 7, "69 characters"),
    ],
)
def test_each_fault_is_said_at_its_field(field: str, value: str, told: str) -> None:
    page = Page()

    answer = page.client.post(page.path, data={**GOOD, field: value})

    assert answer.status_code == 422
    place = answer.text.index(f'id="{field}-fault"')
    assert told in answer.text[place : place + 400]
    assert answer.text.count('aria-invalid="true"') == 1
    assert page.inbox.events == {}


def test_all_faults_are_said_at_once_and_nothing_typed_is_lost() -> None:
    page = Page()

    answer = page.client.post(page.path, data={**GOOD, "country": "Narnia", "bits": "7"})

    assert answer.text.count('aria-invalid="true"') == 2
    assert 'value="Nordlicht Handels GmbH"' in answer.text


@pytest.mark.parametrize("at", [At.CERTIFICATE_WANTED, At.DONE, At.STOPPED])
def test_page_of_a_case_that_has_moved_on_takes_nothing(at: At) -> None:
    page = Page(replace(CASE, at=at))

    assert "nothing to fill in" in page.client.get(page.path).text
    assert page.client.post(page.path, data=GOOD).status_code == 409
    assert page.inbox.events == {}


@pytest.mark.parametrize("token", ["x", "x.y.z", "../keys/0"])
def test_forged_link_leads_nowhere(token: str) -> None:
    page = Page()

    assert page.client.get(f"/details/{token}").status_code == 404
    assert page.client.post(f"/details/{token}", data=GOOD).status_code in (404, 405)


def test_details_that_cannot_be_stored_are_not_thanked_for() -> None:
    page = Page(fault=TryLater("no database"))

    answer = page.client.post(page.path, data=GOOD)

    assert answer.status_code == 503
    assert "try again" in answer.text


def test_page_runs_no_script_and_is_not_kept() -> None:
    page = Page()
    answer = page.client.get(page.path)

    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "<script" not in answer.text
