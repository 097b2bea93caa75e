"""The tracker's verbs do their work in Jira of both flavours, and only once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from pydantic import SecretStr

from bot.errors import Gone, Misconfigured, NeedsHuman, TryLater
from bot.gateways.jira import Jira
from bot.ports import File, IssueKind
from bot.settings import Settings
from sandbox.faults import Fault, Kind
from tests.gateways.jira_place import EMAIL, FLAVOURS, TOKEN, WIKI, Sides, again, change, sides

FILES = (File("www.crt", b"one"), File("www.chain.crt", b"two"), File("www.key.p7m", b""))


@pytest.fixture(params=FLAVOURS)
def both(request: pytest.FixtureRequest) -> Iterator[Sides]:
    with sides(request.param) as made:
        yield made


def test_change_is_raised_as_the_settings_say(both: Sides) -> None:
    key = both.tracker.raise_issue(change())

    assert key == "SPC-1"
    fields = both.fields(key)
    assert fields["issuetype"]["name"] == "Change Request"
    assert fields["summary"] == "Install SSL certificate on www.example.com (ZD-35)"
    assert fields["labels"][:2] == ["ssl-renewal", "zd-35"]
    assert fields["security"]["name"] == "SaaS team"
    # Not every Jira takes properties along; the label finds the issue again.
    assert both.sandbox.properties(key) == {}


def test_request_for_a_csr_goes_to_its_own_project(both: Sides) -> None:
    key = both.tracker.raise_issue(change(kind=IssueKind.CSR_REQUEST))

    assert key == "ITOPS-1"
    assert both.fields(key)["issuetype"]["name"] == "Task"


def test_wiki_text_arrives_as_it_was_written(both: Sides) -> None:
    key = both.tracker.raise_issue(change())
    both.tracker.comment(key, WIKI)

    fields = both.fields(key)
    assert fields["description"] == WIKI
    assert [c["body"] for c in fields["comment"]["comments"]] == [WIKI]


def test_summary_of_brand_origin_always_fits(both: Sides) -> None:
    key = both.tracker.raise_issue(change(summary="two\r\nlines " + "x" * 300))

    assert both.fields(key)["summary"].startswith("two lines x")
    assert len(both.fields(key)["summary"]) == 255


def test_repeated_issue_is_found_by_its_reference(both: Sides) -> None:
    first = both.tracker.raise_issue(change())
    other = both.tracker.raise_issue(change("ssl:35:change:2"))

    with again():
        assert both.tracker.raise_issue(change()) == first
        assert both.tracker.raise_issue(change("ssl:35:change:2")) == other
        third = both.tracker.raise_issue(change("ssl:35:change:3"))

    assert [issue["key"] for issue in both.sandbox.issues("SPC")] == [first, other, third]


def test_first_try_does_not_look_for_a_trace(both: Sides) -> None:
    both.raised()

    both.tracker.raise_issue(change("another"))

    assert not [call for call in both.faults.calls if "search" in call.path]


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_issue_that_the_index_does_not_show_yet_is_found(flavour: str) -> None:
    with sides(flavour, search_lag=60.0) as both:
        for number in range(12):
            both.tracker.raise_issue(change(f"other {number}"))
        first = both.tracker.raise_issue(change())
        for number in range(3):
            both.tracker.raise_issue(change(f"later {number}"))

        with again():
            assert both.tracker.raise_issue(change()) == first


def test_issue_is_found_between_others_that_were_indexed_before_it(both: Sides) -> None:
    both.tracker.raise_issue(change("before"))
    both.sandbox.search_lag = 60.0
    first = both.tracker.raise_issue(change())
    both.sandbox.search_lag = 0.0
    deleted = both.tracker.raise_issue(change("deleted"))
    both.tracker.raise_issue(change("after"))
    both.sandbox.person_deletes(deleted)

    with again():
        assert both.tracker.raise_issue(change()) == first


def test_search_past_the_index_has_an_end(both: Sides) -> None:
    both.sandbox.search_lag = 60.0
    both.sandbox.projects["SPC"].last = 500

    with again():
        key = both.tracker.raise_issue(change())

    assert key == "SPC-501"
    assert len(both.faults.calls) < 25


def test_references_that_differ_only_in_signs_stay_apart(both: Sides) -> None:
    first = both.tracker.raise_issue(change("a b"))

    with again():
        second = both.tracker.raise_issue(change("a/b"))

    assert first != second


def test_comment_stands_once(both: Sides) -> None:
    key = both.raised()
    both.tracker.comment(key, "Please create a CSR\n|| a | b |")
    for _ in range(120):
        both.sandbox.person_comments(key, "chatter")

    with again():
        both.tracker.comment(key, "Please create a CSR\r\n|| a | b |\r\n")
        both.tracker.comment(key, "Another")

    bodies = [c["body"] for c in both.fields(key)["comment"]["comments"]]
    assert len(bodies) == 122
    assert bodies[-1] == "Another"


def test_files_go_up_in_one_request_byte_for_byte(both: Sides) -> None:
    key = both.raised()

    both.tracker.attach(key, (*FILES, File("all.bin", bytes(range(256)))))

    assert len(both.writes()) == 1
    held = {a["filename"]: int(a["id"]) for a in both.fields(key)["attachment"]}
    assert list(held) == ["www.crt", "www.chain.crt", "www.key.p7m", "all.bin"]
    assert both.sandbox.attachment_bytes(held["all.bin"]) == bytes(range(256))
    assert both.sandbox.attachment_bytes(held["www.key.p7m"]) == b""


def test_only_missing_files_are_attached_again(both: Sides) -> None:
    key = both.raised()
    both.tracker.attach(key, FILES[:1])

    with again():
        both.tracker.attach(key, FILES)
        both.tracker.attach(key, FILES)

    names = [a["filename"] for a in both.fields(key)["attachment"]]
    assert names == [file.name for file in FILES]


def test_name_of_a_file_cannot_break_out_of_its_header(both: Sides) -> None:
    key = both.raised()

    both.tracker.attach(key, (File('a";\r\nX: ä/../b.crt', b"x"),))

    [name] = [a["filename"] for a in both.fields(key)["attachment"]]
    assert name == "a____X____.._b.crt"


def test_file_that_jira_finds_too_large_needs_a_person(both: Sides) -> None:
    key = both.raised()
    both.sandbox.upload_limit = 2

    with pytest.raises(NeedsHuman, match="413"):
        both.tracker.attach(key, FILES)

    assert both.fields(key)["attachment"] == []


def test_link_leads_to_the_agents_view_of_the_ticket_once(both: Sides) -> None:
    key = both.raised()
    both.tracker.link(key, 35)
    with again():
        both.tracker.link(key, 35)

    [link] = both.sandbox.remote_links(key)
    assert link["globalId"] == "zendesk-ticket=35"
    assert link["object"]["url"] == "https://acme.zendesk.com/agent/tickets/35"
    assert {c.path for c in both.faults.calls} == {f"/rest/api/2/issue/{key}/remotelink"}


def test_change_is_related_to_the_request_once(both: Sides) -> None:
    request, key = both.tracker.raise_issue(change(kind=IssueKind.CSR_REQUEST)), both.raised()
    both.tracker.link(key, 35, request)
    with again():
        both.tracker.link(key, 35, request)

    [link] = both.fields(key)["issuelinks"]
    assert (link["type"]["name"], link["outwardIssue"]["key"]) == ("Relates", request)
    assert len([c for c in both.faults.calls if c.path.endswith("issueLink")]) == 1


def test_link_to_an_issue_that_is_gone_is_named(both: Sides) -> None:
    key = both.raised()

    with pytest.raises(Misconfigured, match="SPC-99"):
        both.tracker.link(key, 35, "SPC-99")


def test_state_is_read_by_category_and_names(both: Sides) -> None:
    key = both.raised()
    before = both.tracker.state(key)
    both.sandbox.person_moves(key, "Declined", "Won't Do")

    after = both.tracker.state(key)

    assert (before.done, before.status, before.resolution) == (False, "To Do", "")
    assert (after.done, after.status, after.resolution) == (True, "Declined", "Won't Do")


def test_deleted_issue_is_gone(both: Sides) -> None:
    key = both.raised()
    both.sandbox.person_deletes(key)

    for verb in (both.tracker.state, both.tracker.close):
        with pytest.raises(Gone):
            verb(key)
    with pytest.raises(Gone):
        both.tracker.comment(key, "x")


@pytest.mark.parametrize("asked", [False, True])
def test_issue_is_closed_well_and_once(both: Sides, asked: bool) -> None:
    both.sandbox.resolution_asked = asked
    key = both.raised()

    both.tracker.close(key)
    with again():
        both.tracker.close(key)

    assert both.tracker.state(key).status == "Done"
    assert both.tracker.state(key).resolution == "Done"
    assert len(both.writes()) == 1


def test_issue_that_people_closed_is_left_alone(both: Sides) -> None:
    key = both.raised()
    both.sandbox.person_moves(key, "Declined")

    both.tracker.close(key)

    assert both.tracker.state(key).status == "Declined"
    assert both.writes() == []


@pytest.mark.parametrize("offered", [(), ("21",), ("21", "41")])
def test_issue_that_cannot_be_closed_well_needs_a_person(
    both: Sides, offered: tuple[str, ...]
) -> None:
    key = both.raised()
    both.sandbox.offers["To Do"] = offered

    with pytest.raises(NeedsHuman, match=f"cannot close {key}.*Please close it in Jira"):
        both.tracker.close(key)

    assert both.tracker.state(key).status == "To Do"


def test_security_level_is_confirmed_before_the_key_is_told(both: Sides) -> None:
    both.sandbox.drops_security = True

    with pytest.raises(Misconfigured, match="did not put the security level SaaS team on SPC-1"):
        both.tracker.raise_issue(change())
    with again(), pytest.raises(Misconfigured, match="SPC-1"):
        both.tracker.raise_issue(change())

    assert len(both.sandbox.issues("SPC")) == 1


@pytest.mark.parametrize("fault", ["no permission", "no such level", "no scheme"])
def test_missing_security_level_raises_no_issue(both: Sides, fault: str) -> None:
    tracker = both.tracker
    if fault == "no permission":
        both.sandbox.may_set_security = False
    elif fault == "no such level":
        tracker = both.connected("Board only")
    else:
        both.sandbox.projects["SPC"].levels = {}

    with pytest.raises(Misconfigured, match="no security level"):
        tracker.raise_issue(change())

    assert both.sandbox.issues("SPC") == []


def test_level_that_the_screen_does_not_take_is_for_the_operator(both: Sides) -> None:
    both.raised()
    both.sandbox.may_set_security = False

    with pytest.raises(Misconfigured, match="does not take the security level SaaS team"):
        both.tracker.raise_issue(change("another"))

    assert len(both.sandbox.issues("SPC")) == 1


def test_no_security_level_is_asked_for_when_none_is_set(both: Sides) -> None:
    key = both.connected(None).raise_issue(change())

    assert both.fields(key)["security"] is None


def test_settings_make_the_tracker_without_a_call(both: Sides) -> None:
    settings = Settings.model_construct(
        jira_url=both.sandbox.url,
        jira_email=EMAIL if both.sandbox.cloud else None,
        jira_token=SecretStr(TOKEN),
        jira_csr_project="ITOPS",
        jira_csr_issue_type="Task",
        jira_change_project="SPC",
        jira_change_issue_type="Change Request",
        jira_security_level=None,
        zendesk_url="https://acme.zendesk.com",
    )
    tracker = Jira.of(settings)
    assert both.faults.calls == []

    assert tracker.raise_issue(change()) == "SPC-1"


def test_many_threads_connect_once(both: Sides) -> None:
    with ThreadPoolExecutor(8) as pool:
        names = list(pool.map(lambda _: both.tracker.whoami(), range(16)))

    assert set(names) == {"SSL Bot"}
    assert len([c for c in both.faults.calls if c.path.endswith("serverInfo")]) == 1


def test_connection_that_failed_is_made_at_the_next_call(both: Sides) -> None:
    both.faults.plan(Fault(Kind.STATUS, 503), path="serverInfo")

    with pytest.raises(TryLater):
        both.tracker.whoami()

    assert both.tracker.whoami() == "SSL Bot"
