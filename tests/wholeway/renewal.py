"""The brand's, the CA's and the SaaS team's part of a renewal, and what must hold at its end."""

from __future__ import annotations

from typing import Any

from sandbox.processes import until
from sandbox.world import World

ANSWERS = """Hello,

Common Name: {host}
Organization: Nordlicht Handels GmbH
Locality: Hamburg
State: Hamburg
Country: Germany
Number of bits: 2048
Additional domains: {apex}
"""


def opened(world: World) -> int:
    """The brand's ticket.  With a wish in it the form is posted also when all is known already."""
    return world.zendesk.brand_opens(
        world.brand_user,
        "SSL certificate expires soon",
        f"Hi, the SSL certificate of https://{world.host} expires next week.\nNumber of bits: 2048",
    )


def staged(world: World, ticket: int, stage: str, seconds: float = 90.0) -> None:
    """Wait until the ticket carries the stage's tag."""
    until(
        lambda: f"ssl_{stage}" in world.zendesk.ticket(ticket)["tags"],
        f"ticket {ticket} is at {stage}",
        seconds,
    )


def answered(world: World, ticket: int) -> None:
    """The brand fills in the form."""
    apex = world.host.removeprefix("www.")
    world.zendesk.brand_writes(ticket, ANSWERS.format(host=world.host, apex=apex))


def certified(world: World, ticket: int) -> None:
    """The CA signs, the brand attaches leaf and intermediate."""
    leaf = world.ca.sign(world.latest_csr(ticket), days=199)
    world.zendesk.brand_writes(
        ticket,
        "Here is the certificate.",
        files=[
            ("certificate.crt", leaf.encode(), "application/x-x509-ca-cert"),
            ("intermediate.crt", world.ca.chain_pem.encode(), "application/x-x509-ca-cert"),
        ],
    )


def installed(world: World, ticket: int) -> None:
    """The SaaS team opens the key, installs, and moves the change to Done."""
    world.team_installs(the_issue(world, "SPC", ticket)["key"])


def the_issue(world: World, project: str, ticket: int) -> dict[str, Any]:
    """The one issue of the ticket in the project."""
    found = [i for i in world.jira.issues(project) if f"zd-{ticket}" in i["fields"]["labels"]]
    assert len(found) == 1, f"one issue in {project} for ticket {ticket}, not {len(found)}"
    return found[0]


def renewed(world: World, seconds: float = 90.0) -> int:
    """One renewal from the ticket to its end."""
    ticket = opened(world)
    staged(world, ticket, "details_wanted", seconds)
    answered(world, ticket)
    staged(world, ticket, "certificate_wanted", seconds)
    certified(world, ticket)
    staged(world, ticket, "change_open", seconds)
    installed(world, ticket)
    staged(world, ticket, "done", seconds)
    return ticket


def nothing_doubled(world: World, ticket: int, *, watched: bool = False) -> None:
    """No comment, issue, attachment or link twice; each step said once, by the watch the first."""
    said = [c["plain_body"] for c in world.zendesk.comments(ticket) if c["public"]]
    assert len(said) == len(set(said))
    steps = [n for text in said for n in range(1, 8) if f"This is step {n} of 7" in text]
    assert steps == ([1] if watched else []) + [2, 3, 5, 6, 7]
    assert world.zendesk.ticket(ticket)["status"] == "solved"
    request, change = (the_issue(world, project, ticket) for project in ("ITOPS", "SPC"))
    for issue in (request, change):
        names = [a["filename"] for a in issue["fields"]["attachment"]]
        assert len(names) == len(set(names))
        comments = [c["body"] for c in issue["fields"]["comment"]["comments"]]
        assert len(comments) == len(set(comments))
        assert len(world.jira.remote_links(issue["key"])) == 1
    assert len(request["fields"]["attachment"]) == 1
    assert len(change["fields"]["attachment"]) == 4
    assert len(change["fields"]["issuelinks"]) == 1
