"""How a letter is found again on its ticket when the answer to its write was lost."""

from __future__ import annotations

from typing import Any

import pytest

from bot.gateways.zendesk_reading import stands
from bot.wording.letter import Bullets, Form, Letter, Paragraph

ME, BRAND = 1, 2
LETTER = Letter((Paragraph("1 < 2 & 3"), Bullets(("one", "two")), Form((("Country", "DE"),))))


def said(author: int, body: str, **more: object) -> dict[str, Any]:
    return {"id": 1, "author_id": author, "body": body, **more}


@pytest.mark.parametrize(
    "body", [LETTER.plain(), LETTER.html(), " 1 < 2 & 3 \r\n one  two\n Country: DE "]
)
def test_letter_is_known_by_its_text_where_no_marks_are_kept(body: str) -> None:
    assert stands(LETTER, "m", [said(BRAND, "Hi"), said(ME, body)], ME)


def test_letter_that_is_answered_already_is_still_known() -> None:
    assert stands(LETTER, "m", [said(ME, LETTER.plain()), said(BRAND, "Here")], ME)


def test_same_text_before_our_last_letter_is_another_letter() -> None:
    assert not stands(LETTER, "m", [said(ME, LETTER.plain()), said(ME, "Something else")], ME)


def test_text_of_somebody_else_is_not_ours() -> None:
    assert not stands(LETTER, "m", [said(BRAND, LETTER.plain())], ME)


def test_only_the_mark_counts_where_marks_are_kept() -> None:
    comments = [said(ME, LETTER.plain(), metadata={"custom": {"ssl_bot": "m"}})]
    assert stands(LETTER, "m", comments, ME)
    assert not stands(LETTER, "another", comments, ME)
