"""An issue that is closed is not always done."""

from __future__ import annotations

import pytest

from handlers import resolutions


@pytest.mark.parametrize(
    ("status", "resolution", "declined"),
    [
        ("Done", "Done", False),
        ("Closed", "", False),
        ("Declined", "", True),
        ("Closed", "Won't Do", True),
        ("DONE", "Duplicate", True),
    ],
)
def test_declined_by_status_or_resolution(status: str, resolution: str, declined: bool) -> None:
    assert resolutions.declined(status, resolution) is declined
