"""Missing issuers come from memory or from where the certificate says, under guard."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID
from flask import Flask, Response, redirect

from bot.gateways.fetching import Fetcher
from bot.gateways.issuers import LARGEST, Issuers
from bot.setting_types import ConnectTo
from bot.storage.database import private
from bot.storage.intermediates import Intermediates
from bot.storage.schema import METADATA
from tests.fakes import NOW
from tests.gateways.server import serving

HOST = "pki.nordlicht-store.com"


@pytest.fixture
def known(tmp_path: Path) -> Iterator[Intermediates]:
    engine = private(f"sqlite:///{tmp_path / 'bot.db'}")
    METADATA.create_all(engine)
    yield Intermediates(engine)
    engine.dispose()


class Chain:
    """Root, two intermediates and a leaf, each saying where its issuer lies."""

    def __init__(self, url: str = f"http://{HOST}/") -> None:
        keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(4)]
        names = ["Root", "Upper", "Lower", "leaf"]
        self.ders = [
            self._made(names, keys, n, f"{url}{names[max(n - 1, 0)].lower()}") for n in range(4)
        ]
        self.root, self.upper, self.lower, self.leaf = self.ders

    @staticmethod
    def _made(names: list[str], keys: list[ec.EllipticCurvePrivateKey], n: int, url: str) -> bytes:
        issuer = max(n - 1, 0)
        access = x509.AccessDescription(
            AuthorityInformationAccessOID.CA_ISSUERS, x509.UniformResourceIdentifier(url)
        )
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[n])]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[issuer])]))
            .public_key(keys[n].public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW)
            .not_valid_after(NOW.replace(year=2030))
            .add_extension(x509.AuthorityInformationAccess([access]), critical=False)
            .sign(keys[issuer], hashes.SHA256())
            .public_bytes(Encoding.DER)
        )


def pkcs7_of(der: bytes) -> bytes:
    certificate = x509.load_der_x509_certificate(der)
    return pkcs7.serialize_certificates([certificate], Encoding.DER)


@pytest.fixture
def chain() -> Chain:
    return Chain()


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture
def fetching(chain: Chain, known: Intermediates, asked: list[str]) -> Iterator[Issuers]:
    """The authority's server: one issuer as DER, the next as PKCS#7."""
    app = Flask("pki")

    @app.get("/<name>")
    def issuer(name: str) -> bytes:
        asked.append(name)
        return {"lower": chain.lower, "upper": pkcs7_of(chain.upper), "root": chain.root}[name]

    with serving(app) as url:
        port = int(url.rpartition(":")[2])
        yield Issuers(known, Fetcher((ConnectTo(HOST, 80, "127.0.0.1", port),)))


def test_issuers_are_fetched_one_above_the_other(fetching: Issuers, chain: Chain) -> None:
    assert fetching.above(chain.leaf, ()) == (chain.lower, chain.upper, chain.root)


def test_path_that_is_there_already_is_gone_on_with(fetching: Issuers, chain: Chain) -> None:
    assert fetching.above(chain.leaf, (chain.lower,))[0] == chain.upper


def test_what_is_remembered_is_not_fetched(
    fetching: Issuers, chain: Chain, asked: list[str]
) -> None:
    fetching.remember((chain.lower, chain.upper))
    fetching.remember((chain.lower,))

    assert fetching.above(chain.leaf, ()) == (chain.lower, chain.upper, chain.root)
    assert asked == ["root"]


def test_certificate_of_the_same_name_and_another_key_is_passed_over(
    fetching: Issuers, chain: Chain
) -> None:
    fetching.remember((Chain().lower,))

    assert fetching.above(chain.leaf, ())[0] == chain.lower


@pytest.mark.parametrize(
    "url",
    [
        *("http://127.0.0.1/", "http://localhost/", "http://169.254.169.254/latest/"),
        *("https://pki.nordlicht-store.com/", "file:///etc/", "http://[::1]/", "http://127.1/"),
        *("http://pki.nordlicht-store.com:22/", "http://user@pki.nordlicht-store.com:1/"),
        *(
            "http://no-such-host.nordlicht-store.com/",
            "http://pki.nordlicht-store.com:x/",
            "http://",
        ),
    ],
)
def test_hostile_addresses_are_not_followed(fetching: Issuers, asked: list[str], url: str) -> None:
    assert fetching.above(Chain(url).leaf, ()) == ()
    assert asked == []


@pytest.mark.parametrize("how", ["redirect", "large", "error", "junk"])
def test_odd_answers_are_no_issuers(chain: Chain, known: Intermediates, how: str) -> None:
    app = Flask("pki")

    @app.get("/<name>")
    def issuer(name: str):  # type: ignore[no-untyped-def]
        return {
            "redirect": lambda: redirect("http://127.0.0.1/lower"),
            "large": lambda: chain.lower + b"\0" * LARGEST,
            "error": lambda: (chain.lower, 404),
            "junk": lambda: b"<html>" + name.encode(),
        }[how]()

    with serving(app) as url:
        port = int(url.rpartition(":")[2])
        issuers = Issuers(known, Fetcher((ConnectTo(HOST, 80, "127.0.0.1", port),)))

        assert issuers.above(chain.leaf, ()) == ()


def test_nobody_answering_is_no_issuer(chain: Chain, known: Intermediates) -> None:
    issuers = Issuers(known, Fetcher((ConnectTo(HOST, 80, "127.0.0.1", 1),)))

    assert issuers.above(chain.leaf, ()) == ()


def test_answer_that_drips_is_given_up(chain: Chain, known: Intermediates) -> None:
    app = Flask("pki")

    @app.get("/<name>")
    def issuer(name: str):  # type: ignore[no-untyped-def]
        return Response(name.encode() for _ in range(3))

    with serving(app) as url:
        port = int(url.rpartition(":")[2])
        fetcher = Fetcher((ConnectTo(HOST, 80, "127.0.0.1", port),), longest=-1.0)

        assert fetcher.fetched(f"http://{HOST}/lower", LARGEST) == b""


def test_revoked_certificate_is_found_in_its_authoritys_list(known: Intermediates) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = certificate(key, "CA")
    leaf = certificate(key, "leaf")
    now = datetime.now(UTC)
    entry = x509.RevokedCertificateBuilder().serial_number(leaf.serial_number)
    listed = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.subject)
        .last_update(now - timedelta(hours=1))
        .next_update(now + timedelta(days=1))
        .add_revoked_certificate(entry.revocation_date(now - timedelta(days=1)).build())
        .sign(key, hashes.SHA256())
        .public_bytes(Encoding.DER)
    )
    app = Flask("pki")
    app.add_url_rule("/list.crl", view_func=lambda: listed)
    with serving(app) as url:
        port = int(url.rpartition(":")[2])
        issuers = Issuers(known, Fetcher((ConnectTo(HOST, 80, "127.0.0.1", port),)))
        path = tuple(c.public_bytes(Encoding.DER) for c in (leaf, issuer))

        [finding] = issuers.revoked(path)

    assert finding.code == "REVOKED"
    assert Issuers(known, Fetcher()).revoked(path) == ()


def certificate(key: ec.EllipticCurvePrivateKey, name: str) -> x509.Certificate:
    """Issued by "CA" with the key, and saying where the list lies."""
    where = x509.DistributionPoint(
        [x509.UniformResourceIdentifier(f"http://{HOST}/list.crl")], None, None, None
    )
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "CA")]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW)
        .not_valid_after(NOW.replace(year=2030))
        .add_extension(x509.CRLDistributionPoints([where]), critical=False)
        .sign(key, hashes.SHA256())
    )
