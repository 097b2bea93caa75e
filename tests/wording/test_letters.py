"""Each text to people, in full: as it stands in `letters/`, plain and HTML.

After a change that is meant, `python -m tests.wording.test_letters` writes them anew.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.case import At, Case, Source
from bot.site import Site
from bot.wording import agent, brand, reminders, tickets, watch
from bot.wording.letter import Letter
from bot.x509.details import Details, Field, KeyKind
from bot.x509.findings import Finding, Severity

FOLDER = Path(__file__).parent / "letters"
NAME = "Ada Brand"
HOST = "www.xn--mller-kva.example.com"
DETAILS = Details(
    common_name=HOST,
    names=(HOST, "*.example.com"),
    organization="Müller & Söhne <GmbH>",
    locality="Hamburg",
    country="DE",
    key=KeyKind.P256,
)
OFFERED = {Field.COMMON_NAME: HOST, Field.ORGANIZATION: "Müller & Söhne <GmbH>"}
UNKNOWN = Finding(
    "COUNTRY_UNKNOWN",
    Severity.BLOCK,
    "Country: “Narnia” is no country that we know; please write its two-letter code.",
    "country 'Narnia' unknown",
)
MENDED = Finding(
    "CHAIN_REORDERED",
    Severity.FIXED,
    "We have put the intermediate certificates into the right order.",
    "order mended",
)
LONG = Finding(
    "TOO_LONG_VALIDITY",
    Severity.ACK,
    "The certificate is valid for 300 days.",
    "300 days, limit 200",
    "BR 6.3.2",
    datetime(2026, 3, 15, tzinfo=UTC),
)
ENDS = datetime(2027, 6, 9, 23, 59, 59, tzinfo=UTC)
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LATER = datetime(2026, 12, 24, 12, 0, tzinfo=UTC)
UNSEEN = Case(35, 7, NAME, 70, At.DETAILS_WANTED)
WAITING = UNSEEN.with_(
    host=HOST,
    served_until=datetime(2026, 12, 9, 23, 59, 59, tzinfo=UTC),
    waiting_since=datetime(2026, 11, 17, 9, 0, tzinfo=UTC),
    reminders=2,
)
WATCHED = Site(
    HOST,
    brand="Müller & Söhne <GmbH>",
    fingerprint="5f" * 32,
    issuer="A <CA>",
    expires_at=datetime(2026, 12, 9, 23, 59, 59, tzinfo=UTC),
    last_ticket=35,
)
LETTERS: dict[str, Callable[[], Letter]] = {
    "details_wanted": lambda: brand.details_wanted(NAME, HOST, OFFERED),
    "details_wanted_of_a_faulty_ticket": lambda: brand.details_wanted(NAME, "", {}, (UNKNOWN,)),
    "details_wanted_with_a_page": lambda: brand.details_wanted(
        NAME, HOST, OFFERED, link="https://bot.example.com/details/x.y.z"
    ),
    "details_unclear": lambda: brand.details_unclear(NAME, OFFERED, (UNKNOWN,)),
    "csr_ordered": lambda: brand.csr_ordered(NAME, DETAILS),
    "csr_ordered_from_the_live_certificate": lambda: brand.csr_ordered(NAME, DETAILS, Source.LIVE),
    "csr_ordered_from_an_earlier_renewal": lambda: brand.csr_ordered(NAME, DETAILS, Source.EARLIER),
    "csr_ordered_from_the_brands_csr": lambda: brand.csr_ordered(NAME, DETAILS, Source.OWN_CSR),
    "csr_ordered_again": lambda: brand.csr_ordered(NAME, DETAILS, again=True),
    "csr_attached": lambda: brand.csr_attached(NAME, DETAILS, f"{HOST}.csr"),
    "certificate_refused": lambda: brand.certificate_refused(NAME, (UNKNOWN,)),
    "change_raised": lambda: brand.change_raised(NAME, HOST, ENDS, ()),
    "change_raised_with_a_mended_chain": lambda: brand.change_raised(NAME, HOST, ENDS, (MENDED,)),
    "renewed": lambda: brand.renewed(NAME, HOST, ENDS),
    "refused": lambda: brand.refused(NAME, "This cannot be done."),
    "decision_wanted": lambda: agent.decision_wanted("The site is gone.", At.CHANGE_DONE),
    "decision_on_names_wanted": lambda: agent.decision_wanted(
        agent.findings((UNKNOWN,)), At.DETAILS_WANTED, agent.accept_names((HOST,))
    ),
    "brand_wrote": lambda: agent.brand_wrote(At.CHANGE_OPEN, ""),
    "brand_asked": lambda: agent.brand_wrote(At.CHANGE_OPEN, "When is it done?"),
    "renewed_otherwise": lambda: agent.renewed_otherwise(HOST, ENDS),
    "no_answer": lambda: agent.decision_wanted(agent.no_answer(WAITING), At.DETAILS_WANTED),
    "details_still_wanted": lambda: reminders.details(WAITING, OFFERED, "https://x.net/d", NOW),
    "details_still_wanted_of_an_unknown_site": lambda: reminders.details(UNSEEN, {}, "", NOW),
    "certificate_still_wanted": lambda: reminders.certificate(WAITING, NOW),
    "certificate_still_wanted_of_an_expired_one": lambda: reminders.certificate(WAITING, LATER),
    "ended": lambda: tickets.ended("Agnes Agent", At.CHANGE_OPEN),
    "reopened": lambda: tickets.reopened(At.CHANGE_OPEN),
    "merged": lambda: tickets.merged(35, At.CHANGE_OPEN),
    "goes_on_here": lambda: tickets.goes_on_here(35, At.CHANGE_OPEN),
    "followed_after_the_end": lambda: tickets.followed_after_the_end(35),
    "followed_after_a_stop": lambda: tickets.followed_after_a_stop(35),
    "followed_by_others": lambda: tickets.followed_by_others(35),
    "key_posted": lambda: brand.key_posted(NAME, redacted=False, ours=False, signed=False),
    "key_of_ours_posted": lambda: brand.key_posted(NAME, redacted=True, ours=True, signed=False),
    "key_of_ours_posted_and_signed": lambda: brand.key_posted(
        NAME, redacted=True, ours=True, signed=True
    ),
    "key_redacted": lambda: agent.key_posted("Ada Brand", redacted=True, ours=True),
    "key_not_redacted": lambda: agent.key_posted("", redacted=False, ours=False),
    "certificate_doubtful": lambda: agent.certificate_refused((LONG,), doubtful=True),
    "certificate_wrong": lambda: agent.certificate_refused((UNKNOWN,), doubtful=False),
    "keys_destroyed": lambda: agent.keys_destroyed(("5f" * 32,)),
    "obeyed": lambda: agent.obeyed("ssl_stop", "Agnes took over."),
    "watch_expiring": lambda: watch.expiring(WATCHED, NOW),
    "watch_expired": lambda: watch.expiring(WATCHED, LATER),
    "watch_nobody_to_ask": lambda: watch.nobody_to_ask(WATCHED, NOW),
    "watch_requester_refused": lambda: watch.nobody_to_ask(WATCHED, NOW, "Zendesk says no"),
    "watch_noted": lambda: watch.noted(
        replace(WATCHED, fault_since=NOW),
        ("SITE_CHANGED:aaaaaaaa", "SITE_CHAIN_INCOMPLETE:aaaaaaaa"),
    ),
    "watch_rolled_back": lambda: agent.decision_wanted(
        watch.rolled_back(HOST, ("192.0.2.1", "2001:db8::1"), ENDS, "SPC-2"), At.CHANGE_DONE
    ),
    "watch_rolled_back_of_a_closed_ticket": lambda: watch.rolled_back_notice(
        WATCHED, ("192.0.2.1",), ENDS
    ),
    "not_obeyed": lambda: agent.not_obeyed("ssl_stop", "Only agents give commands."),
}


@pytest.mark.parametrize("name", LETTERS)
def test_letter_reads_as_it_stands_in_its_file(name: str) -> None:
    letter = LETTERS[name]()

    assert letter.plain() + "\n" == (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    assert letter.html() + "\n" == (FOLDER / f"{name}.html").read_text(encoding="utf-8")


def test_no_file_is_left_over() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(LETTERS)


if __name__ == "__main__":
    for title, made in LETTERS.items():
        (FOLDER / f"{title}.txt").write_text(made().plain() + "\n", encoding="utf-8")
        (FOLDER / f"{title}.html").write_text(made().html() + "\n", encoding="utf-8")
