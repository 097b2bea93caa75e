"""The command line: `python -m bot COMMAND`."""

from __future__ import annotations

import click

from bot.commands import audit_work, case_work, key_work, processes, setting_up, site_work


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Carries SSL renewals between Zendesk and Jira."""


for command in (
    processes.web,
    processes.worker,
    processes.migrate,
    setting_up.check,
    setting_up.provision,
    case_work.cases,
    case_work.case,
    case_work.replay,
    site_work.sites,
    key_work.keys,
    key_work.password_hash,
    key_work.api_token,
    audit_work.audit,
):
    main.add_command(command)


if __name__ == "__main__":
    main()
