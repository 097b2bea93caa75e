"""`python -m bot provision`: makes and keeps up what the bot needs in Zendesk and Jira."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot.errors import BotError, LogInRefused, Misconfigured
from bot.gateways.jira_client import Client
from bot.gateways.jira_webhooks import JiraSetup
from bot.gateways.zendesk_account import Account
from bot.gateways.zendesk_provisioning import ZendeskSetup
from bot.provisioning import Action, Found, Kind, Step, Thing, in_jira, in_zendesk, plan
from bot.settings import Settings

BY_HAND = "docs/install.md says how to do it by hand"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two sides: what is to be done there, or why that cannot be said."""

    name: str
    steps: tuple[Step, ...]
    do: Callable[[Step], None]
    fault: str = ""

    @property
    def pending(self) -> tuple[Step, ...]:
        """The steps that change anything."""
        return tuple(step for step in self.steps if step.action is not Action.LEAVE)


class Provisioner:
    """Both sides, read once when the plans are asked for."""

    def __init__(self, settings: Settings, *, fields: bool = False, removing: bool = False) -> None:
        if not settings.public_url:
            raise Misconfigured("PUBLIC_URL: missing, expected where this bot is reachable")
        self._settings, self._fields, self._removing = settings, fields, removing
        token = settings.zendesk_token.get_secret_value()
        self._zendesk = ZendeskSetup(Account(settings.zendesk_url, settings.zendesk_email, token))
        secret = settings.jira_webhook_secret[0].get_secret_value()
        jira_token = settings.jira_token.get_secret_value()
        jira = Client(settings.jira_url, settings.jira_email, jira_token)
        self._jira = JiraSetup(jira, secret)
        self._webhook = ""

    def sides(self) -> tuple[Side, Side]:
        """What would be done on each side."""
        return (
            self._side("Zendesk", self._zendesk_steps, self._do_in_zendesk),
            self._side("Jira", self._jira_steps, self._do_in_jira),
        )

    def secret_is_known(self) -> bool | None:
        """Whether ZENDESK_WEBHOOK_SECRET holds the webhook's; None where there is no webhook."""
        if not self._webhook:
            return None
        known = [one.get_secret_value() for one in self._settings.zendesk_webhook_secret]
        return self._zendesk.signing_secret(self._webhook) in known

    def write_secret(self, path: Path) -> None:
        """The webhook's signing secret into a file of its own, for its owner's eyes alone."""
        secret = self._zendesk.signing_secret(self._webhook)
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(opened, "w") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(f"{secret}\n")

    def _side(
        self, name: str, steps: Callable[[], tuple[Step, ...]], do: Callable[[Step], None]
    ) -> Side:
        try:
            return Side(name, steps(), do)
        except LogInRefused as error:
            what = f"{error}; provisioning is for an administrator, {BY_HAND}"
            return Side(name, (), do, what)
        except BotError as error:
            return Side(name, (), do, str(error))

    def _zendesk_steps(self) -> tuple[Step, ...]:
        assert self._settings.public_url, "was asked for"
        fields = self._fields or self._removing
        wanted = in_zendesk(self._settings.public_url, fields=fields)
        webhooks = self._zendesk.found((Kind.WEBHOOK,))
        self._webhook = _id_of(wanted[0], webhooks)
        self._zendesk.knows(self._webhook)
        found = (*webhooks, *self._zendesk.found(set(Kind) - {Kind.WEBHOOK, Kind.JIRA_WEBHOOK}))
        return plan(wanted, found, removing=self._removing)

    def _jira_steps(self) -> tuple[Step, ...]:
        assert self._settings.public_url, "was asked for"
        projects = {self._settings.jira_csr_project, self._settings.jira_change_project}
        wanted = in_jira(self._settings.public_url, projects)
        return plan(wanted, self._jira.found(), removing=self._removing)

    def _do_in_zendesk(self, step: Step) -> None:
        match step.action:
            case Action.CREATE:
                number = self._zendesk.create(step.thing)
                self._webhook = number if step.thing.kind is Kind.WEBHOOK else self._webhook
            case Action.CHANGE:
                self._zendesk.change(step.id, step.thing)
            case Action.REMOVE:
                self._zendesk.remove(step.thing.kind, step.id)
                self._webhook = "" if step.thing.kind is Kind.WEBHOOK else self._webhook

    def _do_in_jira(self, step: Step) -> None:
        match step.action:
            case Action.CREATE:
                self._jira.create(step.thing)
            case Action.CHANGE:
                self._jira.change(step.id, step.thing)
            case Action.REMOVE:
                self._jira.remove(step.id)


def _id_of(thing: Thing, found: tuple[Found, ...]) -> str:
    [step] = plan((thing,), found)
    return step.id
