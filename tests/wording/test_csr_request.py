"""The comments on a CSR request, in full; what comes from outside stays text."""

from __future__ import annotations

from bot.policy import Policy
from bot.wording import jira
from tests.x509.delivered import DETAILS

HOW = """Please attach the CSR and its private key to this issue, the key sealed for the bot:
{noformat}
openssl cms -encrypt -binary -aes256 -outform PEM -in site.key -out site.key.p7m -recip bot.crt
{noformat}
The operator of the bot prints bot.crt with: python -m bot keys certificate. The bot checks both \
files, keeps the key in its own store, deletes it here and closes this issue."""


def test_people_who_make_the_csr_learn_how_to_deliver_it() -> None:
    text = jira.csr_details(DETAILS, Policy(csr_source="itops"))

    assert text.startswith(
        "Please create a CSR with these details:\n|| Common Name | www.nordlicht"
    )
    assert text.endswith(HOW)
    assert "openssl" not in jira.csr_details(DETAILS, Policy())


def test_what_is_lacking_is_listed() -> None:
    text = jira.csr_lacking(("The CSR is missing.", "{code}!evil.png! is\nnot sealed."))

    assert text == (
        "The bot has looked at the attached files and cannot go on yet:\n"
        "* The CSR is missing.\n"
        "* \\{code\\}\\!evil.png\\! is not sealed.\n"
        f"\n{HOW}"
    )


def test_taken_key_is_named_by_its_fingerprint_with_what_is_left_over() -> None:
    assert jira.csr_taken("5f" * 4, ("old.key does not belong to it.",)) == (
        "CSR and private key are right (SPKI SHA-256 5f5f5f5f). The bot keeps the key sealed in its"
        " own store and has deleted it from this issue. The history of the issue, mails and"
        " backups may keep a copy: please delete your own.\n"
        "* old.key does not belong to it."
    )
