"""`make demo`: one whole renewal, played through real HTTP and real TLS.

The bot runs as it would anywhere: a web process and a worker, started with
nothing but an environment.  `--keep` leaves everything running to play by hand.
"""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import requests
from cryptography import x509
from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from sandbox.world import World

WAIT = 45.0
ANSWERS = """Hello,

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


class Failed(Exception):
    """A check of the demo did not hold."""


@dataclass
class Bot:
    """The bot's two processes, as an operator would run them."""

    environment: dict[str, str]
    folder: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> str:
        """The web process's address, once migrations are done and both are up."""
        self._run("migrate").wait(timeout=60)
        port = free_port()
        self.environment["PORT"] = str(port)
        self.processes = [self._run("web"), self._run("worker")]
        url = f"http://127.0.0.1:{port}"
        until(lambda: _ready(url), "the bot's web process to be ready")
        return url

    def stop(self) -> None:
        """End both, politely first."""
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def log(self) -> str:
        """What the processes wrote, for a failed demo."""
        return (self.folder / "bot.log").read_text(errors="replace")[-4000:]

    def _run(self, command: str) -> subprocess.Popen[bytes]:
        with (self.folder / "bot.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "bot", command],
                env={**_inherited(), **self.environment},
                stdout=log,
                stderr=log,
            )


class Narrator:
    """Live progress: one line per thing that happened, with the time it took."""

    def __init__(self) -> None:
        self.console = Console(highlight=False)
        self.begun = self.last = time.monotonic()
        self.steps: list[tuple[str, float]] = []

    def did(self, what: str) -> None:
        """A step is done; the time since the one before is its own."""
        now = time.monotonic()
        self.steps.append((what, now - self.last))
        self.console.print(Text.assemble((f"{now - self.begun:6.1f} s  ", "dim"), what))
        self.last = now

    def check(self, what: str, holds: bool) -> None:
        """A promise is kept, or the demo fails."""
        if not holds:
            raise Failed(what)
        self.console.print(Text.assemble("         ", ("✓ ", "green"), what))


def main() -> int:
    """Play, and say whether every check held."""
    keep = "--keep" in sys.argv
    narrator = Narrator()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        world = World.start(folder=Path(folder))
        stack.callback(world.close)
        database = os.environ.get("DATABASE_URL") or f"sqlite:///{folder}/bot.db"
        bot = Bot({**world.environment(), "DATABASE_URL": database}, Path(folder))
        stack.callback(bot.stop)
        try:
            with _steps(narrator):
                world.connect(bot.start())
                narrator.did("sandbox, bot and worker are up")
                return _keep(world, bot, narrator) if keep else play(world, narrator)
        except Failed as failed:
            narrator.console.print(f"[red]✗ {failed}[/red]")
            narrator.console.print(bot.log(), markup=False)
            return 1


@contextmanager
def _steps(narrator: Narrator) -> Iterator[None]:
    try:
        yield
    finally:
        narrator.last = time.monotonic()


def play(world: World, narrator: Narrator) -> int:
    """The seven steps, with the parts of brand, CA and SaaS team played here."""
    zendesk, jira, host = world.zendesk, world.jira, world.host
    old = served_expiry(world)
    narrator.did(f"{host} serves a certificate that ends on {old:%Y-%m-%d}")

    ticket = zendesk.brand_opens(
        world.brand_user,
        "SSL certificate expires soon",
        f"Hi, the SSL certificate of https://{host} expires next week. Can you help?",
    )
    narrator.did(f"brand opens ticket {ticket}")
    wait_for_tag(world, ticket, "ssl_details_wanted")
    narrator.did("step 2: the bot has posted the form")

    apex = host.removeprefix("www.")
    zendesk.brand_writes(ticket, ANSWERS.format(host=host, apex=apex))
    wait_for_tag(world, ticket, "ssl_certificate_wanted")
    narrator.did("steps 3 to 5: CSR ordered, made, and sent to the brand")
    [request] = jira.issues("ITOPS")
    narrator.check(f"one CSR request, {request['key']}, closed", _done(request))

    csr = world.latest_csr(ticket)
    leaf = world.ca.sign(csr, days=199)
    zendesk.brand_writes(
        ticket,
        "Here is the certificate.",
        files=[
            ("certificate.crt", leaf.encode(), "application/x-x509-ca-cert"),
            ("intermediate.crt", world.ca.chain_pem.encode(), "application/x-x509-ca-cert"),
        ],
    )
    wait_for_tag(world, ticket, "ssl_change_open")
    narrator.did("step 6: certificate judged, change raised")

    [change] = jira.issues("SPC")
    names = {a["filename"] for a in change["fields"]["attachment"]}
    narrator.check(
        f"one change, {change['key']}, with {', '.join(sorted(names))}",
        names == {f"{host}{end}" for end in (".crt", ".chain.crt", ".fullchain.crt", ".key.p7m")},
    )
    world.team_installs(change["key"])
    narrator.did("SaaS team opens the sealed key, installs, moves the change to Done")
    wait_for_tag(world, ticket, "ssl_done")
    narrator.did("step 7: the bot has looked at the site and solved the ticket")
    _closing_checks(world, narrator, ticket, old)
    _conversation(world, narrator, ticket)
    _summary(world, narrator)
    return 0


