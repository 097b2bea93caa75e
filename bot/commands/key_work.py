"""Commands about keys, and the secrets of people and programs."""

from __future__ import annotations

import re

import click
from cryptography.fernet import Fernet
from werkzeug.security import generate_password_hash

from bot.commands.ground import plainly, up_to_date


@click.group()
def keys() -> None:
    """The sealed private keys."""


@keys.command()
def generate() -> None:
    """A fresh key for KEY_STORE_KEYS."""
    click.echo(Fernet.generate_key().decode())


@keys.command()
def rotate() -> None:
    """Seal every private key with the newest key of KEY_STORE_KEYS."""
    from bot import wiring

    with plainly():
        count = wiring.key_store(up_to_date()).rotate()
    click.echo(f"{count} private keys are sealed with the newest key")


@keys.command()
def certificate() -> None:
    """The bot's own certificate, for which people seal the keys that they send to it."""
    from bot import wiring

    with plainly():
        click.echo(wiring.own_certificate(up_to_date()).pem(), nl=False)


@click.command("password-hash")
@click.password_option()
def password_hash(password: str) -> None:
    """The value of DASHBOARD_PASSWORD_HASH for a password, which is asked for."""
    click.echo(generate_password_hash(password))


@click.command("api-token")
@click.argument("name")
def api_token(name: str) -> None:
    """A fresh token for the JSON API, shown once, and its entry for API_TOKENS."""
    from bot.setting_types import WORD
    from bot.web.api import tokens

    if not re.fullmatch(WORD, name):
        raise click.ClickException("a name has 1 to 40 letters, digits, dots, dashes, underscores")
    token, entry = tokens.made(name)
    click.echo(f"the token, for whoever reads; it is shown this once: {token}")
    click.echo(f"its entry in API_TOKENS, comma-separated from others: {entry}")
