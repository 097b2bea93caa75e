"""Hostile and huge replies: bounded work, no crash, and no value that was not written."""

from __future__ import annotations

import re
import sys
from types import FrameType

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.reading import form, lines, reply
from bot.reading.form import Field

HOSTILE = {
    "labels without end": "Organization: foo\n",
    "misspelt labels": "Organzation xy: foo\n",
    "names": "SAN: a.com\n",
    "host after host": "a.com\n",
    "sentences": "the organization is Foo and the city is Bar\n",
    "contacts": "Tel: 1\nCompany: x\n",
    "closings": "Regards\nBob\n",
    "attributions": "On Tue, somebody of some support\n",
    "headers": "From: x\n",
    "tables": "CN\tO\tL\n",
    "subjects": "CN=a.com,O=b,C=DE\n",
}


def work(text: str) -> int:
    """Function calls that reading the text takes: counted, so no clock is asked."""
    calls = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        reply.read(text)
    finally:
        sys.setprofile(before)
    return calls


@pytest.mark.parametrize("line", HOSTILE.values(), ids=HOSTILE.keys())
def test_work_grows_no_faster_than_the_text(line: str) -> None:
    form.read("Organization: x\nCountry: DE")  # the tables are built once

    assert work(line * 400) <= 2.5 * work(line * 200)


@pytest.mark.parametrize(
    "text",
    [
        "Organization: foo\n" * 20_000,
        "abc: d\n" * 1_200_000,
        "Common Name: " + "a" * 360_000,
        "a:" * 180_000,
        "> " * 180_000,
        "| a " * 90_000,
        "A=1," * 90_000,
        "Organization: " + "[(" * 180_000,
    ],
    ids=["20,000 lines", "8 MiB", "one word", "colons", "quotes", "bars", "pairs", "brackets"],
)
def test_work_for_one_reply_has_an_upper_limit(text: str) -> None:
    form.read("Organization: x\nCountry: DE")

    assert work(text) < 1_000 * lines.MOST_LINES


def test_long_list_of_names_is_read_whole() -> None:
    hosts = [f"host-number-{n}.some-brand.com" for n in range(100)]

    read = form.read("Additional domains: " + ", ".join(hosts))

    assert read[Field.NAMES].split(", ") == hosts


def test_list_of_names_is_never_cut_within_a_name() -> None:
    hosts = [f"host-number-{n}.some-brand.com" for n in range(2_000)]

    read = form.read("Additional domains: " + ", ".join(hosts))

    assert set(read[Field.NAMES].split(", ")) <= set(hosts)


def test_word_longer_than_a_line_is_no_name() -> None:
    assert form.read("Common Name: " + "a" * 360_000) == {}


LABELS = [*form.LABELS.values(), "CN", "O", "C", "Ort", "Pays", "SAN", "subject", "issuer", "Tel"]
PIECES = st.one_of(
    st.sampled_from(LABELS),
    st.sampled_from([":", "=", " - ", "|", "\t", "\n", "> ", ", ", "/", "\\", '"', "(", ")", "--"]),
    st.sampled_from(
        ["is", "and", "www.x.com", "*.x.de", "DE", "2048", "Foo AG", "same", "?", "[x]"]
    ),
    st.text(max_size=6),
)


@settings(max_examples=250, deadline=None)
@given(st.lists(PIECES, max_size=25))
@example(["Organization", ":", "Organizational Unit (optional)", "Common Name"])
def test_values_stand_in_the_text(pieces: list[str]) -> None:
    text = "".join(pieces)

    read = reply.read(text)

    for field, value in read.fields.items():
        assert value
        parts = value.split(", ") if field is Field.NAMES else [value]
        for part in parts:
            assert plain(part) in plain(text), (field, part)


def plain(text: str) -> str:
    """Without what escaping, wrapping and invisible marks add."""
    return re.sub(r"[\W_]+", "", text)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    assert set(form.read(text)) <= set(Field)
