"""What the operator decided about the procedure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Policy:
    """The settings that steps and texts follow."""

    csr_source: str = "bot"
    key_handover: str = "cms"
    zendesk_url: str = ""
    jira_url: str = ""
    public_url: str = ""
    reached: tuple[str, ...] = ()  # hosts that PROBE_CONNECT_TO names: sites, however internal
    domain_check: bool = True  # names must belong to the ticket's organization
    revocation_check: bool = False
    key_retention: timedelta = timedelta(days=30)  # from the verified site to the key's end