def _closing_checks(world: World, narrator: Narrator, ticket: int, old: object) -> None:
    new = served_expiry(world)
    narrator.check(f"the site serves the new certificate, until {new:%Y-%m-%d}", new > old)  # type: ignore[operator]
    narrator.check("the ticket is solved", world.zendesk.ticket(ticket)["status"] == "solved")
    public = [c["plain_body"] for c in world.zendesk.comments(ticket) if c["public"]]
    narrator.check("no comment twice", len(public) == len(set(public)))
    bodies = b"".join(world.faults.bodies)
    narrator.check("no private key in any request", b"PRIVATE KEY" not in bodies)


def _conversation(world: World, narrator: Narrator, ticket: int) -> None:
    """The ticket as the brand reads it, and what was raised in Jira."""
    for comment in world.zendesk.comments(ticket):
        if not comment["public"]:
            continue
        who = "Brand" if comment["author_id"] == world.brand_user else "Bot"
        files = ", ".join(a["file_name"] for a in comment["attachments"])
        body = comment["plain_body"] + (f"\n\n[{files}]" if files else "")
        narrator.console.print(
            Panel(
                Text(body),
                title=who,
                title_align="left",
                width=96,
                border_style="cyan" if who == "Bot" else "yellow",
            )
        )
    table = Table("issue", "summary", "status", "attachments")
    for issue in [*world.jira.issues("ITOPS"), *world.jira.issues("SPC")]:
        fields = issue["fields"]
        table.add_row(
            issue["key"],
            fields["summary"],
            fields["status"]["name"],
            "\n".join(a["filename"] for a in fields["attachment"]),
        )
    narrator.console.print(table)


def _summary(world: World, narrator: Narrator) -> None:
    table = Table("step", "seconds", title="A renewal, start to end")
    for what, seconds in narrator.steps:
        table.add_row(what, f"{seconds:.1f}")
    narrator.console.print(table)
    for service in ("zendesk", "jira"):
        calls = [c for c in world.faults.calls if c.service == service]
        writes = sum(c.method != "GET" for c in calls)
        narrator.console.print(f"{service}: {len(calls)} API calls, {writes} of them writes")
    total = time.monotonic() - narrator.begun
    narrator.console.print(f"[green]every check held, {total:.1f} s in all[/green]")


def _keep(world: World, bot: Bot, narrator: Narrator) -> int:
    narrator.console.print(f"sandbox (play all parts):  {world.play_url}")
    narrator.console.print(f"bot:                       {bot.environment['PORT']} on 127.0.0.1")
    narrator.console.print("Ctrl-C ends everything.")
    try:
        signal.pause()
    except KeyboardInterrupt:
        narrator.console.print("good-bye")
    return 0


def served_expiry(world: World) -> object:
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
    until(lambda: tag in world.zendesk.ticket(ticket)["tags"], f"the tag {tag}")


def until(holds: Callable[[], bool], what: str, seconds: float = WAIT) -> None:
    """Wait for a condition, or fail by name."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise Failed(f"waited {seconds:.0f} s for {what}")
        time.sleep(0.05)


def free_port() -> int:
    """A loopback port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _ready(url: str) -> bool:
    try:
        return requests.get(f"{url}/readyz", timeout=2).status_code == 200
    except requests.RequestException:
        return False


def _done(issue: dict[str, object]) -> bool:
    fields = issue["fields"]
    assert isinstance(fields, dict), "an issue has fields"
    return bool(fields["status"]["statusCategory"]["key"] == "done")


def _inherited() -> dict[str, str]:
    kept = ("PATH", "HOME", "LANG", "VIRTUAL_ENV", "TMPDIR", "COVERAGE_PROCESS_START")
    return {name: os.environ[name] for name in kept if name in os.environ}


if __name__ == "__main__":
    raise SystemExit(main())
