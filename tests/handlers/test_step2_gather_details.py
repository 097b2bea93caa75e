"""Step 2: the brand answers the form."""

from __future__ import annotations

from dataclasses import replace

from bot.case import At, Source
from bot.events import FormFilled
from bot.reading import form
from bot.x509 import request
from bot.x509.details import Details, KeyKind
from tests.conftest import the_case
from tests.fakes import AGENT, STRANGER, TICKET, FakeWorld
from tests.handlers.play import FORM, HOST, details_wanted, replies


def test_filled_form_moves_the_case_on(world: FakeWorld) -> None:
    details_wanted(world)

    case = replies(world, FORM)

    assert case.at is At.CERTIFICATE_WANTED
    assert case.details is not None
    assert case.details.names == (HOST, "nordlicht-store.com")
    assert case.details.country == "DE"


def test_answers_around_the_quoted_form_count(world: FakeWorld) -> None:
    details_wanted(world)
    quoted = "\n".join(f"> {line}" for line in world.helpdesk.said()[0].splitlines())

    case = replies(world, f"{FORM}\n\nOn Tue, 24 Nov 2026 the bot wrote:\n{quoted}")

    assert case.at is At.CERTIFICATE_WANTED


def test_answers_inside_the_quoted_form_count(world: FakeWorld) -> None:
    details_wanted(world)
    quoted = "\n".join(f"> {line}" for line in FORM.splitlines())

    case = replies(world, f"Please see below.\n\nOn Tue, 24 Nov 2026 the bot wrote:\n{quoted}")

    assert case.at is At.CERTIFICATE_WANTED


def test_only_what_is_missing_is_asked_again(world: FakeWorld) -> None:
    details_wanted(world)

    case = replies(world, FORM.replace("Country: Germany\n", ""))

    assert case.at is At.DETAILS_WANTED
    letter = world.helpdesk.said()[-1]
    assert letter.count("[FIELD_MISSING]") == 1
    assert "Organization: Nordlicht Handels GmbH" in letter


def test_missing_line_completes_the_form(world: FakeWorld) -> None:
    details_wanted(world)
    replies(world, FORM.replace("Country: Germany\n", ""))

    case = replies(world, "Sorry!\nCountry: Germany")

    assert case.at is At.CERTIFICATE_WANTED


def test_quoting_the_form_unchanged_is_no_answer(world: FakeWorld) -> None:
    details_wanted(world)
    quoted = "\n".join(f"> {line}" for line in world.helpdesk.said()[0].splitlines())

    case = replies(world, f"I'll ask my colleague.\n{quoted}")

    assert case.at is At.DETAILS_WANTED


def test_confirming_a_complete_form_is_an_answer(world: FakeWorld) -> None:
    case = details_wanted(world)
    complete = tuple(
        (line.split(": ", 1)[0], line.split(": ", 1)[1])
        for line in FORM.splitlines()
        if ": " in line
    )
    offered = tuple(form.read("\n".join(f"{k}: {v}" for k, v in complete)).items())
    world.cases.kept[TICKET] = case.with_(offered=offered)

    assert replies(world, "Yes, correct.").at is At.CERTIFICATE_WANTED


def test_after_two_fruitless_rounds_a_person_helps(world: FakeWorld) -> None:
    details_wanted(world)
    for _ in range(2):
        assert replies(world, "What do you mean?").at is At.DETAILS_WANTED

    case = replies(world, "I still do not understand.")

    assert case.at is At.WITH_AGENT
    assert case.resume_at is At.DETAILS_WANTED
    assert world.helpdesk.tickets[TICKET].status == "open"
    assert "ssl_resume" in world.helpdesk.said(public=False)[-1]


def test_agents_and_strangers_do_not_answer_for_the_brand(world: FakeWorld) -> None:
    details_wanted(world)
    world.helpdesk.writes(TICKET, FORM, AGENT)
    world.helpdesk.writes(TICKET, FORM, STRANGER)

    world.look()

    assert the_case(world).at is At.DETAILS_WANTED
    assert len(world.helpdesk.said()) == 1


def test_a_second_look_says_nothing_twice(world: FakeWorld) -> None:
    details_wanted(world)

    for _ in range(3):
        world.look()

    assert len(world.helpdesk.said()) == 1


def test_autoresponder_is_neither_answered_nor_counted(world: FakeWorld) -> None:
    before = details_wanted(world)

    case = replies(world, "I am out of the office until Monday with limited access to e-mail.")

    assert case.at is At.DETAILS_WANTED
    assert case.asked == before.asked
    assert case.read_to > before.read_to
    assert len(world.helpdesk.said()) == 1


