"""What the installation page tells people to type is there to be typed."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import click
import pytest

from bot.__main__ import main
from bot.settings import NAMES
from bot.x509 import sealing

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "install.md").read_text(encoding="utf-8")
COMMANDS = sorted(set(re.findall(r"python -m bot ((?:[a-z-]+ ?)+)((?:--[a-z-]+ ?)*)", PAGE)))


@pytest.mark.parametrize(("words", "options"), COMMANDS)
def test_commands_and_options_exist(words: str, options: str) -> None:
    command: click.Command = main
    for word in words.split():
        if isinstance(command, click.Group):
            assert word in command.commands, f"python -m bot {words}"
            command = command.commands[word]
    known = {opt for param in command.params for opt in param.opts}
    assert set(options.split()) <= known


def test_settings_that_are_named_exist() -> None:
    named = set(re.findall(r"`?\b([A-Z][A-Z]+_[A-Z_]+)\b", PAGE))

    assert named <= NAMES, named - NAMES


def test_recipients_made_as_the_page_says_can_open_keys(tmp_path: Path) -> None:
    [command] = re.findall(r"openssl req -x509 [^\n]*\\\n[^\n]*", PAGE)

    subprocess.run(command, shell=True, cwd=tmp_path, check=True, capture_output=True)

    recipients = sealing.load_recipients((tmp_path / "sam.crt").read_bytes())
    assert sealing.recipient_names(recipients) == ("Sam Deploy",)
    assert sealing.weak(recipients) == ()
