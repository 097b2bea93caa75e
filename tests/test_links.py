"""A link to the form is good for one ticket, for a while, and cannot be made by others."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet

from bot.links import DetailsLinks

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
URL = "https://bot.example.com/"


def token(links: DetailsLinks, ticket: int = 35) -> str:
    return links.details(ticket).removeprefix("https://bot.example.com/details/")


def test_link_leads_to_its_ticket() -> None:
    links = DetailsLinks([NEW], URL)

    assert links.ticket(token(links)) == 35


def test_link_made_before_a_key_was_rotated_is_still_good() -> None:
    assert DetailsLinks([NEW, OLD], URL).ticket(token(DetailsLinks([OLD], URL))) == 35


def test_link_signed_with_a_key_that_is_gone_is_not() -> None:
    assert DetailsLinks([NEW], URL).ticket(token(DetailsLinks([OLD], URL))) is None


def test_link_runs_out() -> None:
    links = DetailsLinks([NEW], URL)

    assert links.ticket(token(links), lifetime=-1) is None


@pytest.mark.parametrize(
    "change", [lambda t: t[:-1], lambda t: "A" + t, lambda t: "", lambda t: "x.y.z"]
)
def test_changed_link_leads_nowhere(change) -> None:
    links = DetailsLinks([NEW], URL)

    assert links.ticket(change(token(links))) is None


def test_without_a_public_address_there_is_no_link() -> None:
    assert DetailsLinks([NEW], "").details(35) == ""
