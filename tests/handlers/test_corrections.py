"""The brand corrects its details after they were settled."""

from __future__ import annotations

from bot.case import At, Source
from bot.policy import Policy
from tests.conftest import the_case
from tests.fakes import TICKET, FakeWorld
from tests.handlers.play import FORM, HOST, SUBJECT, certificate_wanted, replies


def ordered(world: FakeWorld) -> None:
    """ITOps is making the CSR by hand."""
    world.policy = Policy(csr_source="itops", zendesk_url="https://acme.zendesk.com")
    world.helpdesk.opens(SUBJECT, FORM)
    world.look()
    assert the_case(world).at is At.CSR_ORDERED


def test_labelled_correction_makes_a_new_csr(world: FakeWorld) -> None:
    before = certificate_wanted(world)

    case = replies(world, "Sorry, there was a mistake.\nOrganization: Nordlicht AG")

    assert (case.at, case.csr_issue, len(case.requests)) == (
        At.CERTIFICATE_WANTED, "ITOPS-2", 2,
    )  # fmt: skip
    assert case.csr != before.csr
    assert case.details is not None
    assert case.details.organization == "Nordlicht AG"
    assert "It replaces the one" in world.helpdesk.said()[-2]


def test_correction_in_a_running_sentence_goes_to_an_agent(world: FakeWorld) -> None:
    certificate_wanted(world)

    case = replies(world, "Our company name is Nordlicht AG and we are located in Bremen, Germany.")

    assert (case.at, len(case.requests)) == (At.WITH_AGENT, 1)
    assert "a person has to decide" in world.helpdesk.said(public=False)[-1]


def test_details_that_repeat_the_csr_are_no_correction(world: FakeWorld) -> None:
    certificate_wanted(world)

    case = replies(world, f"As agreed:\nCommon Name: {HOST}\nOrganization: Nordlicht Handels GmbH")

    assert (case.at, len(case.requests)) == (At.CERTIFICATE_WANTED, 1)


def test_brand_that_corrects_again_and_again_meets_a_person(world: FakeWorld) -> None:
    certificate_wanted(world)
    for number in range(3):
        assert replies(world, f"Organization: Nordlicht {number} AG").at is At.CERTIFICATE_WANTED

    case = replies(world, "Organization: Nordlicht 4 AG")

    assert (case.at, len(case.requests)) == (At.WITH_AGENT, 4)
    assert "ssl_new_csr" in world.helpdesk.said(public=False)[-1]


def test_corrected_name_that_is_not_the_brands_goes_to_an_agent(world: FakeWorld) -> None:
    certificate_wanted(world)
    world.helpdesk.organizations[70] = ("nordlicht-store.com",)

    case = replies(world, "Common Name: www.other-brand.net")

    assert (case.at, case.doubtful) == (At.WITH_AGENT, ("www.other-brand.net",))


def test_itops_hears_of_a_correction_in_its_own_request(world: FakeWorld) -> None:
    ordered(world)

    case = replies(world, "One correction:\nLocality: Bremen")

    assert (case.at, case.csr_issue, case.source) == (At.CSR_ORDERED, "ITOPS-1", Source.BRAND)
    assert case.details is not None
    assert case.details.locality == "Bremen"
    key, text = world.tracker.comments[-1]
    assert key == "ITOPS-1"
    assert "The brand has corrected its details" in text
    assert "| Bremen |" in text
    assert "Locality: Bremen" in world.helpdesk.said()[-1]


def test_thanks_while_itops_is_at_work_go_by(world: FakeWorld) -> None:
    ordered(world)
    said = len(world.helpdesk.said())

    case = replies(world, "Great, thank you!")

    assert case.at is At.CSR_ORDERED
    assert len(world.helpdesk.said()) == said
    assert world.helpdesk.tickets[TICKET].status == "hold"


def test_faulty_correction_while_itops_is_at_work_changes_nothing(world: FakeWorld) -> None:
    ordered(world)
    before = the_case(world).details

    case = replies(world, "Country: Narnia")

    assert case.details == before
    assert "needs a person" in world.helpdesk.said(public=False)[-1]
