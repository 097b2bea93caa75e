"""Tickets that end on the way: the renewal goes on where the brand goes on."""

from __future__ import annotations

from sandbox.processes import BotProcesses, until
from sandbox.world import World
from tests.wholeway.renewal import answered, certified, installed, opened, staged, the_issue


def certificate_wanted(world: World) -> int:
    ticket = opened(world)
    staged(world, ticket, "details_wanted")
    answered(world, ticket)
    staged(world, ticket, "certificate_wanted")
    return ticket


def files(world: World, leaf: str) -> list[tuple[str, bytes, str]]:
    chain = (leaf + world.ca.chain_pem).encode()
    return [("certificate.pem", chain, "application/x-pem-file")]


def test_renewal_outlives_its_tickets_and_the_next_one_asks_for_nothing(
    sandbox: World, bot: BotProcesses
) -> None:
    zendesk = sandbox.zendesk
    sandbox.connect(bot.start())

    # Solved too early, and opened again by the brand's thanks.
    first = certificate_wanted(sandbox)
    zendesk.agent_sets(first, "solved")
    staged(sandbox, first, "stopped")
    assert zendesk.ticket(first)["status"] == "solved"
    zendesk.brand_writes(first, "Sorry, we will send it tomorrow.")
    staged(sandbox, first, "certificate_wanted")

    # Merged into another ticket, which is closed in its turn.
    second = zendesk.brand_opens(sandbox.brand_user, "Hello", "Is anybody there?")
    csr = sandbox.latest_csr(first)
    zendesk.agent_merges(first, second)
    staged(sandbox, second, "certificate_wanted")
    zendesk.agent_sets(second, "closed")
    until(lambda: f"{second}\tstopped" in bot.finish("cases").stdout, "the case has ended", 90)

    # A reply to the closed ticket makes a new one, and brings the certificate.
    leaf = sandbox.ca.sign(csr, days=199)
    zendesk.brand_writes(second, "Here is the certificate.", files=files(sandbox, leaf))
    third = zendesk.ticket_ids()[-1]
    assert third not in (first, second)
    staged(sandbox, third, "change_open")
    change = the_issue(sandbox, "SPC", third)
    assert change["fields"]["summary"].endswith(f"(ZD-{third})")
    installed(sandbox, third)
    staged(sandbox, third, "done")

    # A year later nothing has to be asked.
    again = zendesk.brand_opens(
        sandbox.brand_user, "SSL", f"The SSL certificate of https://{sandbox.host} expires."
    )
    staged(sandbox, again, "certificate_wanted")
    said = [c["plain_body"] for c in zendesk.comments(again) if c["public"]]
    assert "the website serves now, so there is no form" in said[1]
    certified(sandbox, again)
    staged(sandbox, again, "change_open")
