"""Labels: which words name a field, and which only look like it."""

from __future__ import annotations

import pytest

from bot.reading import labels
from bot.x509.details import Field


@pytest.mark.parametrize(
    ("label", "field"),
    [
        ("Common Name (CN)", Field.COMMON_NAME),
        ("CN - Common Name", Field.COMMON_NAME),
        ("Domain 1", Field.COMMON_NAME),
        ("Domain 2", Field.NAMES),
        ("organizationalUnitName", Field.ORGANIZATIONAL_UNIT),
        ("State/Province", Field.STATE),
        ("State or Province Name (full name) [Some-State]", Field.STATE),
        ("Number of bits for the certificate", Field.BITS),
        ("our new organization", Field.ORGANIZATION),
        ("Société", Field.ORGANIZATION),
        ("Schlüssellänge", Field.BITS),
        ("old organization", None),
        ("Organization (old)", None),
        ("Country / Organization", None),
        ("", None),
        ("x" * 200, None),
    ],
)
def test_decorated_labels_are_known(label: str, field: Field | None) -> None:
    assert labels.field(label) is field


@pytest.mark.parametrize(
    ("label", "field"),
    [
        ("Comon Name", Field.COMMON_NAME),
        ("Orgnization", Field.ORGANIZATION),
        ("Organizaton Name", Field.ORGANIZATION),
        ("Localty", Field.LOCALITY),
        ("Contry", Field.COUNTRY),
        ("Numer of bits", Field.BITS),
        ("Aditional Domains", Field.NAMES),
        ("Bundeslnad", Field.STATE),
    ],
)
def test_slips_of_the_finger_are_forgiven(label: str, field: Field) -> None:
    assert labels.field(label, misspelt=True) is field


@pytest.mark.parametrize(
    "label",
    [
        *("Company No", "Company Number", "Organisation Number", "Organization ID", "Stage"),
        *("Country Manager", "Count", "Community", "User Name", "Local Time", "Services"),
        *("Department Head", "Additional Notes", "Additional Information", "Alternative Contact"),
        *("Contact Name", "Status", "Statement", "Issued by", "Firmensitz", "Enterprise"),
    ],
)
def test_other_words_are_no_slips(label: str) -> None:
    assert labels.field(label, misspelt=True) is None


def test_label_may_name_several_fields() -> None:
    assert labels.several("City / State / Country") == (
        Field.LOCALITY,
        Field.STATE,
        Field.COUNTRY,
    )
    assert labels.several("City / Telephone") == ()
