"""Private keys are removed from a ticket for good, by whichever endpoint the account has."""

from __future__ import annotations

import pytest

from bot.events import Comment
from bot.gateways.zendesk import Zendesk
from sandbox.ca import Authority
from sandbox.faults import Fault, Kind
from sandbox.zendesk import Zendesk as Sandbox


@pytest.fixture(scope="module")
def key() -> str:
    return Authority().issue(["www.x.com"])[0]


def posted(sandbox: Sandbox, zendesk: Zendesk, text: str, **how: object) -> tuple[int, Comment]:
    number = sandbox.brand_opens(sandbox.brand_user, "SSL", "Our certificate expires")
    sandbox.brand_writes(number, text, **how)  # type: ignore[arg-type]
    return number, zendesk.ticket(number).comments[-1]


def material(key: str) -> str:
    return key.splitlines()[1]


def anywhere(sandbox: Sandbox, number: int) -> str:
    return repr(sandbox.comments(number))


def test_key_in_the_text_is_gone_and_the_rest_stays(
    sandbox: Sandbox, zendesk: Zendesk, key: str
) -> None:
    number, comment = posted(sandbox, zendesk, f"Hello,\n{key}\nBest regards")
    assert material(key) in anywhere(sandbox, number)
    assert comment.keys

    assert zendesk.redact_keys(number, comment, ())

    assert material(key) not in anywhere(sandbox, number)
    assert "Best regards" in anywhere(sandbox, number)


def test_key_in_html_is_gone(sandbox: Sandbox, zendesk: Zendesk, key: str) -> None:
    html = f"<p>Hello</p><pre>{key}</pre><div>{'<br>'.join(key.splitlines())}</div>"
    number, comment = posted(sandbox, zendesk, key, html=html)

    assert zendesk.redact_keys(number, comment, ())

    assert material(key) not in anywhere(sandbox, number)


def test_file_with_a_key_is_gone_and_the_other_stays(
    sandbox: Sandbox, zendesk: Zendesk, key: str
) -> None:
    files = [("key.pem", key.encode(), "x/y"), ("cert.pem", b"certificate", "x/y")]
    number, comment = posted(sandbox, zendesk, "Here", files=files)
    leaked, kept = comment.attachments

    assert zendesk.redact_keys(number, comment, (leaked.id,))

    assert sandbox.attachment_bytes(leaked.id) == b""
    assert sandbox.attachment_bytes(kept.id) == b"certificate"


@pytest.mark.parametrize("status", [403, 404, 422])
def test_older_endpoints_serve_where_the_newer_one_does_not(
    sandbox: Sandbox, zendesk: Zendesk, key: str, status: int
) -> None:
    sandbox.faults.plan(Fault(Kind.STATUS, status=status), path="/comment_redactions/")
    files = [("key.pem", key.encode(), "x/y")]
    number, comment = posted(sandbox, zendesk, f"Hello\n{key}", files=files)

    assert zendesk.redact_keys(number, comment, (comment.attachments[0].id,))

    assert material(key) not in anywhere(sandbox, number)
    assert sandbox.attachment_bytes(comment.attachments[0].id) == b""


def test_account_without_permission_is_told_apart(
    sandbox: Sandbox, zendesk: Zendesk, key: str
) -> None:
    sandbox.faults.plan(Fault(Kind.STATUS, status=403), method="PUT", times=9)
    number, comment = posted(sandbox, zendesk, key)

    assert not zendesk.redact_keys(number, comment, ())


def test_what_is_redacted_already_is_left_alone(
    sandbox: Sandbox, zendesk: Zendesk, key: str
) -> None:
    number, comment = posted(sandbox, zendesk, key)
    zendesk.redact_keys(number, comment, ())
    writes = sum(call.writes for call in sandbox.faults.calls)

    assert zendesk.redact_keys(number, comment, ())

    assert sum(call.writes for call in sandbox.faults.calls) == writes
