"""What a brand writes is text in Jira, whatever it looks like."""

from __future__ import annotations

import pytest

from bot.policy import Policy
from bot.wording import jira
from bot.x509.details import Details

HOSTILE = [
    "{code}rm -rf{code}",
    "[click|http://evil.example]",
    "!http://evil.example/x.png!",
    "|| new | column |",
    "{color:red}x{color}",
    "h1. shout\nbq. and more",
    "[~admin] ^sup^ ~sub~ ??cite?? +ins+ -del- *bold* _it_",
]


@pytest.mark.parametrize("said", HOSTILE)
def test_markup_of_a_brand_is_text_in_jira(said: str) -> None:
    details = Details("www.x.com", ("www.x.com",), organization=said, country="DE")

    [row] = [r for r in jira.csr_details(details, Policy()).split("\n|| ") if "Organization" in r]

    value = row.removeprefix("Organization | ").removesuffix(" |")
    bare = value.replace("\\\\", "")
    for mark in "{}[]|!^~+_?":
        assert bare.count(mark) == bare.count(f"\\{mark}"), (mark, value)
    assert "\n" not in value
