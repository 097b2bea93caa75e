"""Outside the seven steps: agents take over, hand back, or start by macro."""

from __future__ import annotations

from bot.case import At, Case
from bot.events import AgentCommanded, Command
from bot.ports import Context, TicketUpdate
from bot.wording import agent
from bot.wording.letter import Letter
from handlers import verdicts

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


def at_certificate(case: Case, event: AgentCommanded, ctx: Context) -> Case:
    """While a certificate is awaited: overrule what is doubtful, or begin with a new CSR."""
    match event.command:
        case Command.ACCEPT:
            return _accepted(case, event, ctx)
        case Command.NEW_CSR:
            note = agent.obeyed(event.command, f"{event.agent.name} wants a new key and CSR.")
            _noted(case, event, ctx, note)
            return case.moved(At.DETAILS_KNOWN, offer=None)
        case _:
            return obey(case, event, ctx)


def _accepted(case: Case, event: AgentCommanded, ctx: Context) -> Case:
    """Go on with exactly the certificate and the findings that the agent has read."""
    if case.offer is None:
        note = agent.not_obeyed(event.command, "There is no certificate to accept.")
        return _noted(case, event, ctx, note)
    accepted = frozenset({case.offer.acceptance})
    verdict = verdicts.on(case, verdicts.offered(case.offer), ctx, accepted)
    if verdict.blocked:
        findings = tuple(f"{f.agent} [{f.code}]" for f in verdict.findings)
        note = agent.not_obeyed(event.command, f"It is judged otherwise now: {' '.join(findings)}")
        _noted(case, event, ctx, note)
        doubtful = verdicts.only_doubtful(verdict)
        return case.with_(offer=verdicts.offer(verdict) if doubtful else None)
    what = f"{event.agent.name} accepted the certificate with its findings."
    _noted(case, event, ctx, agent.obeyed(event.command, what))
    ctx.issuers.remember(verdict.intermediates)
    held = verdicts.held(verdict)
    return case.moved(At.CERTIFICATE_HELD, held=held, findings=verdict.findings, offer=None)


def hand_back(case: Case, event: AgentCommanded, ctx: Context) -> Case:
    """Go on where the case was before a person took it."""
    if event.command is Command.STOP:
        return obey(case, event, ctx)
    if event.command is not Command.RESUME:
        note = agent.not_obeyed(event.command, "Only ssl_resume continues from here.")
        return _noted(case, event, ctx, note)
    back = case.resume_at or At.DETAILS_WANTED
    note = agent.obeyed(event.command, f"{event.agent.name} handed back; going on at {back}.")
    return _moved(case, event, ctx, note, back)


def too_late(case: Case, event: AgentCommanded, ctx: Context) -> Case:
    """Say that the renewal is done, where a command can change nothing."""
    note = agent.not_obeyed(event.command, "This renewal is done; a new one needs a new ticket.")
    return _noted(case, event, ctx, note)


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
