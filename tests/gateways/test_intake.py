"""A comment's text and files are read with limits, and nothing else is fetched."""

from __future__ import annotations

from bot.events import Attachment, Comment
from bot.gateways.downloads import LARGEST, TooBig
from bot.gateways.intake import MOST_FILES, CommentIntake
from sandbox.ca import Authority
from tests.conftest import der
from tests.fakes import BRAND, NOW


class Files:
    """Attachments' bytes by address; counts what was fetched."""

    def __init__(self, **data: bytes | None) -> None:
        self.data = data
        self.fetched: list[str] = []

    def attachment(self, attachment: Attachment) -> bytes:
        self.fetched.append(attachment.url)
        data = self.data[attachment.url]
        if data is None:
            raise TooBig("over the limit")
        return data


def comment(*attachments: Attachment, text: str = "") -> Comment:
    return Comment(1, BRAND, True, text, attachments, NOW)


def test_text_and_files_are_read_alike(authority: Authority) -> None:
    _, leaf = authority.issue(["www.nordlicht-store.com"])
    files = Files(a=leaf.encode())

    found = CommentIntake(files).gather(
        35, comment(Attachment(1, "a.crt", "a", 900), text=authority.chain_pem)
    )

    assert set(found.certificates) == {der(leaf), der(authority.chain_pem)}


def test_file_that_says_it_is_large_is_not_fetched() -> None:
    files = Files(a=b"x")

    found = CommentIntake(files).gather(35, comment(Attachment(1, "a.iso", "a", LARGEST + 1)))

    assert files.fetched == []
    assert [f.code for f in found.findings] == ["FMT_TOO_BIG"]


def test_file_that_lied_about_its_size_is_given_up() -> None:
    found = CommentIntake(Files(a=None)).gather(35, comment(Attachment(1, "a.crt", "a", 9)))

    assert [f.code for f in found.findings] == ["FMT_TOO_BIG"]


def test_number_of_files_is_bounded() -> None:
    files = Files(a=b"hello")
    many = [Attachment(n, f"{n}.txt", "a", 5) for n in range(MOST_FILES + 3)]

    CommentIntake(files).gather(35, comment(*many))

    assert len(files.fetched) == MOST_FILES
