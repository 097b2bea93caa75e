"""Removes private keys from a comment for good: by the newer endpoint, else by the older ones.

What was removed already is not found again, so a repeated redaction does nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from bot.errors import Gone, Misconfigured, NeedsHuman
from bot.gateways.zendesk_account import Account
from bot.x509.intake import key_passages

_PIECES: Final = re.compile(r"(<[^>]*>)|([^<]+)")
_REFUSED: Final = (Gone, Misconfigured, NeedsHuman)


def redact(account: Account, number: int, comment: dict[str, Any], files: Sequence[int]) -> bool:
    """Whether nothing of a key is left in the comment's text and in these files of it."""
    attached = [
        a
        for a in comment.get("attachments") or ()
        if int(a["id"]) in files and not a.get("deleted")
    ]
    html = str(comment.get("html_body") or "")
    passages = key_passages(html)
    if not attached and not passages:
        return True
    try:
        _newer(account, number, comment, _marked(html, passages), attached)
    except _REFUSED:
        return _older(account, number, comment, attached)
    return True


def _newer(
    account: Account,
    number: int,
    comment: dict[str, Any],
    html: str,
    attached: Sequence[dict[str, Any]],
) -> None:
    body: dict[str, Any] = {"ticket_id": number, "html_body": html}
    if attached:
        body["external_attachment_urls"] = [a["content_url"] for a in attached]
    account.write("PUT", f"comment_redactions/{comment['id']}.json", body)


def _older(
    account: Account, number: int, comment: dict[str, Any], attached: Sequence[dict[str, Any]]
) -> bool:
    path = f"tickets/{number}/comments/{comment['id']}"
    try:
        for attachment in attached:
            account.write("PUT", f"{path}/attachments/{attachment['id']}/redact.json", {})
        for passage in key_passages(str(comment.get("plain_body") or comment.get("body") or "")):
            account.write("PUT", f"{path}/redact.json", {"text": passage})
        for piece in _left(account, number, int(comment["id"])):
            account.write("PUT", f"{path}/redact.json", {"text": piece})
    except _REFUSED:
        return False
    return not _left(account, number, int(comment["id"]))


def _left(account: Account, number: int, comment_id: int) -> list[str]:
    """What still stands in the HTML, line by line: there a key's lines lie in tags of their own."""
    pages = account.pages(f"tickets/{number}/comments.json", "comments", {})
    comments = (c for page in pages for c in page["comments"] if int(c["id"]) == comment_id)
    html = next((str(c.get("html_body") or "") for c in comments), "")
    pieces = (p.group(2) or "" for text in key_passages(html) for p in _PIECES.finditer(text))
    return list(dict.fromkeys(piece.strip() for piece in pieces if piece.strip()))


def _marked(html: str, passages: Sequence[str]) -> str:
    """The HTML with every text within the passages marked; tags themselves stay outside."""
    for passage in passages:
        marked = _PIECES.sub(
            lambda piece: piece.group(1) or f"<redact>{piece.group(2)}</redact>", passage
        )
        html = html.replace(passage, marked)
    return html
