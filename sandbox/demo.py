"""`make demo`: one whole renewal, played through real HTTP and real TLS.

The bot runs as it would anywhere: a web process and a worker, started with nothing but an
environment.  `--keep` (`make run`) leaves everything running to play by hand.
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import ssl
import sys
import tempfile
from contextlib import ExitStack, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from cryptography import x509
from werkzeug.security import generate_password_hash

from sandbox.faults import Faults
from sandbox.narrator import Broken, Narrator
from sandbox.play import application
from sandbox.processes import BotProcesses, NotInTime, until
from sandbox.service import Service
from sandbox.world import World

WAIT: Final = 45.0
PLAY_PORT: Final = 8100
ANSWERS: Final = """Hello,

here are the details:

Common Name: {host}
Organization: Nordlicht Handels GmbH
Organizational Unit:
Locality: Hamburg
State: Hamburg
Country: Germany
Number of bits: 2048
Additional domains: {apex}

Best regards
"""


def main() -> int:
    """Play, and say whether every check held."""
    keep = "--keep" in sys.argv
    narrator = Narrator()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        world = World.start(Path(folder))
        stack.callback(world.close)
        database = os.environ.get("DATABASE_URL") or f"sqlite:///{folder}/bot.db"
        password = secrets.token_urlsafe(9)
        environment = {
            **world.environment(),
            "DATABASE_URL": database,
            "DASHBOARD_PASSWORD_HASH": generate_password_hash(password),
        }
        bot = BotProcesses(environment, Path(folder))
        stack.callback(bot.stop)
        try:
            url = bot.start()
            world.connect(url)
            narrator.did("sandbox, bot and worker are up")
            return _keep(world, url, password, narrator) if keep else play(world, narrator)
        except (Broken, NotInTime) as failed:
            narrator.console.print(f"✗ {failed}", style="red", markup=False)
            narrator.console.print(bot.log()[-4000:], markup=False)
            return 1


def play(world: World, narrator: Narrator) -> int:
    """The seven steps, with the parts of brand, CA and SaaS team played here."""
    old = served_until(world)
    narrator.did(f"{world.host} serves a certificate that ends on {old:%Y-%m-%d}")
    ticket = world.zendesk.brand_opens(
        world.brand_user,
        "SSL certificate expires soon",
        f"Hi, the SSL certificate of https://{world.host} expires next week. Can you help?",
    )
    narrator.did(f"brand opens ticket {ticket}")
    wait_for_tag(world, ticket, "ssl_details_wanted")
    narrator.did("steps 1 and 2: the case is open, the bot has posted the form")

    apex = world.host.removeprefix("www.")
    world.zendesk.brand_writes(ticket, ANSWERS.format(host=world.host, apex=apex))
    wait_for_tag(world, ticket, "ssl_certificate_wanted")
    narrator.did("steps 3 to 5: CSR ordered, made, and sent to the brand")
    [request] = world.jira.issues("ITOPS")
    narrator.check(f"one CSR request, {request['key']}, closed", _done(request))

    _brand_sends_certificate(world, ticket)
    wait_for_tag(world, ticket, "ssl_change_open")
    narrator.did("step 6: certificate judged, change raised")
    [change] = world.jira.issues("SPC")
    names = {a["filename"] for a in change["fields"]["attachment"]}
    wanted = {f"{world.host}{e}" for e in (".crt", ".chain.crt", ".fullchain.crt", ".key.p7m")}
    narrator.check(f"one change, {change['key']}, with certificate and sealed key", names == wanted)

    world.team_installs(change["key"])
    narrator.did("SaaS team opens the sealed key, installs, moves the change to Done")
    wait_for_tag(world, ticket, "ssl_done")
    narrator.did("step 7: the bot has looked at the site and solved the ticket")
    _closing_checks(world, narrator, ticket, old)
    narrator.conversation(world, ticket)
    narrator.raised(world)
    narrator.summary(world)
    return 0


def _brand_sends_certificate(world: World, ticket: int) -> None:
    leaf = world.ca.sign(world.latest_csr(ticket), days=199)
    kind = "application/x-x509-ca-cert"
    world.zendesk.brand_writes(
        ticket,
        "Here is the certificate.",
        files=[
            ("certificate.crt", leaf.encode(), kind),
            ("intermediate.crt", world.ca.chain_pem.encode(), kind),
        ],
    )


def _closing_checks(world: World, narrator: Narrator, ticket: int, old: datetime) -> None:
    new = served_until(world)
    narrator.check(f"the site serves the new certificate, until {new:%Y-%m-%d}", new > old)
    narrator.check("the ticket is solved", world.zendesk.ticket(ticket)["status"] == "solved")
    public = [c["plain_body"] for c in world.zendesk.comments(ticket) if c["public"]]
    narrator.check("no comment twice", len(public) == len(set(public)))
    bodies = b"".join(world.faults.bodies)
    narrator.check("no private key in any request", b"PRIVATE KEY" not in bodies)


def _keep(world: World, bot_url: str, password: str, narrator: Narrator) -> int:
    try:
        page = Service("play", application(world), Faults(), PLAY_PORT)
    except (OSError, SystemExit):  # the port is taken; werkzeug says so by leaving
        page = Service("play", application(world), Faults())
    narrator.console.print(f"play brand, CA, agent and SaaS team:  {page.url}")
    narrator.console.print(f"the dashboard, with any name:         {bot_url}/")
    narrator.console.print(f"its password, made for this run:      {password}", markup=False)
    narrator.console.print(f"the bot (health, metrics):            {bot_url}/readyz")
    narrator.console.print("Ctrl-C ends everything.")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        signal.pause()
    narrator.console.print("good-bye")
    page.close()
    return 0


def served_until(world: World) -> datetime:
    """When the certificate ends that the site serves now."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection(("127.0.0.1", world.site.port), timeout=5) as plain,
        context.wrap_socket(plain, server_hostname=world.host) as tls,
    ):
        der = tls.getpeercert(binary_form=True)
    assert der is not None, "a TLS server sends a certificate"
    return x509.load_der_x509_certificate(der).not_valid_after_utc


def wait_for_tag(world: World, ticket: int, tag: str) -> None:
    """Until the bot has brought the ticket to the stage."""
    until(lambda: tag in world.zendesk.ticket(ticket)["tags"], f"ticket {ticket} has {tag}", WAIT)


def _done(issue: dict[str, Any]) -> bool:
    return bool(issue["fields"]["status"]["statusCategory"]["key"] == "done")


if __name__ == "__main__":
    raise SystemExit(main())
