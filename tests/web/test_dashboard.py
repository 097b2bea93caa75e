"""The pages: what they show, what may be done on them, and by whom."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import Engine, update
from werkzeug.test import TestResponse

from bot.case import At
from bot.errors import TryLater
from bot.storage.audit import AuditTrail
from bot.storage.cases import CaseStore
from bot.storage.database import private
from bot.storage.schema import SITES
from sandbox.ca import Authority
from tests.databases import KINDS, fresh_postgresql
from tests.web.door import FakeInbox
from tests.web.filled import EVIL, PASSWORD, application, dead_letters, filled
from tests.web.test_collect import log_in

PAGES = (
    *("/", "/cases", "/cases?stage=with_agent&order=since", "/cases?whom=brand&order=expires"),
    *("/cases/35", "/cases/36", "/cases/36/accept", "/cases/35/stop", "/sites", "/sites?sort=-key"),
    *("/calendar", "/dead-letters", "/dead-letters/replay?id=hint:1", "/audit", "/findings"),
)


@pytest.fixture
def engine(tmp_path: Path, authority: Authority) -> Iterator[Engine]:
    made = private(f"sqlite:///{tmp_path / 'bot.db'}")
    filled(made, authority)
    yield made
    made.dispose()


@pytest.fixture
def inbox() -> FakeInbox:
    found = FakeInbox()
    found.letters = dead_letters()
    return found


@pytest.fixture
def client(engine: Engine, inbox: FakeInbox) -> FlaskClient:
    return logged_in(application(engine, inbox).test_client(), "agent")


@pytest.fixture(scope="module")
def pages(
    authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], FlaskClient]]:
    """The pages on an SQLite file, or on PostgreSQL."""
    with ExitStack() as stack:

        @cache
        def on(kind: str) -> FlaskClient:
            url = f"sqlite:///{tmp_path_factory.mktemp('pages') / 'bot.db'}"
            if kind == "postgresql":
                url = stack.enter_context(fresh_postgresql())
            made = private(url)
            stack.callback(made.dispose)
            filled(made, authority)
            return logged_in(application(made, FakeInbox()).test_client(), "agent")

        yield on


def logged_in(client: FlaskClient, role: str) -> FlaskClient:
    """As the log-in leaves it."""
    import time  # noqa: PLC0415

    with client.session_transaction() as session:
        session.update(name="Olga", role=role, single=False, since=time.time(), csrf="token")
    return client


def posts(client: FlaskClient, path: str, **form: str) -> TestResponse:
    """A form of ours, sent."""
    return client.post(path, data={"csrf": "token", **form})


@pytest.mark.parametrize("path", PAGES)
def test_texts_of_others_are_texts_on_every_page(client: FlaskClient, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 200
    assert "<script" not in answer.text
    assert "style=" not in answer.text, "the policy would not let it count"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_log_in_ends_on_the_overview(engine: Engine, inbox: FakeInbox) -> None:
    client = application(engine, inbox).test_client()

    where = log_in(client, PASSWORD).headers["Location"]

    assert "What waits for whom" in client.get(where).text


@pytest.mark.parametrize("path", [*PAGES, "/sites.csv", "/sites.ics"])
def test_nobody_sees_anything_without_logging_in(
    engine: Engine, inbox: FakeInbox, path: str
) -> None:
    answer = application(engine, inbox).test_client().get(path)

    assert answer.status_code == 303
    assert answer.location.startswith("/login?next=/")


def test_overview_tells_what_waits_for_whom_and_what_is_late(client: FlaskClient) -> None:
    text = client.get("/").text

    assert re.search(r"<strong>2</strong> Change open", text)
    assert re.search(r"<strong>2</strong> SaaS team", text)
    assert re.search(r"<strong>2</strong> dead letters", text)
    assert text.index("#100") < text.index("#101"), "what has ended longest comes first"
    assert "90 of 700" in text
    assert "<strong>Jira</strong> needs a look: no sweep has seen it yet" in text
    assert "<strong>Zendesk</strong> is well" in text


def test_list_names_the_brand_and_every_page_its_place(client: FlaskClient) -> None:
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in client.get("/cases").text
    assert '<a href="/cases" aria-current="page">' in client.get("/cases").text
    for path in ("/cases/35", "/cases/35/stop"):
        assert '<a href="/cases" aria-current="true">' in client.get(path).text


def test_list_leads_to_a_case_by_ticket_host_and_issue(client: FlaskClient) -> None:
    assert client.get("/cases?q=%2335").location == "/cases/35"
    assert "#103" in client.get("/cases?q=shop3").text
    assert "#36" in client.get("/cases?q=itops-1").text
    assert "There is no such case" in client.get("/cases?q=nowhere").text


@pytest.mark.parametrize(
    "query", ["stage=x", "order=x", "after=x", "order=since&after=1", "after=" + "9" * 30]
)
def test_senseless_address_is_refused(client: FlaskClient, query: str) -> None:
    assert client.get(f"/cases?{query}").status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        *("/cases?q=a%00", "/cases?after=" + "9" * 30, "/cases?order=since&after=2026-01-01~1%00"),
        *("/sites?q=a%00", "/sites.csv?environment=%00", "/sites.ics?q=%00"),
        *("/audit?actor=%00", "/audit?what=a%00", "/audit?after=%00~1~1"),
        *("/audit?ticket=-" + "9" * 30, "/audit?after=z~" + "9" * 30 + "~1"),
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_senseless_values_are_no_fault_of_ours_on_either_database(
    pages: Callable[[str], FlaskClient], kind: str, path: str
) -> None:
    assert pages(kind).get(path).status_code in (200, 400)


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/cases/9", 404, "There is no such page"),
        ("/cases?stage=x", 400, "This address is not understood"),
        ("/cases/35/resume", 409, 'href="/cases/35"'),
    ],
)
def test_people_are_refused_with_a_page(
    client: FlaskClient, path: str, status: int, says: str
) -> None:
    answer = client.get(path)

    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    assert says in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_old_form_is_explained(client: FlaskClient) -> None:
    answer = client.post("/cases/35/stop", data={"csrf": "of another session"})

    assert answer.status_code == 403
    assert "This form is too old" in answer.text


def test_database_that_does_not_answer_is_said_on_a_page(engine: Engine) -> None:
    gone = application(engine, FakeInbox(TryLater("the database does not answer")))
    client = logged_in(gone.test_client(), "agent")

    answer = posts(client, "/cases/35/look")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "The database does not answer" in answer.text
    assert AuditTrail(engine).of(35)[-1].what != "asked for: look"


def test_case_tells_who_did_what_when_and_why_at_which_step(client: FlaskClient) -> None:
    text = client.get("/cases/35").text

    first, last = text.index("A certificate expires"), text.index("The site is verified")
    opened = text.index("case opened new → change_open")
    assert first < opened < last < text.index("tracker.raise_issue")
    assert "because the ticket asks for a renewal" in text
    assert "e.1" not in text, "marks are the machine's"


def test_case_shows_certificate_chain_and_findings(client: FlaskClient) -> None:
    text = client.get("/cases/35").text

    for shown in ("New certificate", "Names", "leaf, ends on", "intermediate, ends on", "CHAIN_"):
        assert shown in text
    assert "PRIVATE KEY" not in text
    assert "SHORT_REMAINING" in client.get("/cases/36").text


@pytest.mark.parametrize("at", list(At))
def test_every_stage_offers_what_fits_it(client: FlaskClient, at: At) -> None:
    ticket = 100 + list(At).index(at)
    text = client.get(f"/cases/{ticket}").text
    offered = set(re.findall(rf'href="/cases/{ticket}/([a-z-]+)"', text))

    assert ("stop" in offered) is (at not in (At.STOPPED, At.DONE))
    assert ("resume" in offered) is (at in (At.STOPPED, At.WITH_AGENT))
    assert ("resend" in offered) is (at in (At.DETAILS_WANTED, At.CERTIFICATE_WANTED))
    assert "look" in offered
    for word in ("stop", "resume", "resend", "accept"):
        expected = 200 if word in offered else 409
        assert client.get(f"/cases/{ticket}/{word}").status_code == expected


def test_order_is_put_before_the_worker_as_the_person_saw_it(
    client: FlaskClient, inbox: FakeInbox, engine: Engine
) -> None:
    case = CaseStore(engine).find(36)
    assert case is not None
    page = client.get("/cases/36/accept").text
    assert "SHORT_REMAINING" in page
    assert case.to_accept in page

    answer = posts(
        client, "/cases/36/accept", at="with_agent", acceptance=case.to_accept, csr="5f" * 32
    )

    assert answer.location == "/cases/36?asked=accept"
    [(ticket, kind, payload)] = inbox.events.values()
    assert (ticket, kind) == (36, "order")
    assert payload["order"] == {
        "command": "ssl_accept",
        "person": "Olga",
        "at": "with_agent",
        "acceptance": case.to_accept,
        "csr": "5f" * 32,
    }
    last = AuditTrail(engine).of(36)[-1]
    assert (last.actor, last.what) == ("Olga (dashboard)", "asked for: accept")


def test_form_that_is_sent_twice_is_one_order(
    client: FlaskClient, inbox: FakeInbox, engine: Engine
) -> None:
    ticket = 100 + list(At).index(At.CERTIFICATE_WANTED)
    page = client.get(f"/cases/{ticket}/resend").text
    form = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)) | {"csrf": "token"}

    for _ in range(2):
        posts(client, f"/cases/{ticket}/resend", **form)

    assert len(inbox.events) == 1
    assert [entry.what for entry in AuditTrail(engine).of(ticket)] == ["asked for: resend"]

    again = client.get(f"/cases/{ticket}/resend").text
    posts(client, f"/cases/{ticket}/resend", once=re.findall('name="once" value="(.*?)"', again)[0])
    assert len(inbox.events) == 2, "who asks anew means it"


def test_nobody_acts_under_the_name_of_a_part_of_the_bot(
    client: FlaskClient, engine: Engine
) -> None:
    with client.session_transaction() as session:
        session["name"] = "bot"

    posts(client, "/cases/35/look")

    assert AuditTrail(engine).of(35)[-1].actor == "bot (dashboard)"


def test_case_shows_what_failed_for_good_and_leads_to_its_replay(
    client: FlaskClient, inbox: FakeInbox
) -> None:
    text = client.get("/cases/35").text

    assert "/dead-letters/replay?id=hint%3A1" in text
    assert "sweep-tickets-1" not in text
    assert "failed for good" not in client.get("/cases/36").text


def test_looking_again_is_a_look(client: FlaskClient, inbox: FakeInbox) -> None:
    posts(client, "/cases/35/look", at="change_open")

    assert [(t, k) for t, k, _ in inbox.events.values()] == [(35, "look")]


def test_dead_letter_is_replayed_once_and_on_record(
    client: FlaskClient, inbox: FakeInbox, engine: Engine
) -> None:
    assert "helpdesk.ticket" in client.get("/dead-letters").text

    assert posts(client, "/dead-letters/replay", id="hint:1").location == "/dead-letters"
    assert [letter.id for letter in inbox.letters] == ["sweep-tickets-1"]
    assert AuditTrail(engine).of(35)[-1].what == "replayed"
    assert posts(client, "/dead-letters/replay", id="hint:1").status_code == 410
    assert posts(client, "/dead-letters/replay", id="sweep-tickets-1").status_code == 303


@pytest.mark.parametrize("path", ["/cases/35/stop", "/dead-letters/replay?id=hint:1"])
def test_viewers_only_look(engine: Engine, inbox: FakeInbox, path: str) -> None:
    viewer = logged_in(application(engine, inbox).test_client(), "viewer")

    assert "/cases/35/stop" not in viewer.get("/cases/35").text
    assert viewer.get(path).status_code == 403
    assert posts(viewer, path, id="hint:1").status_code == 403
    assert not inbox.events
    assert len(inbox.letters) == 2


@pytest.mark.parametrize("path", ["/cases/35/stop", "/dead-letters/replay"])
def test_form_of_another_site_does_nothing(
    client: FlaskClient, inbox: FakeInbox, path: str
) -> None:
    answer = client.post(path, data={"csrf": "guessed", "id": "hint:1"})

    assert answer.status_code == 403
    assert not inbox.events
    assert len(inbox.letters) == 2


@pytest.mark.parametrize("path", ["/cases/9/stop", "/cases/35/x", f"/cases/{10**20}/stop"])
def test_order_for_what_is_not_there_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_sites_are_filtered_and_sorted(client: FlaskClient) -> None:
    def hosts(query: str) -> list[str]:
        return re.findall(r"www\.shop(\d\d)\.example", client.get(f"/sites?{query}").text)

    assert hosts("")[:2] == ["00", "01"]
    assert hosts("sort=-expires")[:2] == ["59", "58"]
    assert len(hosts("")) == 50
    assert len(hosts("skip=50")) == 10
    assert hosts("q=brand+7") == ["07"]
    assert hosts("environment=staging") == ["00", "10", "20", "30", "40", "50"]
    assert hosts("state=fault&sort=host")[:2] == ["03", "10"]
    assert hosts("state=unseen") == []
    for senseless in ("sort=x", "state=x", "skip=x", "skip=-1"):
        assert client.get(f"/sites?{senseless}").status_code == 400


def test_table_to_take_away_holds_no_formula(client: FlaskClient) -> None:
    answer = client.get("/sites.csv?q=shop0")

    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["host"] for row in rows][:2] == ["www.shop00.example.com", "www.shop01.example.com"]
    assert rows[5]["brand"] == EVIL
    assert rows[6]["brand"] == "'=cmd()"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", rows[0]["expires_at"])


@pytest.mark.parametrize(
    "brand",
    ["=cmd()", "+1", "-1", "@x", "\t=1", "\n=1", " =1", "\uff1dcmd()", "a;=cmd()", 'a";=cmd()'],
)
def test_no_spreadsheet_finds_a_formula_in_a_brand(
    client: FlaskClient, engine: Engine, brand: str
) -> None:
    with engine.begin() as connection:
        mine = update(SITES).where(SITES.c.host == "www.shop07.example.com")
        connection.execute(mine.values(brand=brand))

    text = client.get("/sites.csv?q=shop07").text

    for separator in ",;\t":
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            assert not any(re.match(r"\s*[=+@\uff1d-]", cell) for cell in row)


def test_no_key_that_broke_an_event_is_shown(client: FlaskClient, inbox: FakeInbox) -> None:
    key = "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----"
    inbox.letters[0] = replace(inbox.letters[0], why=f"ValueError: cannot read {key}")

    text = client.get("/dead-letters").text

    assert "cannot read [hidden]" in text
    assert "PRIVATE KEY" not in text


def test_forecast_is_of_the_share_that_the_watch_is_set_to(engine: Engine) -> None:
    half = application(engine, FakeInbox(), WATCH_PERCENT="50")

    text = logged_in(half.test_client(), "viewer").get("/calendar").text

    assert "begins with 50 percent of its lifetime left" in text
    # Sixty sites: each every 50 days, once 100 are the most.
    assert re.search(r"2027-03-15.*?100 days.*?>37<", text, re.DOTALL)


def test_no_worker_at_all_is_told(engine: Engine) -> None:
    anywhere = {"DATABASE_URL": "postgresql+psycopg://x@127.0.0.1/x"}  # where hearts beat
    client = logged_in(application(engine, FakeInbox(), **anywhere).test_client(), "viewer")

    assert "<strong>Worker</strong> needs a look: none has a heartbeat" in client.get("/").text


def test_calendar_holds_a_day_for_each_certificate(client: FlaskClient) -> None:
    events = Calendar.from_ical(client.get("/sites.ics?q=shop07").data).walk("VEVENT")

    [event] = events
    assert event["summary"] == "Certificate of www.shop07.example.com ends (production)"
    assert str(event["dtstart"].dt) == "2026-12-24"
    again = Calendar.from_ical(client.get("/sites.ics?q=shop07").data).walk("VEVENT")
    assert again[0]["uid"] == event["uid"]


def test_year_shows_what_ends_and_what_begins_in_each_month(client: FlaskClient) -> None:
    text = client.get("/calendar").text

    assert "60 sites are known" in text
    months = re.findall(r'<time datetime="(\d{4}-\d\d)">', text)
    assert len(months) == 12
    assert months == sorted(months)
    counts = [int(n) for n in re.findall(r"</svg> (\d+)", text)]
    assert 48 <= sum(counts[::2]) <= 53, "one certificate a week ends"
    assert sum(counts[1::2]) > sum(counts[::2]), "by shorter lifetimes there are more renewals"
    assert re.search(r"2027-03-15.*100 days.*2029-03-15.*47 days", text, re.DOTALL)


def test_record_is_searched(client: FlaskClient) -> None:
    assert "tracker.raise_issue" in client.get("/audit?ticket=35&actor=bot").text
    assert "Nothing like it" in client.get("/audit?what=nothing").text
    assert "Nothing like it" in client.get("/audit?since=2099-01-01").text
    for senseless in ("ticket=x", "since=yesterday", "after=x"):
        assert client.get(f"/audit?{senseless}").status_code == 400
