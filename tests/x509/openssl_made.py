"""Certificates, keys and bundles made by `openssl`, `zip` and `ssh-keygen`, not by our library.

Made once a session in a folder of its own; each is bytes, read as an attribute.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from functools import cached_property
from pathlib import Path

PASSWORD = "correct horse 42"
HAS_OPENSSL = shutil.which("openssl") is not None
HAS_CERTTOOL = shutil.which("certtool") is not None
HAS_ZIP = shutil.which("zip") is not None
HAS_SSH_KEYGEN = shutil.which("ssh-keygen") is not None


class Made:
    """What the command lines make; DER unless the name says otherwise."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._authority()
        self._leaf("leaf", "www.example.org", "3")
        self._leaf("other", "shop.example.org", "4")

    def run(self, *words: str, fed: bytes | None = None) -> bytes:
        """What the command prints."""
        done = subprocess.run(
            words, cwd=self.folder, input=fed, capture_output=True, check=False, timeout=60
        )
        assert done.returncode == 0, done.stderr.decode(errors="replace")
        return done.stdout

    def openssl(self, *words: str, fed: bytes | None = None) -> bytes:
        return self.run("openssl", *words, fed=fed)

    def file(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()

    def keep(self, name: str, data: bytes) -> str:
        (self.folder / name).write_bytes(data)
        return name

    def _key(self, name: str) -> None:
        self.openssl(
            "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-out", f"{name}.key",
        )  # fmt: skip

    def _authority(self) -> None:
        for name in ("root", "middle"):
            self._key(name)
        self.keep("ca.ext", b"basicConstraints=critical,CA:TRUE\n")
        self.openssl(
            "req", "-x509", "-new", "-key", "root.key", "-subj", "/CN=Paper Root", "-days", "3000",
            "-out", "root.crt",
        )  # fmt: skip
        self.openssl("req", "-new", "-key", "middle.key", "-subj", "/CN=Paper Middle", "-out", "m")
        self.openssl(
            "x509", "-req", "-in", "m", "-CA", "root.crt", "-CAkey", "root.key", "-set_serial",
            "2", "-days", "2000", "-extfile", "ca.ext", "-out", "middle.crt",
        )  # fmt: skip

    def _leaf(self, name: str, host: str, serial: str) -> None:
        self._key(name)
        # In base64 the comment is made of plus signs to a quarter, which web forms spoil.
        self.keep(f"{name}.ext", f"subjectAltName=DNS:{host}\nnsComment=~~~~~~~~~~\n".encode())
        self.openssl(
            "req", "-new", "-key", f"{name}.key", "-subj", f"/CN={host}", "-out", f"{name}.csr"
        )
        self.openssl(
            "x509", "-req", "-in", f"{name}.csr", "-CA", "middle.crt", "-CAkey", "middle.key",
            "-set_serial", serial, "-days", "90", "-extfile", f"{name}.ext",
            "-out", f"{name}.crt",
        )  # fmt: skip

    def pem(self, name: str) -> str:
        """A certificate as openssl writes it."""
        return self.file(f"{name}.crt").decode()

    def der(self, name: str) -> bytes:
        return self.openssl("x509", "-in", f"{name}.crt", "-outform", "DER")

    def key(self, name: str = "leaf") -> str:
        """A private key, PKCS#8 PEM."""
        return self.file(f"{name}.key").decode()

    def spki(self, name: str) -> str:
        public = self.openssl("pkey", "-in", f"{name}.key", "-pubout", "-outform", "DER")
        return hashlib.sha256(public).hexdigest()

    def body(self, name: str = "leaf") -> str:
        """The base64 of a certificate on one line."""
        return "".join(self.pem(name).splitlines()[1:-1])

    @cached_property
    def known(self) -> dict[bytes, str]:
        """The name of each certificate by its DER."""
        return {self.der(name): name for name in ("leaf", "other", "middle", "root")}

    @cached_property
    def csr(self) -> str:
        return self.file("leaf.csr").decode()

    @cached_property
    def crl(self) -> str:
        self.keep("index.txt", b"")
        self.keep("ca.cnf", b"[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ndefault_md=sha256\n")
        return self.openssl(
            "ca", "-gencrl", "-config", "ca.cnf", "-keyfile", "middle.key", "-cert", "middle.crt",
            "-crldays", "7",
        ).decode()  # fmt: skip

    @cached_property
    def trusted(self) -> str:
        return self.openssl(
            "x509", "-in", "leaf.crt", "-trustout", "-addtrust", "serverAuth", "-setalias", "x"
        ).decode()

    def p7b(self, form: str = "PEM", *names: str) -> bytes:
        files = [w for name in names or ("leaf", "middle") for w in ("-certfile", f"{name}.crt")]
        return self.openssl("crl2pkcs7", "-nocrl", *files, "-outform", form)

    @cached_property
    def p7b_with_crl(self) -> bytes:
        self.keep("some.crl", self.crl.encode())
        return self.openssl("crl2pkcs7", "-in", "some.crl", "-certfile", "leaf.crt")

    @cached_property
    def p7b_empty(self) -> bytes:
        self.keep("some.crl", self.crl.encode())
        return self.openssl("crl2pkcs7", "-in", "some.crl", "-outform", "DER")

    @cached_property
    def netscape(self) -> bytes:
        """A Netscape certificate sequence, put together by hand: no tool writes it now."""
        certificates = sequence(0x30, self.der("leaf") + self.der("middle"))
        kind = sequence(0x06, bytes.fromhex("6086480186f8420205"))
        return sequence(0x30, kind + sequence(0xA0, certificates))

    def signature(self, *more: str) -> bytes:
        """The S/MIME signature of a mail (smime.p7s)."""
        return self.openssl(
            "cms", "-sign", "-signer", "other.crt", "-inkey", "other.key", "-outform", "DER",
            "-binary", *more, fed=b"Hello, here it comes.\n",
        )  # fmt: skip

    @cached_property
    def sealed_mail(self) -> bytes:
        return self.openssl("cms", "-encrypt", "-outform", "DER", "other.crt", fed=b"Hello\n")

    @cached_property
    def ber(self) -> bytes:
        """PKCS#7 with indefinite lengths, as streaming writers make it."""
        return self.openssl(
            "cms", "-sign", "-signer", "other.crt", "-inkey", "other.key", "-outform", "DER",
            "-stream", "-nodetach", "-econtent_type", "1.3.6.1.5.5.7.12.3",
            "-certfile", "leaf.crt", fed=b"answer\n",
        )  # fmt: skip

    def pfx(self, password: str = "", *more: str, key: bool = True) -> bytes:
        which = ("-inkey", "leaf.key", "-in", "leaf.crt") if key else ("-nokeys", "-in", "leaf.crt")
        return self.openssl("pkcs12", "-export", *which, "-passout", f"pass:{password}", *more)

    def sealed_key(self, form: str = "PEM", *more: str) -> bytes:
        return self.openssl(
            "pkcs8", "-topk8", "-in", "leaf.key", "-passout", "pass:x", "-outform", form, *more
        )

    def pkey(self, *more: str) -> bytes:
        return self.openssl("pkey", "-in", "leaf.key", *more)

    @cached_property
    def rsa(self) -> str:
        """An RSA key, PKCS#1."""
        self.openssl("genrsa", "-traditional", "-out", "rsa.key", "1024")
        return self.file("rsa.key").decode()

    @cached_property
    def openssh(self) -> str:
        self.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "id", "-C", "x@y")
        return self.file("id").decode()

    @cached_property
    def openssh_public(self) -> str:
        assert self.openssh, "made together"
        return self.file("id.pub").decode()

    def zipped(self, files: dict[str, bytes], *more: str) -> bytes:
        """An archive made by Info-ZIP."""
        for name, data in files.items():
            path = self.folder / "z" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        archive = self.folder / "z.zip"
        archive.unlink(missing_ok=True)
        done = subprocess.run(
            ["zip", "-q", *more, str(archive), *files],
            cwd=self.folder / "z", capture_output=True, check=False, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return archive.read_bytes()


def sequence(tag: int, content: bytes) -> bytes:
    """An element of DER."""
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    return bytes([tag, 0x82]) + size.to_bytes(2, "big") + content
