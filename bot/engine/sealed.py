"""What the engine keeps, as JSON sealed with the key store's keys; never a pickle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from dbos import Serializer

from bot import codec


class SealedJson(Serializer):
    """The newest key seals, every key opens."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._box = MultiFernet([Fernet(key) for key in keys])

    def serialize(self, data: Any) -> str:
        """Sealed text of our own values."""
        return self._box.encrypt(codec.dumps(data).encode()).decode()

    def deserialize(self, serialized_data: str) -> Any:
        """The values again."""
        return codec.loads(self._box.decrypt(serialized_data.encode()).decode())

    def name(self) -> str:
        """As it stands in the engine's tables."""
        return "sealed-json"
