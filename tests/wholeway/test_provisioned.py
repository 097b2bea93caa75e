"""An account that the bot has set up itself: its triggers, macros and webhooks do the rest."""

from __future__ import annotations

from pathlib import Path

from sandbox.processes import BotProcesses, free_port, until
from sandbox.world import World
from tests.wholeway.renewal import renewed, staged


def test_renewal_runs_on_what_was_provisioned(
    sandbox: World, bot: BotProcesses, tmp_path: Path
) -> None:
    port, secret = free_port(), tmp_path / "secret"
    bot.environment |= {"PORT": str(port), "PUBLIC_URL": f"http://127.0.0.1:{port}"}
    bot.environment |= {"SWEEP_SECONDS": "0", "ZENDESK_WEBHOOK_SECRET": ""}
    made = bot.finish("provision", "--secret-to", str(secret))
    assert made.returncode == 0, made.stdout + made.stderr
    bot.environment["ZENDESK_WEBHOOK_SECRET"] = secret.read_text().strip()
    bot.start()

    renewed(sandbox)

    brand = sandbox.brand_user
    other = sandbox.zendesk.brand_opens(brand, "Invoice", "Where is my invoice?")
    stopped = sandbox.zendesk.brand_opens(brand, "Hello", "Please call me about www.brand.com")
    sandbox.zendesk.agent_applies(stopped, "SSL renewal::Start a renewal")
    staged(sandbox, stopped, "details_wanted")
    sandbox.zendesk.agent_applies(stopped, "SSL renewal::Stop the bot, I take over")
    staged(sandbox, stopped, "stopped")
    until(lambda: "ssl_stop" not in sandbox.zendesk.ticket(stopped)["tags"], "the tag is gone")
    assert sandbox.zendesk.ticket(other)["tags"] == []
