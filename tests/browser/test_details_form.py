"""The form of details in a real browser, by keyboard alone, on a phone and on a desk."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from bot.case import At, Case
from bot.links import DetailsLinks
from bot.settings import Settings
from bot.web.app import create_app
from sandbox.faults import Faults
from sandbox.service import Service
from tests.web.door import ENVIRON, FakeInbox

EVIL = '"><script>document.title="owned"</script><b>Ltd'
CASE = Case(
    ticket=35,
    requester=7,
    requester_name="Ada",
    organization=70,
    at=At.DETAILS_WANTED,
    offered=(("common_name", "www.nordlicht-store.com"), ("organization", EVIL)),
)


class Served:
    """The bot's pages over real HTTP, with what was sent to the worker."""

    def __init__(self) -> None:
        self.inbox = FakeInbox()
        settings = Settings.from_environ({**ENVIRON, "PUBLIC_URL": "https://bot.example.com"})
        app = create_app(settings, self.inbox, lambda: None, find=lambda _: CASE)
        self.service = Service("pages", app, Faults())
        self.url = DetailsLinks([ENVIRON["KEY_STORE_KEYS"]], self.service.url).details(35)


@pytest.fixture
def served() -> Iterator[Served]:
    made = Served()
    yield made
    made.service.close()


def typed(page: Page, *values: str | None) -> None:
    """From field to field by the tabulator, and sent by Enter; None leaves a field as it is."""
    for value in values:
        page.keyboard.press("Tab")
        if value is not None:
            page.keyboard.press("ControlOrMeta+A")
            page.keyboard.type(value)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")


def test_form_is_filled_in_by_keyboard_alone(page: Page, served: Served) -> None:
    page.goto(served.url)

    typed(page, None, "Nordlicht GmbH", None, "Hamburg", "", "Germany", "P-256", "nordlicht.com")

    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    [(_, kind, payload)] = served.inbox.events.values()
    assert kind == "form"
    answers = payload["answers"]
    assert isinstance(answers, dict)
    assert answers["common_name"] == "www.nordlicht-store.com"
    assert answers["organization"] == "Nordlicht GmbH"
    assert answers["names"] == "nordlicht.com"


def test_faults_are_led_to_and_mended_by_keyboard(page: Page, served: Served) -> None:
    page.goto(served.url)
    typed(page, None, "Nordlicht GmbH", None, "Hamburg", "", "Narnia", "", "")

    country = page.get_by_label("Country")
    expect(page.get_by_role("alert")).to_contain_text("no country that we know")
    expect(country).to_have_attribute("aria-invalid", "true")
    expect(country).to_have_accessible_description(
        "Its English name or two-letter code Country: “Narnia” is no country that we know; please "
        "write its English name or its two-letter code, such as DE."
    )
    page.keyboard.press("Tab")
    expect(page.get_by_role("link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(country).to_be_focused()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("Germany")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()


def test_every_field_has_its_label_and_the_page_fits(page: Page, served: Served) -> None:
    page.goto(served.url)

    for label in ("Common Name", "Organization", "Locality", "State", "Country", "Number of bits"):
        expect(page.get_by_label(label, exact=True)).to_be_visible()
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) == 0


def test_attackers_text_is_text(page: Page, served: Served) -> None:
    page.goto(served.url)

    expect(page).to_have_title("Details of your certificate")
    expect(page.get_by_label("Organization", exact=True)).to_have_value(EVIL)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(page: Page, served: Served, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(served.url)
    typed(page, None, "", None, "", "", "", "", "")
    expect(page.get_by_role("alert")).to_be_visible()
    page.wait_for_load_state()  # before the style sheet is there, the colours are the browser's

    colours = page.evaluate(
        """() => [...document.querySelectorAll('h1, label, .fault, button')].map(e => {
            let ground = e;
            while (getComputedStyle(ground).backgroundColor === 'rgba(0, 0, 0, 0)'
                   && ground.parentElement) ground = ground.parentElement;
            return [getComputedStyle(e).color, getComputedStyle(ground).backgroundColor];
        })"""
    )
    assert len(colours) > 8
    default = "rgb(255, 255, 255)" if scheme == "light" else "rgb(18, 18, 18)"
    for text, ground in colours:
        shown = default if ground == "rgba(0, 0, 0, 0)" else ground
        assert contrast(text, shown) >= 4.5, (text, shown)


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, 1.4.3."""
    lights = sorted((luminance(one), luminance(other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def luminance(colour: str) -> float:
    numbers = [float(n) / 255 for n in colour[colour.index("(") + 1 : -1].split(",")[:3]]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in numbers]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
