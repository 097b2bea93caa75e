"""RC2 in CBC mode (RFC 2268), to read only.

Windows and older openssl hide the certificates of a PFX behind 40 bits of it, and the
library no longer offers that.  It keeps no secret, and is none of ours.
"""

from __future__ import annotations

from typing import Final

_TABLE: Final = bytes.fromhex(
    "d978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2"
    "179a59f587b34f1361456d8d09817d32bd8f40eb86b77b0bf09521225c6b4e82"
    "54d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626"
    "6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7"
    "08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ec"
    "c2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731"
    "2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a9"
    "0d38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad"
)
BLOCK: Final = 8
_TURNS: Final = (1, 2, 3, 5)
_FULL: Final = 0xFFFF


def decrypted(key: bytes, start: bytes, sealed: bytes) -> bytes:
    """The padded plain bytes; the effective length is the key's own."""
    words = _expanded(key)
    plain = bytearray()
    before = start
    for at in range(0, len(sealed), BLOCK):
        block = sealed[at : at + BLOCK]
        opened = _block(words, block)
        plain += bytes(a ^ b for a, b in zip(opened, before, strict=True))
        before = block
    return bytes(plain)


def _expanded(key: bytes) -> list[int]:
    """RFC 2268, section 2: 64 words out of the key."""
    size = len(key)
    spread = bytearray(key)
    for at in range(size, 128):
        spread.append(_TABLE[(spread[at - 1] + spread[at - size]) & 0xFF])
    spread[128 - size] = _TABLE[spread[128 - size]]
    for at in range(127 - size, -1, -1):
        spread[at] = _TABLE[spread[at + 1] ^ spread[at + size]]
    return [int.from_bytes(spread[at : at + 2], "little") for at in range(0, 128, 2)]


def _block(words: list[int], block: bytes) -> bytes:
    """RFC 2268, section 4: mixing and mashing, backwards."""
    state = [int.from_bytes(block[at : at + 2], "little") for at in range(0, BLOCK, 2)]
    at = 63
    for number in range(16):
        if number in (5, 11):
            for word in (3, 2, 1, 0):
                state[word] = (state[word] - words[state[word - 1] & 63]) & _FULL
        for word in (3, 2, 1, 0):
            turn = _TURNS[word]
            turned = (state[word] >> turn | state[word] << (16 - turn)) & _FULL
            one, two, three = state[word - 1], state[word - 2], state[word - 3]
            state[word] = (turned - words[at] - (one & two) - (~one & three)) & _FULL
            at -= 1
    return b"".join(word.to_bytes(2, "little") for word in state)
