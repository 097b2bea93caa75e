"""What a site serves, whatever state it is in."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.gateways.tls import TlsSites
from bot.setting_types import ConnectTo
from sandbox.ca import Authority
from sandbox.site import Site
from tests.conftest import der
from tests.fakes import NOW

HOST = "www.nordlicht-store.com"


def sites(port: int, deadline: float = 5.0) -> TlsSites:
    """A probe that reaches the host on a loopback port."""
    return TlsSites((ConnectTo(HOST, 443, "127.0.0.1", port),), deadline, between=0.0)


@contextmanager
def site(*names: str, key: str, chain: str) -> Iterator[Site]:
    made = Site(names, key, chain)
    yield made
    made.close()


def test_whole_chain_is_read_as_it_is_served(authority: Authority) -> None:
    key, leaf = authority.issue([HOST])
    with site(HOST, key=key, chain=leaf + authority.chain_pem) as served:
        seen = sites(served.port).served(HOST)

    [endpoint] = seen.endpoints
    assert endpoint.chain == (der(leaf), der(authority.chain_pem))
    assert (endpoint.address, endpoint.fault, seen.fault) == ("127.0.0.1", "", "")


@pytest.mark.parametrize(
    "leaf_of",
    [
        lambda ca: ca.issue([HOST], 30, not_before=NOW - timedelta(days=60)),
        lambda ca: ca.issue(["other.example.com"]),
    ],
    ids=["expired", "another name"],
)
def test_certificate_in_a_bad_state_is_a_fact_too(authority: Authority, leaf_of) -> None:
    key, leaf = leaf_of(authority)
    with site(HOST, key=key, chain=leaf) as served:
        [endpoint] = sites(served.port).served(HOST).endpoints

    assert endpoint.chain == (der(leaf),)


def test_name_is_told_to_the_server(authority: Authority) -> None:
    key, leaf = authority.issue(["other.example.com"])
    with site("other.example.com", key=key, chain=leaf) as served:
        [endpoint] = sites(served.port).served(HOST).endpoints

    assert endpoint.fault == "SITE_REFUSED"


def test_new_certificate_is_seen_at_the_next_look(authority: Authority) -> None:
    key, old = authority.issue([HOST])
    new_key, new = authority.issue([HOST])
    with site(HOST, key=key, chain=old) as served:
        sites(served.port).served(HOST)
        served.install(new_key, new)
        [endpoint] = sites(served.port).served(HOST).endpoints

    assert endpoint.chain[0] == der(new)


def test_server_of_the_last_century_is_readable(authority: Authority, tmp_path: Path) -> None:
    key, leaf = authority.issue([HOST])
    (tmp_path / "key.pem").write_text(key)
    (tmp_path / "leaf.pem").write_text(leaf)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [
            *("openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-tls1_1", "-quiet"),
            *("-cipher", "ALL:@SECLEVEL=0", "-key", tmp_path / "key.pem"),
            *("-cert", tmp_path / "leaf.pem"),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until_listening(port)
        [endpoint] = sites(port).served(HOST).endpoints
    finally:
        server.kill()
        server.wait()

    assert endpoint.chain == (der(leaf),)


def test_silent_server_is_given_up(silent: int) -> None:
    [endpoint] = sites(silent, deadline=0.3).served(HOST).endpoints

    assert endpoint.fault == "SITE_REFUSED"


def test_closed_port_is_refused() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    assert sites(port).served(HOST).endpoints[0].fault == "SITE_REFUSED"


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "127.1", "10.0.0.1", "[::1]", "intranet"]
)
def test_private_addresses_are_not_even_tried(host: str) -> None:
    assert TlsSites().served(host).fault == "SITE_PRIVATE_ADDRESS"


def test_name_without_an_address_is_said(authority: Authority) -> None:
    assert TlsSites().served("no-such-host.nordlicht-store.com").fault == "SITE_UNRESOLVED"


@pytest.fixture
def silent() -> Iterator[int]:
    """A server that accepts and says nothing."""
    listener = socket.create_server(("127.0.0.1", 0))
    held: list[socket.socket] = []

    def accept() -> None:
        try:
            while True:
                held.append(listener.accept()[0])
        except OSError:
            return

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    yield listener.getsockname()[1]
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)
    for connection in held:
        connection.close()


def until_listening(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            threading.Event().wait(0.05)
        else:
            return
    raise AssertionError(f"nothing listens on {port}; {ssl.OPENSSL_VERSION}")


def test_survey_gives_an_address_once_that_answers_the_same_twice(authority: Authority) -> None:
    key, leaf = authority.issue([HOST])
    with site(HOST, key=key, chain=leaf) as served:
        seen, unknown = sites(served.port).survey((HOST, "nowhere.nordlicht-store.com"))

    assert [(e.address, e.chain) for e in seen.endpoints] == [("127.0.0.1", (der(leaf),))]
    assert (unknown.host, unknown.fault) == ("nowhere.nordlicht-store.com", "SITE_UNRESOLVED")


def test_survey_tells_what_was_otherwise_at_the_second_look(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    old_key, old = authority.issue([HOST])
    new_key, new = authority.issue([HOST])
    with site(HOST, key=new_key, chain=new) as served:
        # Behind one address are two nodes, and one of them was forgotten.
        monkeypatch.setattr("bot.gateways.tls.time.sleep", lambda _: served.install(old_key, old))
        [seen] = sites(served.port).survey((HOST,))

    assert [endpoint.chain for endpoint in seen.endpoints] == [(der(new),), (der(old),)]
