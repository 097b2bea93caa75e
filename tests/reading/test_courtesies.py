"""Thanks and promises need no answer; whatever else a reply says needs one."""

from __future__ import annotations

import pytest

from bot.reading import reply
from bot.x509.details import Field

OFFERED = {Field.COMMON_NAME: "www.brand.com", Field.ORGANIZATION: "Brand Ltd"}


@pytest.mark.parametrize(
    "text",
    [
        "Thank you!",
        "Ok",
        "ok thanks, will do",
        "Thanks, we will send it next week.",
        "Noted, thanks. We'll get back to you by Friday.",
        "I'll ask my colleague.",
        "Great, thank you so much for the quick help!",
        "Ok, we will take care of it as soon as our admin is back from holiday.",
        "Hello,\n\nthank you, received.\n\nBest regards\nAda Brand\nBrand GmbH",
        "Danke, wir melden uns morgen.",
        "Merci beaucoup pour votre aide",
        "Thank you!\n\n> Common Name: www.brand.com\n> Organization: Brand Ltd",
    ],
)
def test_thanks_and_promises_are_courtesies(text: str) -> None:
    said = reply.read(text, OFFERED)

    assert said.courtesy
    assert not said.fields


@pytest.mark.parametrize(
    "text",
    [
        "We will cancel the contract.",
        "Please stop.",
        "We have changed our provider.",
        "Thanks, but the site is down",
        "Thanks. It does not work.",
        "We will send it but we need a wildcard",
        "We don't need it any more, thanks",
        "We ordered it yesterday, thanks",
        "Thank you. Which authority do you recommend?",
        "Thanks!\nOrganization: Nordlicht AG",
        "Danke, aber das Zertifikat ist falsch",
    ],
)
def test_what_says_more_is_none(text: str) -> None:
    assert not reply.read(text, OFFERED).courtesy
