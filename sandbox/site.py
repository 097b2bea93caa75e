"""A web site over TLS on loopback: it serves the certificate it was given last, by SNI."""

from __future__ import annotations

import contextlib
import socket
import ssl
import tempfile
import threading
from pathlib import Path
from typing import Final

_PATIENCE: Final = 5.0
_PAGE: Final = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n"


class Site:
    """One server with a name; other names get no certificate, as virtual hosts do."""

    def __init__(self, names: tuple[str, ...], key_pem: str, chain_pem: str) -> None:
        self._names = frozenset(names)
        self._context = _context(key_pem, chain_pem)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, name="site", daemon=True)
        self._thread.start()

    def install(self, key_pem: str, chain_pem: str) -> None:
        """Serve this certificate from the next handshake on."""
        self._context = _context(key_pem, chain_pem)

    def close(self) -> None:
        """Stop serving."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(timeout=_PATIENCE)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        connection.settimeout(_PATIENCE)
        context = self._context
        context.sni_callback = self._known
        with (
            contextlib.suppress(OSError),
            connection,
            context.wrap_socket(connection, server_side=True) as tls,
        ):
            if tls.recv(65536):
                tls.sendall(_PAGE)

    def _known(self, _: ssl.SSLObject, name: str | None, __: ssl.SSLContext) -> int | None:
        return None if name in self._names else ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME


def _context(key_pem: str, chain_pem: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        key, chain = Path(folder) / "key.pem", Path(folder) / "chain.pem"
        key.touch(mode=0o600)
        key.write_text(key_pem, encoding="ascii")
        chain.write_text(chain_pem, encoding="ascii")
        context.load_cert_chain(chain, key)
    return context
