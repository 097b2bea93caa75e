"""A list of sites: good rows are kept, every bad one is named with its line and why."""

from __future__ import annotations

import codecs
from contextlib import suppress

import pytest

from bot import site_list
from bot.site import Site
from bot.site_list import Unreadable

LIST = """host,environment,brand,organization,contact
www.nordlicht-store.com,production,Nordlicht,7001,ada@nordlicht.example
WWW.Müller-Shop.de,,,,
stage.nordlicht-store.com,Staging,,,
"""


def test_good_rows_become_sites() -> None:
    found = site_list.read(LIST.encode())

    assert found.faults == ()
    assert found.sites == (
        Site(
            "www.nordlicht-store.com",
            brand="Nordlicht",
            organization=7001,
            contact="ada@nordlicht.example",
            source="import",
        ),
        Site("www.xn--mller-shop-9db.de", source="import"),
        Site("stage.nordlicht-store.com", "staging", source="import"),
    )


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (",production,,,", "line 2: no host"),
        ("www.x.com,live,,,", "line 2: environment 'live' is neither production nor staging"),
        ("www.x.com,,,seven,", "line 2: organization 'seven' is no number; Zendesk's id is meant"),
        ("www.x.com,,,,ada", "line 2: contact 'ada' is no e-mail address"),
        ("*.x.com,,,,", "line 2: host *.x.com: a wildcard cannot be looked at"),
        ("8.8.8.8,,,,", "line 2: host 8.8.8.8: an address; name the host"),
        ("2001:db8::1,,,,", "line 2: host"),
        ("www.x y.com,,,,", "line 2: host 'www.x y.com': "),
        ("localhost,,,,", "line 2: host 'localhost': "),
    ],
)
def test_bad_row_is_named_and_the_others_are_kept(row: str, why: str) -> None:
    text = f"host,environment,brand,organization,contact\n{row}\nwww.good-store.com,,,,\n"
    found = site_list.read(text.encode())

    [fault] = found.faults
    assert fault.startswith(why)
    assert [site.host for site in found.sites] == ["www.good-store.com"]


def test_same_site_twice_is_named_with_both_lines() -> None:
    found = site_list.read(
        b"host,environment\nwww.x.com,\n\nWWW.X.com,production\nwww.x.com,staging"
    )

    assert found.faults == ("line 4: www.x.com (production) stands in line 2 too",)
    assert len(found.sites) == 2


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_lists_of_all_spreadsheets_are_read(separator: str, end: str, encoding: str) -> None:
    rows = [["Brand", "HOST"], ["Müller & Söhne", "www.x.com"], ['"a b"', "www.y.com"], []]
    data = end.join(separator.join(row) for row in rows).encode(encoding)

    found = site_list.read(data)

    assert [(s.brand, s.host) for s in found.sites] == [
        ("Müller & Söhne", "www.x.com"),
        ("a b", "www.y.com"),
    ]
    assert found.faults == ()


def test_line_is_the_one_of_the_file_where_values_go_over_several() -> None:
    found = site_list.read(b'brand,host\n"two\nlines",www.x.com\nbrand,-\n')

    assert found.sites[0].brand == "two lines"
    assert found.faults[0].startswith("line 4: ")


def test_columns_that_nobody_asked_for_are_passed_over() -> None:
    [site] = site_list.read(b"id,host,notes\n1,www.x.com,hello,more\n").sites

    assert site == Site("www.x.com", source="import")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no column host"),
        (b"name,environment\nwww.x.com,\n", "no column host"),
        (b"host\n" + b"x" * site_list.LARGEST, "larger than 8 MB"),
        (b"host\n" + b"x" * 200_000, "no CSV: field larger"),
        (b"host\n" + b"x\n" * (site_list.MOST_ROWS + 1), "more than 100000 rows"),
    ],
)
def test_file_that_cannot_be_taken_is_refused_as_a_whole(data: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        site_list.read(data)


def test_garbage_is_refused_or_named_and_never_raises_otherwise() -> None:
    for data in (codecs.BOM_UTF16_LE + b"\xff", b"host\n\x00\xff,\x01", bytes(range(256)) * 9):
        with suppress(Unreadable):
            assert site_list.read(data).sites == ()


def test_internal_names_are_taken_where_the_operator_names_them() -> None:
    data = b"host\nwww.shop.internal\n"

    assert site_list.read(data).faults
    assert [s.host for s in site_list.read(data, ["www.shop.internal"]).sites] == [
        "www.shop.internal"
    ]


def test_nothing_invisible_comes_in_or_is_printed() -> None:
    data = "host,brand,contact\na.com,x\x00\x1b[2J\u202ey,\nb.com,,a\x00b@c.de\n\x1b[2J.com,,\n"

    found = site_list.read(data.encode())

    assert [(site.host, site.brand) for site in found.sites] == [("a.com", "x��[2J�y")]
    assert [fault.partition(":")[0] for fault in found.faults] == ["line 3", "line 4"]
    assert all(fault.isprintable() for fault in found.faults)
