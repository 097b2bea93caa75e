"""The procedure: at a stage, on an event, do a step, which leads to a stage."""

from __future__ import annotations

from typing import Final

from bot.case import At
from bot.events import (
    AgentCommanded,
    BrandReplied,
    ChangeResolved,
    CsrRequestSeen,
    Event,
    FollowedUp,
    FormFilled,
    KeyPosted,
    LookDue,
    Reached,
    ReminderDue,
    RollbackOver,
    RolledBack,
    TicketEnded,
    TicketFlagged,
    TicketReopened,
    WaitBegan,
)
from bot.routing import EVENTS, Procedure, Route, Row
from handlers import (
    agent_commands,
    corrections,
    follow_ups,
    key_leaks,
    other_replies,
    reminders,
    retire_keys,
    rollbacks,
    step1_open_case,
    step2_gather_details,
    step3_request_csr,
    step4_collect_csr,
    step4_make_csr,
    step5_hand_over_csr,
    step6_raise_change,
    step6_take_certificate,
    step7_verify_site,
    ticket_ends,
)

_ACTIVE: Final = tuple(at for at in At if at not in (At.NEW, At.DONE, At.WITH_AGENT, At.STOPPED))
_PLAIN: Final = tuple(at for at in _ACTIVE if at not in (At.DETAILS_WANTED, At.CERTIFICATE_WANTED))
_ASKING: Final = (At.DETAILS_WANTED, At.CERTIFICATE_WANTED)
_WITH_CSR: Final = (
    At.CSR_MADE,
    At.CERTIFICATE_WANTED,
    At.CERTIFICATE_HELD,
    At.CHANGE_OPEN,
    At.CHANGE_DONE,
)

# fmt: off
ROUTES: Final[tuple[Row, ...]] = (
    # at                         on              do                                   leads to
    Route(At.NEW,                TicketFlagged,  step1_open_case.open_case,           (At.DETAILS_WANTED, At.DETAILS_KNOWN, At.WITH_AGENT)),
    Route(At.NEW,                FollowedUp,     follow_ups.take_over,                (At.NEW, At.STOPPED, *_ACTIVE)),
    Route(At.DETAILS_WANTED,     BrandReplied,   step2_gather_details.read_answer,    (At.DETAILS_WANTED, At.DETAILS_KNOWN, At.WITH_AGENT)),
    Route(At.DETAILS_WANTED,     FormFilled,     step2_gather_details.take_form,      (At.DETAILS_WANTED, At.DETAILS_KNOWN, At.WITH_AGENT)),
    Route(At.DETAILS_KNOWN,      Reached,        step3_request_csr.order,             (At.CSR_ORDERED,)),
    Route(At.CSR_ORDERED,        Reached,        step4_make_csr.make,                 (At.CSR_ORDERED, At.CSR_MADE, At.WITH_AGENT)),
    Route(At.CSR_ORDERED,        BrandReplied,   corrections.while_ordered,           (At.CSR_ORDERED, At.WITH_AGENT)),
    Route(At.CSR_ORDERED,        CsrRequestSeen, step4_collect_csr.collect,           (At.CSR_ORDERED, At.CSR_MADE, At.WITH_AGENT)),
    Route(At.CSR_MADE,           Reached,        step5_hand_over_csr.hand_over,       (At.CERTIFICATE_WANTED,)),
    Route(At.CERTIFICATE_WANTED, BrandReplied,   step6_take_certificate.take,         (At.CERTIFICATE_WANTED, At.CERTIFICATE_HELD, At.DETAILS_KNOWN, At.WITH_AGENT)),
    Route(At.CERTIFICATE_HELD,   Reached,        step6_raise_change.raise_change,     (At.CHANGE_OPEN,)),
    Route(At.CHANGE_OPEN,        ChangeResolved, step7_verify_site.change_resolved,   (At.CHANGE_DONE, At.WITH_AGENT)),
    Route(At.CHANGE_DONE,        Reached,        step7_verify_site.verify,            (At.CHANGE_DONE, At.DONE, At.WITH_AGENT)),
    Route(At.CHANGE_DONE,        LookDue,        step7_verify_site.verify,            (At.CHANGE_DONE, At.DONE, At.WITH_AGENT)),
    Route(At.CHANGE_OPEN,        BrandReplied,   other_replies.meanwhile,             (At.CHANGE_OPEN,)),
    Route(At.CHANGE_DONE,        BrandReplied,   other_replies.meanwhile,             (At.CHANGE_DONE,)),
    Route(At.DONE,               BrandReplied,   other_replies.after_the_end,         (At.DONE, At.WITH_AGENT)),
    Route(At.DONE,               RolledBack,     rollbacks.call_agent,                (At.WITH_AGENT,)),
    *(Route(at,                  WaitBegan,      reminders.begin,                     (at,)) for at in _ASKING),
    *(Route(at,                  ReminderDue,    reminders.remind,                    (at, At.WITH_AGENT)) for at in _ASKING),
    *(Route(at,                  TicketEnded,    ticket_ends.end,                     (At.STOPPED,)) for at in At if at not in (At.NEW, At.DONE)),
    Route(At.STOPPED,            TicketReopened, ticket_ends.reopen,                  _ACTIVE),
    *(Route(at,                  RollbackOver,   retire_keys.retire,                  (at,)) for at in (At.DONE, At.STOPPED)),
    *(Route(at,                  KeyPosted,      key_leaks.contain,                   (at, At.DETAILS_KNOWN)) for at in _WITH_CSR),
    *(Route(at,                  KeyPosted,      key_leaks.contain,                   (at,)) for at in At if at not in (At.NEW, *_WITH_CSR)),
    *(Route(at,                  AgentCommanded, agent_commands.obey,                 (at, At.STOPPED)) for at in _PLAIN),
    Route(At.DETAILS_WANTED,     AgentCommanded, agent_commands.at_details,           (At.DETAILS_WANTED, At.DETAILS_KNOWN, At.WITH_AGENT, At.STOPPED)),
    Route(At.CERTIFICATE_WANTED, AgentCommanded, agent_commands.at_certificate,       (At.CERTIFICATE_WANTED, At.CERTIFICATE_HELD, At.DETAILS_KNOWN, At.STOPPED)),
    Route(At.WITH_AGENT,         AgentCommanded, agent_commands.decide,               (At.WITH_AGENT, At.STOPPED, *_ACTIVE)),
    Route(At.STOPPED,            AgentCommanded, agent_commands.hand_back,            (At.STOPPED, *_ACTIVE)),
    Route(At.DONE,               AgentCommanded, agent_commands.too_late,             (At.DONE,)),
)
# fmt: on


