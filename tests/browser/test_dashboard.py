"""The dashboard in a real browser: by keyboard, on phones and desks, in both schemes, by axe."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy import Engine
from werkzeug.serving import make_server

from bot.storage.database import private
from sandbox.ca import Authority
from tests.web.door import FakeInbox
from tests.web.filled import EVIL, PASSWORD, application, dead_letters, filled

WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SEEN = """() => {
  const one = document.activeElement, [box] = one.getClientRects();
  const at = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return one === document.body || one.contains(at) ? "" : one.outerHTML;
}"""
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGES = (
    *("/", "/cases", "/cases?stage=with_agent", "/cases?q=nowhere", "/cases/35", "/cases/36"),
    *("/cases/36/accept", "/sites", "/calendar", "/dead-letters", "/dead-letters/replay?id=hint:1"),
    *("/audit", "/audit?since=x", "/findings"),
)


@pytest.fixture
def inbox() -> FakeInbox:
    found = FakeInbox()
    found.letters = dead_letters()
    return found


@pytest.fixture
def engine(tmp_path: Path, authority: Authority) -> Iterator[Engine]:
    made = private(f"sqlite:///{tmp_path / 'bot.db'}")
    filled(made, authority)
    yield made
    made.dispose()


@pytest.fixture
def address(engine: Engine, inbox: FakeInbox) -> Iterator[str]:
    """The bot's pages, served."""
    server = make_server("127.0.0.1", 0, application(engine, inbox), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()


def log_in(page: Page, address: str) -> None:
    """Without a mouse."""
    page.goto(address)
    page.get_by_label("Your name").focus()
    page.keyboard.type("Olga Operator")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_and_is_accessible(page: Page, address: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    spoke, wrong = list[str](), list[str]()
    page.on("dialog", lambda dialog: spoke.append(dialog.message))
    page.on("console", lambda said: spoke.append(said.text) if said.type == "error" else None)
    log_in(page, address)
    spoke.clear()  # of the log-in page, which has no icon

    for path in PAGES:
        page.goto(f"{address}{path}")
        if page.evaluate(WIDE) > 0:
            wrong.append(f"{path} is wider than the screen")
        found = Axe().run(page, options={"runOnly": STANDARDS})
        wrong += [
            f"{path}: {v['id']} {v['nodes'][0]['html']}" for v in found.response["violations"]
        ]

    assert not wrong, "\n".join(wrong)
    assert page.evaluate("document.scripts.length") == 0
    assert [line for line in spoke if "400" not in line] == []


def test_case_is_found_by_keyboard_and_stopped_after_a_question(
    page: Page, address: str, inbox: FakeInbox
) -> None:
    log_in(page, address)
    page.get_by_role("searchbox").focus()
    page.keyboard.type("#35")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("www.müller.example.com")
    expect(page.locator("[aria-current=step]")).to_contain_text("The site is verified")
    expect(page.get_by_text(EVIL).first).to_be_visible()

    page.get_by_role("link", name="Stop the bot, I take over").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Stop the bot, I take over?")
    assert not inbox.events, "asked, and not done yet"
    page.get_by_role("button", name="Stop the bot, I take over").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_contain_text("Asked for")
    [(ticket, kind, _)] = inbox.events.values()
    assert (ticket, kind) == (35, "order")


def test_dead_letter_is_replayed_by_clicks(page: Page, address: str, inbox: FakeInbox) -> None:
    log_in(page, address)
    page.goto(f"{address}/dead-letters")
    page.get_by_role("link", name="Replay").first.click()
    page.get_by_role("button", name="Replay").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Dead letters")
    assert len(inbox.letters) == 1


def test_sites_are_sorted_and_filtered_by_clicks(page: Page, address: str) -> None:
    log_in(page, address)
    page.goto(f"{address}/sites")
    page.get_by_label("Host or brand").fill("shop1")
    page.get_by_role("button", name="Show").click()
    narrow = page.viewport_size is not None and page.viewport_size["width"] < 800
    expect(page.get_by_role("row")).to_have_count(10 if narrow else 11)
    if narrow:
        page.get_by_label("Order").select_option("Site, descending")
        page.get_by_role("button", name="Show").click()
        expect(page.get_by_role("row").first).to_contain_text("www.shop19.example.com")
    else:
        page.get_by_role("link", name="Site", exact=True).click()
        page.get_by_role("link", name="Site", exact=False).first.wait_for()
        expect(page.get_by_role("row").nth(1)).to_contain_text("www.shop10.example.com")


@pytest.mark.parametrize("path", ["/sites", "/cases", "/audit", "/findings", "/"])
def test_keyboard_never_stands_on_what_is_not_to_be_seen(
    page: Page, address: str, path: str
) -> None:
    log_in(page, address)
    page.goto(f"{address}{path}")

    hidden = list[str]()
    for _ in range(60):
        page.keyboard.press("Tab")
        found = page.evaluate(SEEN)
        if found:
            hidden.append(found)

    assert not hidden
