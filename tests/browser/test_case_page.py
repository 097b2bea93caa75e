"""The page of a case in a real browser: found by keyboard, readable at both widths and schemes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from werkzeug.security import generate_password_hash
from werkzeug.serving import make_server

from bot.settings import Settings
from bot.storage.audit import AuditTrail
from bot.storage.cases import CaseStore
from bot.storage.collecting import Collection
from bot.storage.database import private
from bot.storage.keys import KeyStore
from bot.storage.schema import METADATA
from bot.web.app import create_app
from tests.web.door import ENVIRON, FakeInbox
from tests.web.test_cases import CASE, EVIL
from tests.web.test_collect import PASSWORD


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """The bot's pages with one case whose texts are an attacker's."""
    engine = private(f"sqlite:///{tmp_path / 'bot.db'}")
    METADATA.create_all(engine)
    hashed = generate_password_hash(PASSWORD, method="pbkdf2:sha256:1000")
    settings = Settings.from_environ({**ENVIRON, "DASHBOARD_PASSWORD_HASH": hashed})
    store, trail = CaseStore(engine), AuditTrail(engine)
    store.save(replace(CASE, doubtful=("x" * 300,)))
    for what in ("case opened", "stage changed", "helpdesk.update"):
        trail.note(35, f"Zendesk user 7 ({EVIL})", what, before="new", after="details_wanted")
    keys = Collection(engine, KeyStore(engine, [ENVIRON["KEY_STORE_KEYS"]], ()))
    app = create_app(settings, FakeInbox(), lambda: None, keys, store.find, record=trail.of)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    engine.dispose()


def found_by_keyboard(page: Page, address: str) -> None:
    """Log in and look a case up without a mouse."""
    page.goto(address)
    page.get_by_label("Your name").focus()
    page.keyboard.type("Olga Operator")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_label("Number of the ticket").focus()
    page.keyboard.type("35")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("www.müller.example.com")


def test_case_is_found_by_keyboard_and_fits_the_page(page: Page, address: str) -> None:
    found_by_keyboard(page, address)

    expect(page.get_by_role("heading", name="Who did what")).to_be_visible()
    expect(page.locator("[aria-current=step]")).to_contain_text("The site is verified")
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) == 0


def test_attackers_texts_are_texts(page: Page, address: str) -> None:
    spoke: list[str] = []
    page.on("dialog", lambda dialog: spoke.append(dialog.message))

    found_by_keyboard(page, address)

    expect(page.get_by_text(EVIL).first).to_be_visible()
    assert page.evaluate("document.scripts.length") == 0
    assert spoke == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_is_readable_in_both_schemes(page: Page, address: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    found_by_keyboard(page, address)

    ratios = page.evaluate(CONTRAST)
    assert ratios
    assert min(ratios) >= 4.5, "WCAG 2.2, 1.4.3"


CONTRAST = """() => {
  const channel = c => (c /= 255) <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4;
  const light = rgb => rgb.match(/\\d+(\\.\\d+)?/g).slice(0, 3)
    .map((c, i) => channel(+c) * [.2126, .7152, .0722][i]).reduce((a, b) => a + b);
  const ground = e => {
    for (; e; e = e.parentElement) {
      const colour = getComputedStyle(e).backgroundColor;
      if (colour !== 'rgba(0, 0, 0, 0)') return colour;
    }
    const dark = matchMedia('(prefers-color-scheme: dark)').matches;
    return dark ? 'rgb(18, 18, 18)' : 'rgb(255, 255, 255)';
  };
  return [...document.querySelectorAll('h1, h2, a, dt, dd, li, button')].map(e => {
    const pair = [light(getComputedStyle(e).color), light(ground(e))].sort((a, b) => b - a);
    return (pair[0] + .05) / (pair[1] + .05);
  });
}"""