def test_no_changes_confirm_a_complete_form(world: FakeWorld) -> None:
    case = details_wanted(world)
    world.cases.kept[TICKET] = case.with_(offered=tuple(form.read(FORM).items()))

    assert replies(world, "Alles wie bisher, bitte.").at is At.CERTIFICATE_WANTED


def test_yes_but_confirms_nothing(world: FakeWorld) -> None:
    case = details_wanted(world)
    world.cases.kept[TICKET] = case.with_(offered=tuple(form.read(FORM).items()))

    assert replies(world, "Yes, but please wait for our lawyer.").at is At.DETAILS_WANTED


def test_second_question_back_goes_to_an_agent_in_the_brands_words(world: FakeWorld) -> None:
    details_wanted(world)
    assert replies(world, "Which certificate authority do you use?").at is At.DETAILS_WANTED

    case = replies(world, "Which certificate authority do you recommend?")

    assert case.at is At.WITH_AGENT
    assert (
        "“Which certificate authority do you recommend?”" in world.helpdesk.said(public=False)[-1]
    )


def test_two_certificates_in_one_reply_go_to_an_agent(world: FakeWorld) -> None:
    details_wanted(world)

    case = replies(world, f"{FORM}\n\n{FORM.replace(HOST, 'www.suedlicht-store.com')}")

    assert case.at is At.WITH_AGENT
    assert case.csr is None


def test_name_of_two_alphabets_goes_to_an_agent(world: FakeWorld) -> None:
    details_wanted(world)

    # The first letter of the domain is a Cyrillic а.
    case = replies(world, FORM.replace(HOST, "www.\u0430pple-store.com"))

    assert case.at is At.WITH_AGENT
    assert "Cyrillic and Latin" in world.helpdesk.said(public=False)[-1]


def filled(**changes: str) -> FormFilled:
    """The form's page, filled in well but for the changes."""
    good = {
        "common_name": HOST,
        "organization": "Nordlicht Handels GmbH",
        "locality": "Hamburg",
        "country": "DE",
    }
    return FormFilled(tuple({**good, **changes}.items()))


def test_filled_page_goes_on_like_a_reply(world: FakeWorld) -> None:
    case = details_wanted(world)

    after = world.after(case, filled(bits="P-256"))

    assert after.at is At.DETAILS_KNOWN
    assert after.details is not None
    assert after.details.key is KeyKind.P256
    assert after.host == HOST


def test_page_filled_by_somebody_who_did_not_use_our_page_is_judged_again(
    world: FakeWorld,
) -> None:
    case = details_wanted(world)

    after = world.after(case, filled(country="Narnia"))

    assert after.at is At.DETAILS_WANTED
    assert "[COUNTRY_UNKNOWN]" in world.helpdesk.said()[-1]


def test_look_with_a_filled_page_brings_the_case_on(world: FakeWorld) -> None:
    details_wanted(world)

    world.look(filled=filled().answers)

    assert the_case(world).at is At.CERTIFICATE_WANTED


def test_thanks_are_not_answered_and_not_counted(world: FakeWorld) -> None:
    before = details_wanted(world)
    world.helpdesk.tickets[TICKET] = replace(world.helpdesk.tickets[TICKET], status="open")

    case = replies(world, "Thank you, we will send it tomorrow.")

    assert (case.at, case.asked) == (At.DETAILS_WANTED, before.asked)
    assert len(world.helpdesk.said()) == 1
    assert world.helpdesk.tickets[TICKET].status == "pending", "the reply had opened it"


def test_bare_ok_confirms_a_complete_form(world: FakeWorld) -> None:
    case = details_wanted(world)
    world.cases.kept[TICKET] = case.with_(offered=tuple(form.read(FORM).items()))

    assert replies(world, "Ok").at is At.CERTIFICATE_WANTED


def test_own_csr_answers_the_form(world: FakeWorld) -> None:
    details_wanted(world)
    theirs = request.sign(
        request.draw(KeyKind.P256),
        Details(HOST, (HOST,), "Nordlicht GmbH", "Hamburg", "", "DE"),
    )

    case = replies(world, "Please find our CSR attached.", theirs)

    assert (case.at, case.source) == (At.CERTIFICATE_WANTED, Source.OWN_CSR)


def test_foreign_name_goes_to_an_agent_who_can_accept_it(world: FakeWorld) -> None:
    details_wanted(world)
    world.helpdesk.organizations[70] = ("nordlicht-store.com",)

    case = replies(world, FORM.replace("domains: nordlicht", "domains: www.partner.net, nordlicht"))
    assert case.at is At.WITH_AGENT
    world.helpdesk.tags("ssl_accept")
    world.look()

    case = the_case(world)
    assert case.at is At.CERTIFICATE_WANTED
    assert case.details is not None
    assert "www.partner.net" in case.details.names
    assert any("vouched for www.partner.net" in n for n in world.helpdesk.said(public=False))
