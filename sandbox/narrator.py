"""Tells what happens in the demo: progress, the conversation, what was raised, the figures."""

from __future__ import annotations

import time

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from sandbox.world import World


class Broken(Exception):
    """A check of the demo did not hold."""


class Narrator:
    """One line per thing that happened, with the time it took."""

    def __init__(self) -> None:
        self.console = Console(highlight=False)
        self._begun = self._last = time.monotonic()
        self._steps: list[tuple[str, float]] = []

    def did(self, what: str) -> None:
        """A step is done; the time since the one before is its own."""
        now = time.monotonic()
        self._steps.append((what, now - self._last))
        self.console.print(Text.assemble((f"{now - self._begun:6.1f} s  ", "dim"), what))
        self._last = now

    def check(self, what: str, holds: bool) -> None:
        """A promise is kept, or the demo fails; raises Broken."""
        if not holds:
            raise Broken(what)
        self.console.print(Text.assemble("         ", ("✓ ", "green"), what))

    def conversation(self, world: World, ticket: int) -> None:
        """The ticket as the brand reads it."""
        for comment in world.zendesk.comments(ticket):
            if not comment["public"]:
                continue
            brand = comment["author_id"] == world.brand_user
            files = ", ".join(a["file_name"] for a in comment["attachments"])
            body = Text(comment["plain_body"] + (f"\n\n[{files}]" if files else ""))
            title, style = ("Brand", "yellow") if brand else ("Bot", "cyan")
            panel = Panel(body, title=title, title_align="left", width=96, border_style=style)
            self.console.print(panel)

    def raised(self, world: World) -> None:
        """What stands in Jira."""
        table = Table("issue", "summary", "status", "attachments", title="Raised in Jira")
        for issue in [*world.jira.issues("ITOPS"), *world.jira.issues("SPC")]:
            fields = issue["fields"]
            files = "\n".join(a["filename"] for a in fields["attachment"])
            table.add_row(issue["key"], fields["summary"], fields["status"]["name"], files)
        self.console.print(table)

    def summary(self, world: World) -> None:
        """The time each step took, and the API calls."""
        table = Table("step", "seconds", title="A renewal, start to end")
        for what, seconds in self._steps:
            table.add_row(what, f"{seconds:.1f}")
        self.console.print(table)
        for service in ("zendesk", "jira"):
            calls = [call for call in world.faults.calls if call.service == service]
            writes = sum(call.writes for call in calls)
            self.console.print(f"{service}: {len(calls)} API calls, {writes} of them writes")
        total = time.monotonic() - self._begun
        self.console.print(f"[green]every check held, {total:.1f} s in all[/green]")
