"""Outside the seven steps: agents take over, hand back, decide, or start by macro."""

from __future__ import annotations

from bot.case import At, Case
from bot.events import AgentCommanded, Command
from bot.ports import Context, TicketUpdate
from bot.wording import agent
from bot.wording.letter import Letter
from bot.x509.details import LABELS
from handlers import proposals, sending, settling, verdicts

_TAKEN = frozenset({At.WITH_AGENT, At.STOPPED})


def obey(case: Case, event: AgentCommanded, ctx: Context) -> Case:
    """Stop, or say why the command does not fit where the case stands."""
    match event.command:
        case Command.STOP:
            note = agent.obeyed(event.command, f"{event.agent.name} took over; the bot is silent.")
            return _moved(case, event, ctx, note, At.STOPPED)
        case Command.START | Command.RESUME:
            return _noted(case, event, ctx, agent.obeyed(event.command, "The case is running."))
        case _:
            why = f"It does not fit the stage {case.at}."
            return _noted(case, event, ctx, agent.not_obeyed(event.command, why))


def at_details(case: Case, event: AgentCommanded, ctx: Context) -> Case:
    """While details are awaited: take those of the live certificate, or vouch for names."""
    match event.command:
        case Command.USE_LIVE_DETAILS:
            return _live_details(case, event, ctx)
        case Command.ACCEPT if case.doubtful:
            return _vouched(case, event, ctx)
        case Command.RESEND:
            _noted(case, event, ctx, _sent_again(event))
            return settling.asked(case, settling.known_so_far(case), (), ctx)
        case _:
            return obey(case, event, ctx)


def at_certificate(case: Case, event: AgentCommanded, ctx: Context) -> Case:
    """While a certificate is awaited: overrule what is doubtful, or begin with a new CSR."""
    match event.command:
        case Command.ACCEPT:
            return _accepted(case, event, ctx)
        case Command.NEW_CSR:
            return _new_csr(case, event, ctx)
        case Command.RESEND:
            _noted(case, event, ctx, _sent_again(event))
            ctx.helpdesk.update(case.ticket, sending.csr(case))
            return case.heard()
        case _:
            return obey(case, event, ctx)


def decide(case: Case, event: AgentCommanded, ctx: Context) -> Case:
    """The case was laid before an agent, who can also say what is to be done."""
    match event.command:
        case Command.ACCEPT if case.doubtful:
            return _vouched(case, event, ctx)
        case Command.ACCEPT if case.offer:
            return _accepted(case, event, ctx)
        case Command.USE_LIVE_DETAILS if case.resume_at is At.DETAILS_WANTED:
            return _live_details(case, event, ctx)
        case Command.NEW_CSR if case.resume_at is At.CERTIFICATE_WANTED:
            return _new_csr(case, event, ctx)
        case _:
            return hand_back(case, event, ctx)


def hand_back(case: Case, event: AgentCommanded, ctx: Context) -> Case:
    """Go on where the case was before a person took it."""
    if event.command is Command.STOP:
        return obey(case, event, ctx)
    if event.command is not Command.RESUME:
        note = agent.not_obeyed(event.command, "Only ssl_resume continues from here.")
        return _noted(case, event, ctx, note)
    if case.resume_at in (None, At.NEW):
        return _begun(case, event, ctx)
    back = f"{event.agent.name} handed back; going on at {case.resume_at}."
    return _moved(case, event, ctx, agent.obeyed(event.command, back), case.resume_at)


def _begun(case: Case, event: AgentCommanded, ctx: Context) -> Case:
    """The case was stopped before it was opened: the brand gets the form now."""
    note = f"{event.agent.name} has it begun; the brand is asked for the details."
    _noted(case, event, ctx, agent.obeyed(event.command, note))
    case, proposal = proposals.about(case, "", "", ctx)
    return settling.asked(case.with_(asked=0, resume_at=None), proposal.fields, (), ctx)