def _ignored() -> frozenset[tuple[At, type[Event]]]:
    """Pairs that mean nothing to the procedure, each group with its reason."""
    nothing: dict[type[Event], set[At]] = {
        # A case is opened once; the ticket that opened it is an event at no other stage.
        TicketFlagged: set(At) - {At.NEW},
        # The page says so itself when nothing is to be filled in any more.
        FormFilled: set(At) - {At.DETAILS_WANTED},
        # Comments are searched for keys when the case is open.
        KeyPosted: {At.NEW},
        # The bot's own work comes first; a reply is read at the stage that it leads to.  While a
        # person has the case, replies wait until it is handed back.
        BrandReplied: set(At) - {r.at for r in ROUTES if r.on is BrandReplied},
        # A ticket goes on from another one when its case is opened.
        FollowedUp: set(At) - {At.NEW},
        # The brand is reminded where an answer is wanted.
        WaitBegan: set(At) - set(_ASKING),
        ReminderDue: set(At) - set(_ASKING),
        # Before its case is opened and after it is done, a ticket may end.
        TicketEnded: {At.NEW, At.DONE},
        # Only a case that has ended with its ticket begins again with it.
        TicketReopened: set(At) - {At.STOPPED},
        # A command before the case exists opens it.
        AgentCommanded: {At.NEW},
        # At these stages the case waits for somebody.
        Reached: set(At) - {r.at for r in ROUTES if r.on is Reached},
        # The request is looked at while people make the CSR.
        CsrRequestSeen: set(At) - {At.CSR_ORDERED},
        # A change is resolved while it is open; a look is due while the site is watched.
        ChangeResolved: set(At) - {At.CHANGE_OPEN},
        LookDue: set(At) - {At.CHANGE_DONE},
        # A roll-back is seen in the days after the verified installation.
        RolledBack: set(At) - {At.DONE},
        # Keys are kept until the end, whatever happens on the way.
        RollbackOver: set(At) - {At.DONE, At.STOPPED},
    }
    assert set(nothing) == set(EVENTS), "every kind of event has its line"
    return frozenset((at, on) for on, stages in nothing.items() for at in stages)


PROCEDURE: Final = Procedure(ROUTES, _ignored())
