"""Host names: what a certificate may hold, what was meant, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.x509 import names


@pytest.mark.parametrize(
    ("written", "host"),
    [
        ("www.brand.com", "www.brand.com"),
        ("WWW.Brand.COM.", "www.brand.com"),
        ("https://user:pw@www.brand.com:8443/login?next=/#top", "www.brand.com"),
        ("//www.brand.com/", "www.brand.com"),
        ("www.brand.com:443", "www.brand.com"),
        ("<www.brand.com>,", "www.brand.com"),
        ("“www.brand.com”", "www.brand.com"),
        ("*.brand.com", "*.brand.com"),
        ("*.github.io", "*.github.io"),
        ("straße.de", "xn--strae-oqa.de"),
        ("MÜNCHEN.de", "xn--mnchen-3ya.de"),
        ("xn--mnchen-3ya.de", "xn--mnchen-3ya.de"),
        ("www。brand。com", "www.brand.com"),
        ("bra\u200bnd.com", "brand.com"),
        ("8.8.8.8", "8.8.8.8"),
        ("https://[2606:4700::1111]:443/", "2606:4700::1111"),
        ("rock-and-roll.de", "rock-and-roll.de"),
    ],
)
def test_decorated_names_are_read(written: str, host: str) -> None:
    assert names.host(written) == host


@pytest.mark.parametrize(
    ("written", "code", "proposal"),
    [
        ("", "NAME_INVALID", ""),
        ("foo_bar.brand.com", "NAME_INVALID", "foo-bar.brand.com"),
        ("www. brand.com", "NAME_INVALID", "www.brand.com"),
        ("www..brand.com", "NAME_INVALID", "www.brand.com"),
        ("admin@brand.com", "NAME_INVALID", "brand.com"),
        ("-brand.com", "NAME_INVALID", ""),
        ("ab--cd.com", "NAME_INVALID", ""),
        ("xn--a.de", "NAME_INVALID", ""),
        ("com", "NAME_INVALID", ""),
        ("127.1", "NAME_INVALID", ""),
        ("0x7f.1", "NAME_INVALID", ""),
        ("2130706433", "NAME_INVALID", ""),
        (f"{'a' * 64}.com", "NAME_INVALID", ""),
        (".".join(["a" * 60] * 5) + ".com", "NAME_INVALID", ""),
        (f"*.{'.'.join(['a' * 61, 'b' * 61, 'c' * 62, 'd' * 62])}.com", "NAME_INVALID", ""),
        (".".join(["ü" * 50] * 5) + ".de", "NAME_INVALID", ""),
        ("localhost", "NAME_INTERNAL", ""),
        ("mail.brand.local", "NAME_INTERNAL", ""),
        ("www.brand.test", "NAME_INTERNAL", ""),
        ("1.0.10.in-addr.arpa", "NAME_INTERNAL", ""),
        ("10.0.0.1", "NAME_INTERNAL", ""),
        ("169.254.169.254", "NAME_INTERNAL", ""),
        ("224.0.0.1", "NAME_INTERNAL", ""),
        ("fd00::1", "NAME_INTERNAL", ""),
        ("１２７.0.0.1", "NAME_INTERNAL", ""),
        ("w*.brand.com", "WILDCARD_INVALID", "*.brand.com"),
        ("*.*.brand.com", "WILDCARD_INVALID", "*.brand.com"),
        ("*brand.com", "WILDCARD_INVALID", "*.brand.com"),
        ("www.*.com", "WILDCARD_INVALID", ""),
        ("*.com", "WILDCARD_INVALID", ""),
        ("*.co.uk", "WILDCARD_INVALID", ""),
        ("*.8.8.8.8", "WILDCARD_INVALID", ""),
        ("*", "WILDCARD_INVALID", ""),
    ],
)
def test_other_names_are_refused_with_what_was_meant(
    written: str, code: str, proposal: str
) -> None:
    with pytest.raises(names.NameFault) as refused:
        names.host(written)

    assert (refused.value.code, refused.value.proposal) == (code, proposal)


def test_full_width_digits_are_an_address() -> None:
    assert names.host("８.8.8.8") == "8.8.8.8"


def test_name_of_more_than_64_characters_is_fine() -> None:
    long = f"{'a' * 60}.{'b' * 20}.com"

    assert names.host(long) == long


def test_wildcard_covers_exactly_one_label() -> None:
    assert names.covers("*.brand.com", "www.brand.com")
    assert names.covers("brand.com", "brand.com")
    assert not names.covers("*.brand.com", "brand.com")
    assert not names.covers("*.brand.com", "a.b.brand.com")
    assert not names.covers("*.brand.com", ".brand.com")
    assert not names.covers("*.brand.com", "*.x.brand.com")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("xn--mnchen-3ya.de", "münchen.de"),
        ("*.brand.com", "*.brand.com"),
        ("xn--a.de", "xn--a.de"),
    ],
)
def test_people_read_unicode(name: str, shown: str) -> None:
    assert names.display(name) == shown


def test_file_names_hold_no_star() -> None:
    assert names.file_stem("*.brand.com") == "wildcard.brand.com"
    assert names.file_stem("a/b\\c") == "a_b_c"


@pytest.mark.parametrize(
    ("name", "owner"),
    [("*.shop.brand.co.uk", "brand.co.uk"), ("brand.com", "brand.com"), ("8.8.8.8", "")],
)
def test_owner_is_the_registrable_domain(name: str, owner: str) -> None:
    assert names.owner(name) == owner


@pytest.mark.parametrize(
    ("name", "holder"),
    [
        ("*.shop.brand.co.uk", "brand.co.uk"),
        ("shop.brand.github.io", "brand.github.io"),
        ("github.io", ""),
        ("co.uk", ""),
        ("8.8.8.8", ""),
    ],
)
def test_holder_is_one_party_also_where_many_share_a_domain(name: str, holder: str) -> None:
    assert names.holder(name) == holder


@pytest.mark.parametrize(
    ("name", "alphabets"),
    [
        ("\u0430pple.com", ("Cyrillic", "Latin")),
        ("goοgle.com", ("Greek", "Latin")),
        ("пример.com", ()),
        ("日本ラーメンtokyo.jp", ()),
        ("xn--pple-43d.com", ("Cyrillic", "Latin")),
        ("brand.com", ()),
    ],
)
def test_labels_of_two_alphabets_are_seen(name: str, alphabets: tuple[str, ...]) -> None:
    assert names.mixed_alphabets(name) == alphabets


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80) | st.text(alphabet="a*.-_xn:/@[]1ü ", max_size=40))
def test_any_text_is_a_good_name_or_a_fault(text: str) -> None:
    name, fault = _judged(text)

    assert bool(name) != bool(fault)
    if fault:
        assert fault.code in {"NAME_INVALID", "NAME_INTERNAL", "WILDCARD_INVALID"}
        assert not fault.proposal or _judged(fault.proposal) == (fault.proposal, None)
    else:
        assert _judged(name) == (name, None)
        assert name.isascii()
        assert "_" not in name


def _judged(text: str) -> tuple[str, names.NameFault | None]:
    try:
        return names.host(text), None
    except names.NameFault as fault:
        return "", fault


@pytest.mark.parametrize("name", ["www.acme.test", "acme.test", "*.acme.test", "a.www.acme.test"])
def test_names_about_a_site_of_the_operators_may_be_internal(name: str) -> None:
    assert names.host(name, ["www.acme.test"]) == name


@pytest.mark.parametrize("name", ["test", "other.test", "evilwww.acme.test.local", "cme.test"])
def test_other_internal_names_are_refused_all_the_same(name: str) -> None:
    with pytest.raises(names.NameFault):
        names.host(name, ["www.acme.test"])
