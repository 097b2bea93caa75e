"""Realistic replies: what is read, what is missed, and that nothing is invented."""

from __future__ import annotations

import pytest

from bot.reading import form, reply
from bot.x509 import judging
from tests.reading.replies import SAYS, Written, all_written

REPLIES = all_written()


@pytest.mark.parametrize("written", REPLIES, ids=lambda written: written.name)
def test_what_a_reply_says_is_read(written: Written) -> None:
    read = reply.read(written.text, written.offered)

    assert dict(read.fields) == written.fields
    assert {name for name in SAYS if getattr(read, name)} == written.says


@pytest.mark.parametrize("written", REPLIES, ids=lambda written: written.name)
def test_judgement_has_exactly_these_codes(written: Written) -> None:
    read = reply.read(written.text, written.offered)

    judged = judging.judge({**written.offered, **read.fields})

    assert {finding.code for finding in judged.findings} == written.codes


def test_nearly_all_fields_are_right_and_none_is_invented() -> None:
    wanted = right = 0
    misses, invented = [], []
    for written in REPLIES:
        read = reply.read(written.text, written.offered).fields
        for field in form.Field:
            there, expected = read.get(field), written.fields.get(field)
            wanted += expected is not None
            right += expected is not None and there == expected
            if expected is not None and there != expected:
                misses.append(f"{written.name}, {field}: {there!r} instead of {expected!r}")
            if there is not None and expected is None:
                invented.append(f"{written.name}, {field}: {there!r}")

    assert len(REPLIES) >= 120
    assert not invented, "\n".join(invented)
    assert right / wanted >= 0.95, "\n".join(misses)
