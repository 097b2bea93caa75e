"""What the operator decided about the procedure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """The settings that steps and texts follow."""

    csr_source: str = "bot"
    key_handover: str = "cms"
    zendesk_url: str = ""
    jira_url: str = ""