def too_late(case: Case, event: AgentCommanded, ctx: Context) -> Case:
    """The renewal is done; a command changes nothing any more."""
    note = agent.not_obeyed(event.command, "This renewal is done; a new one needs a new ticket.")
    return _noted(case, event, ctx, note)


def _sent_again(event: AgentCommanded) -> Letter:
    what = f"{event.agent.name} has the last message to the brand sent again."
    return agent.obeyed(event.command, what)


def _live_details(case: Case, event: AgentCommanded, ctx: Context) -> Case:
    """Go on with what the site's certificate and an earlier renewal say."""
    proposal = proposals.for_site(case, ctx)
    known = settling.answers_so_far(case) | dict(proposal.fields)
    found = settling.judged(case, known, ctx)
    if not proposal.served or not (found.details or found.only_doubtful):
        site = case.site or "The site, which is not known,"
        why = f"{site} does not give all details: {agent.findings(found.findings)}"
        return _noted(case, event, ctx, agent.not_obeyed(event.command, why))
    used = "; ".join(f"{LABELS[field]}: {value}" for field, value in known.items())
    note = agent.obeyed(event.command, f"{event.agent.name} had the live details used. {used}")
    _noted(case, event, ctx, note)
    return settling.settled(case, known, found, ctx, proposal.source) or case


def _vouched(case: Case, event: AgentCommanded, ctx: Context) -> Case:
    """Go on with exactly the names that the agent has read."""
    vouched = case.with_(accepted=(*case.accepted, *case.doubtful), doubtful=())
    known = settling.known_so_far(case)
    found = settling.judged(vouched, known, ctx)
    what = f"{event.agent.name} vouched for {', '.join(case.doubtful)}."
    _noted(case, event, ctx, agent.obeyed(event.command, what))
    return settling.settled(vouched, known, found, ctx, case.source) or vouched


def _accepted(case: Case, event: AgentCommanded, ctx: Context) -> Case:
    """Go on with exactly the certificate and the findings that the agent has read."""
    if case.offer is None:
        note = agent.not_obeyed(event.command, "There is no certificate to accept.")
        return _noted(case, event, ctx, note)
    accepted = frozenset({case.offer.acceptance})
    verdict = verdicts.on(case, verdicts.offered(case.offer), ctx, accepted)
    if verdict.blocked:
        why = f"It is judged otherwise now: {agent.findings(verdict.findings)}"
        _noted(case, event, ctx, agent.not_obeyed(event.command, why))
        doubtful = verdicts.only_doubtful(verdict)
        return case.with_(offer=verdicts.offer(verdict) if doubtful else None)
    what = f"{event.agent.name} accepted the certificate with its findings."
    _noted(case, event, ctx, agent.obeyed(event.command, what))
    ctx.issuers.remember(verdict.intermediates)
    held = verdicts.held(verdict)
    return case.moved(
        At.CERTIFICATE_HELD, held=held, findings=verdict.findings, offer=None, resume_at=None
    )


def _new_csr(case: Case, event: AgentCommanded, ctx: Context) -> Case:
    note = agent.obeyed(event.command, f"{event.agent.name} wants a new key and CSR.")
    _noted(case, event, ctx, note)
    return case.moved(At.DETAILS_KNOWN, offer=None, resume_at=None)


def _moved(case: Case, event: AgentCommanded, ctx: Context, note: Letter, at: At) -> Case:
    """The case at the stage, the note written and the command's tag removed in one update."""
    update = TicketUpdate(note, public=False, stage=at, drop_tags=(event.command.value,))
    ctx.helpdesk.update(case.ticket, update)
    kept = case.at if case.at not in _TAKEN else case.resume_at
    return case.moved(at, asked=0, resume_at=kept if at in _TAKEN else None)


def _noted(case: Case, event: AgentCommanded, ctx: Context, note: Letter) -> Case:
    """The case unchanged, the note written and the command's tag removed."""
    update = TicketUpdate(note, public=False, drop_tags=(event.command.value,))
    ctx.helpdesk.update(case.ticket, update)
    return case
