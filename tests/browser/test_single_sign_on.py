"""Single sign-on in a real browser, by keyboard: the provider is another site, as in life."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.gateways.openid import OpenIdProvider
from bot.settings import Settings
from bot.storage.collecting import Collection
from bot.storage.database import private
from bot.storage.keys import KeyStore
from bot.storage.schema import METADATA
from bot.web.app import create_app
from bot.web.dashboard.books import Books
from sandbox.faults import Faults
from sandbox.service import Service
from tests.web.door import ENVIRON, FakeInbox
from tests.web.provider import FakeProvider
from tests.web.test_oidc import environ


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    made = FakeProvider()
    yield made
    made.close()


@pytest.fixture
def home(tmp_path: Path, provider: FakeProvider) -> Iterator[str]:
    """The bot's address: by a name, so that the provider's number is another site."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://localhost:{port}"
    engine = private(f"sqlite:///{tmp_path / 'bot.db'}")
    METADATA.create_all(engine)
    settings = Settings.from_environ(environ(provider, PUBLIC_URL=url))
    keys = Collection(engine, KeyStore(engine, [ENVIRON["KEY_STORE_KEYS"]], ()))
    single, books = OpenIdProvider(settings), Books.of(engine, FakeInbox())
    app = create_app(settings, FakeInbox(), lambda: None, keys, provider=single, books=books)
    service = Service("pages", app, Faults(), port)
    yield url
    service.close()
    engine.dispose()


def logged_in(page: Page, address: str) -> None:
    """By keyboard alone, from a page that asks who is there."""
    page.goto(address)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Log in with single sign-on")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_title("Acme single sign-on")
    page.keyboard.type("olga")
    page.keyboard.press("Enter")


def test_person_logs_in_and_out_by_keyboard(page: Page, home: str, provider: FakeProvider) -> None:
    blocked: list[str] = []
    page.on("console", lambda line: blocked.append(line.text) if "Policy" in line.text else None)

    logged_in(page, f"{home}/?stage=new")

    # The strict session goes along: the page leads on, where a redirect would ask again.
    expect(page).to_have_url(f"{home}/?stage=new")
    out = page.get_by_role("button", name="Log out")
    out.focus()
    page.keyboard.press("Enter")

    expect(page).to_have_url(f"{home}/login")
    assert "/end" in provider.asked, "and the provider's own session has ended"
    page.goto(home)
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")
    assert blocked == [], "the pages' own policy allows the whole way"


def test_link_of_another_site_asks_nobody_twice(
    page: Page, home: str, provider: FakeProvider
) -> None:
    logged_in(page, home)
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
    page.goto(f"{provider.issuer}/authorize")

    page.evaluate("there => { location.href = there }", f"{home}/?stage=new")

    expect(page).to_have_url(f"{home}/?stage=new")
    expect(page.get_by_role("button", name="Log out")).to_be_visible()


def test_stranger_is_told_and_the_page_fits(page: Page, home: str, provider: FakeProvider) -> None:
    provider.person |= {"groups": ["x" * 300], "name": "<script>alert(1)</script>" + "x" * 60}

    logged_in(page, home)

    expect(page.get_by_role("heading", level=1)).to_have_text("You have no role here")
    assert page.evaluate("document.scripts.length") == 0
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) == 0
