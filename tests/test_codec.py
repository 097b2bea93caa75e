"""What the codec carries comes back the same; what it did not write is refused."""

from __future__ import annotations

import json
import math
import sys
from dataclasses import dataclass
from datetime import UTC, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import codec
from bot.case import At, Case
from bot.errors import BotError, Gone, NeedsHuman, Refused, TryLater
from bot.events import Ticket
from bot.ports import Served, TicketUpdate
from bot.x509.findings import Finding, Severity

ANY_TEXT = st.text(st.characters())  # halves of surrogate pairs too
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45))])
TIMES = st.datetimes(timezones=ZONES, allow_imaginary=False).map(lambda at: at.replace(fold=0))
LEAVES = st.none() | st.booleans() | st.integers() | ANY_TEXT | st.binary() | TIMES
VALUES = st.recursive(
    LEAVES | st.floats(allow_nan=False) | st.sampled_from([*At, *Severity]),
    lambda inner: st.one_of(
        st.lists(inner),
        st.lists(inner).map(tuple),
        st.dictionaries(ANY_TEXT | st.integers(), inner),
    ),
    max_leaves=20,
)
CASE = Case(35, 7, "Ada", None, At.CSR_MADE, offered=(("C", "DE"),), resume_at=At.NEW)


@given(VALUES)
def test_every_value_comes_back_with_its_types(value: object) -> None:
    back = codec.loads(codec.dumps(value))

    assert back == value
    assert repr(back) == repr(value), "tuples stay tuples, enums enums, times keep their zone"


@given(st.one_of(*(st.from_type(t) for t in (Case, Ticket, Served, TicketUpdate, Finding))))
def test_what_the_ports_give_and_take_comes_back(value: object) -> None:
    assert codec.loads(codec.dumps(value)) == value


@given(ANY_TEXT)
def test_the_text_is_ascii_and_fits_any_database(text: str) -> None:
    written = codec.dumps(text)

    assert written.isascii()
    assert "\x00" not in written


def test_numbers_that_are_none_come_back() -> None:
    assert math.isnan(codec.loads(codec.dumps(math.nan)))


def test_an_error_of_the_bot_comes_back_as_what_it_was() -> None:
    later = codec.loads(codec.dumps(TryLater("busy", 17.0)))
    human = codec.loads(codec.dumps(NeedsHuman("look")))

    assert (type(later), later.why, later.after) == (TryLater, "busy", 17.0)
    assert (type(human), str(human)) == (NeedsHuman, "look")


def test_any_other_error_comes_back_as_its_name_and_text_however_often() -> None:
    once = codec.loads(codec.dumps(ZeroDivisionError("by zero")))
    twice = codec.loads(codec.dumps(once))

    assert isinstance(twice, codec.Failed)
    assert str(twice) == str(once) == "ZeroDivisionError: by zero"


def test_a_traceback_is_never_written() -> None:
    try:
        private_thing = "key material"
        raise ValueError("no good") from KeyError(private_thing)
    except ValueError as error:
        written = codec.dumps(error)

    assert written == '{"~":"error","of":"","is":"ValueError: no good","after":null}'


@dataclass(frozen=True)
class Foreign:
    """A dataclass that is not of the bot."""

    x: int = 1


class ForeignError(BotError):
    """An error that is not of the bot."""


@pytest.mark.parametrize("value", [object(), {1, 2}, Foreign(), Decimal(1), int, ForeignError("x")])
def test_what_is_not_ours_is_not_written(value: object) -> None:
    with pytest.raises(codec.NotOurs):
        codec.dumps(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        '{"a": 1}',
        '{"~": "unheard of", "is": 1}',
        '{"~": "data", "of": "os:stat_result", "is": {}}',
        '{"~": "data", "of": "tests.test_codec:Foreign", "is": {}}',
        '{"~": "data", "of": "bot.nowhere:Thing", "is": {}}',
        '{"~": "data", "of": "bot.case:Nothing", "is": {}}',
        '{"~": "data", "of": "bot.case:replace", "is": {}}',
        '{"~": "data", "of": "bot.codec:NotOurs", "is": {}}',
        '{"~": "data", "of": "bot.wiring:Flask", "is": {}}',
        '{"~": "data", "of": "bot.ports:Case", "is": {}}',
        '{"~": "data", "of": "bot.case:Case", "is": {}}',
        '{"~": "data", "of": "bot.case:Case", "is": []}',
        '{"~": "data", "of": 7, "is": {}}',
        '{"~": "enum", "of": "bot.case:At", "is": "nowhere"}',
        '{"~": "enum", "of": "bot.case:Case", "is": "new"}',
        '{"~": "error", "of": "bot.case:Case", "is": "x", "after": null}',
        '{"~": "error", "of": "builtins:SystemExit", "is": "x", "after": null}',
        '{"~": "time", "is": "yesterday"}',
        '{"~": "bytes", "is": "*"}',
        '{"~": "tuple", "is": 7}',
        '{"~": "dict", "is": [[[], 1]]}',
        "[" * 100_000 + "]" * 100_000,
    ],
)
def test_a_tampered_row_is_refused(text: str) -> None:
    with pytest.raises(codec.NotOurs):
        codec.loads(text)


@pytest.mark.parametrize("module", ["this", "bot_like", "tests.nothing", ".bot.case", "botx.case"])
def test_no_module_but_the_bots_is_even_imported(module: str) -> None:
    before = set(sys.modules)

    with pytest.raises(codec.NotOurs):
        codec.loads(json.dumps({"~": "data", "of": f"{module}:Thing", "is": {}}))

    assert set(sys.modules) == before


def test_a_row_of_an_older_version_takes_the_defaults_of_new_fields() -> None:
    row = json.loads(codec.dumps(CASE))
    del row["is"]["looks"], row["is"]["held"]

    assert codec.loads(json.dumps(row)) == CASE


def test_a_row_of_a_newer_version_loses_the_fields_that_are_not_known() -> None:
    row = json.loads(codec.dumps(CASE))
    row["is"]["mood"] = {"~": "data", "of": "bot.future:Mood", "is": {}}

    assert codec.loads(json.dumps(row)) == CASE


def test_errors_of_the_bot_all_come_back() -> None:
    for kind in BotError.__subclasses__():
        if kind.__module__ == "bot.errors":
            assert type(codec.loads(codec.dumps(kind("text")))) is kind
    assert {Gone, Refused} <= set(BotError.__subclasses__())
