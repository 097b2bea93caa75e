"""A strict imitation of Jira, Cloud or Data Center, over loopback HTTP.

It keeps state, refuses what the real one refuses, and sends signed webhooks.  People of
the team act through `person_…`; permissions and workflow can be switched.
"""

from sandbox.jira.service import Jira

__all__ = ["Jira"]
