"""A renewal by a client as most are: it reads before each write, and writes each thing apart.

It judges nothing and survives nothing; only its calls are of interest.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from sandbox.world import EMAIL, World
from tests.wholeway.renewal import answered, certified, opened


class Zendesk:
    """Status, tags and comment are three updates, each after a fresh look."""

    def __init__(self, world: World) -> None:
        self._http = requests.Session()
        self._http.auth = (f"{EMAIL}/token", world.tokens["zendesk"])
        self._url = f"{world.zendesk.url}/api/v2"

    def look(self, ticket: int) -> dict[str, Any]:
        """The ticket, its comments, and who wrote it."""
        found = self._get(f"tickets/{ticket}.json")["ticket"]
        comments = self._get(f"tickets/{ticket}/comments.json")["comments"]
        self._get(f"users/{found['requester_id']}.json")
        return {**found, "comments": comments}

    def say(self, ticket: int, text: str, tag: str, status: str, *files: tuple[str, bytes]) -> None:
        """One update each for text, tag and status."""
        tokens = [self._uploaded(*file) for file in files]
        comment = {"body": text, "public": True, "uploads": tokens}
        self._put(ticket, {"comment": comment})
        tags = self._get(f"tickets/{ticket}.json")["ticket"]["tags"]
        kept = [old for old in tags if not old.startswith("ssl_") or old == "ssl_renewal"]
        self._put(ticket, {"tags": [*kept, tag]})
        self._put(ticket, {"status": status})

    def download(self, url: str) -> bytes:
        """An attachment's bytes."""
        return self._http.get(url, timeout=30).content

    def _uploaded(self, name: str, data: bytes) -> str:
        answer = self._http.post(
            f"{self._url}/uploads.json",
            params={"filename": name},
            data=data,
            headers={"Content-Type": "application/binary"},
            timeout=30,
        )
        answer.raise_for_status()
        return str(answer.json()["upload"]["token"])

    def _get(self, path: str) -> Any:
        answer = self._http.get(f"{self._url}/{path}", timeout=30)
        answer.raise_for_status()
        return answer.json()

    def _put(self, ticket: int, changes: dict[str, Any]) -> None:
        self._http.put(
            f"{self._url}/tickets/{ticket}.json", json={"ticket": changes}, timeout=30
        ).raise_for_status()


class Jira:
    """Looks at the project before it creates, attaches file by file."""

    def __init__(self, world: World) -> None:
        self._http = requests.Session()
        self._http.auth = (EMAIL, world.tokens["jira"])
        self._url = f"{world.jira.url}/rest/api/2"

    def raised(self, project: str, kind: str, summary: str, ticket: int) -> str:
        """The key of a new issue."""
        self._call("GET", "serverInfo")
        self._call("GET", f"project/{project}")
        fields = {
            "project": {"key": project},
            "issuetype": {"name": kind},
            "summary": summary,
            "labels": ["ssl-renewal", f"zd-{ticket}"],
        }
        key = str(self._call("POST", "issue", json={"fields": fields}).json()["key"])
        self._call("GET", f"issue/{key}")
        return key

    def comment(self, key: str, text: str) -> None:
        """One comment."""
        self._call("POST", f"issue/{key}/comment", json={"body": text})

    def attach(self, key: str, *names: str) -> None:
        """One call a file."""
        for name in names:
            file = {"file": (PurePath(name).name, b"-", "text/plain")}
            guard = {"X-Atlassian-Token": "no-check"}
            self._call("POST", f"issue/{key}/attachments", files=file, headers=guard)

    def close(self, key: str) -> None:
        """Look which transitions there are, take the last, look again."""
        found = self._call("GET", f"issue/{key}/transitions").json()["transitions"]
        [done] = [t["id"] for t in found if t["to"]["name"] == "Done"]
        self._call("POST", f"issue/{key}/transitions", json={"transition": {"id": done}})
        self._call("GET", f"issue/{key}")

    def seen(self, key: str) -> None:
        """How it stands."""
        self._call("GET", f"issue/{key}")

    def _call(self, method: str, path: str, **how: Any) -> requests.Response:
        answer = self._http.request(method, f"{self._url}/{path}", timeout=30, **how)
        answer.raise_for_status()
        return answer


def renewed(world: World) -> None:
    """One renewal with the form, brand and SaaS team played by the sandbox."""
    zendesk, jira, host = Zendesk(world), Jira(world), world.host
    ticket = opened(world)
    zendesk.look(ticket)
    zendesk.say(ticket, "Please fill in the form.", "ssl_details_wanted", "pending")
    answered(world, ticket)
    zendesk.look(ticket)
    request = jira.raised("ITOPS", "Task", f"CSR for {host}", ticket)
    jira.comment(request, "The details.")
    zendesk.say(ticket, "The SaaS team was asked.", "ssl_csr_ordered", "hold")
    jira.attach(request, f"{host}.csr")
    jira.close(request)
    zendesk.look(ticket)
    csr = (f"{host}.csr", _csr(host))
    zendesk.say(ticket, "Here is the CSR.", "ssl_certificate_wanted", "pending", csr)
    certified(world, ticket)
    comments = zendesk.look(ticket)["comments"]
    for attached in comments[-1]["attachments"]:
        zendesk.download(attached["content_url"])
    change = jira.raised("SPC", "Change Request", f"Install on {host}", ticket)
    jira.attach(change, *(f"{host}.{end}" for end in ("crt", "chain.crt", "fullchain.crt", "key")))
    zendesk.say(ticket, "The change is raised.", "ssl_change_open", "hold")
    world.jira.person_moves(change, "Done", "Done")
    jira.seen(change)
    zendesk.look(ticket)
    zendesk.say(ticket, "Your site serves it.", "ssl_done", "solved")


def _csr(host: str) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    key = rsa.generate_private_key(65537, 2048)
    names = x509.SubjectAlternativeName([x509.DNSName(host)])
    builder = x509.CertificateSigningRequestBuilder().subject_name(name)
    made = builder.add_extension(names, critical=False).sign(key, hashes.SHA256())
    return made.public_bytes(Encoding.PEM)
