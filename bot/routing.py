"""The table's grammar, and the walk of one event through it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Generic, Protocol, TypeVar, get_args

from bot.case import At, Case
from bot.errors import NeedsHuman, Refused
from bot.events import Event, Reached
from bot.ports import Context, TicketUpdate
from bot.wording import agent, brand

E = TypeVar("E", bound=Event)
EVENTS: Final[tuple[type[Event], ...]] = get_args(Event)
FINAL: Final = frozenset({At.DONE})


class Row(Protocol):
    """One row of the table, whatever its event."""

    @property
    def at(self) -> At:
        """The stage."""
        ...

    @property
    def on(self) -> type[Any]:
        """The kind of event."""
        ...

    @property
    def leads_to(self) -> tuple[At, ...]:
        """The stages that the step may lead to."""
        ...

    @property
    def name(self) -> str:
        """The step's name."""
        ...

    @property
    def of_a_step(self) -> bool:
        """Whether it is one of the seven steps, and not what stands beside them."""
        ...

    def step(self, case: Case, event: Event, ctx: Context) -> Case:
        """Do the step."""
        ...


@dataclass(frozen=True, slots=True)
class Route(Generic[E]):
    """At a stage, on an event, do a step; it leads to one of these stages."""

    at: At
    on: type[E]
    do: Callable[[Case, E, Context], Case]
    leads_to: tuple[At, ...]

    @property
    def name(self) -> str:
        """The step's name."""
        return self.do.__name__

    @property
    def of_a_step(self) -> bool:
        """Whether it is one of the seven steps, and not what stands beside them."""
        return self.do.__module__.startswith("handlers.step")

    def step(self, case: Case, event: Event, ctx: Context) -> Case:
        """Do the step."""
        assert isinstance(event, self.on), "routed by the event's type"
        return self.do(case, event, ctx)


@dataclass(frozen=True, slots=True)
class Procedure:
    """All routes, and the pairs that are ignored on purpose."""

    routes: tuple[Row, ...]
    ignored: frozenset[tuple[At, type[Event]]]

    def route(self, at: At, on: type[Event]) -> Row | None:
        """The route of the pair, if it has one."""
        return next((r for r in self.routes if (r.at, r.on) == (at, on)), None)

    def faults(self) -> Iterator[str]:
        """What is wrong with the table; nothing when it is sound."""
        pairs = [(r.at, r.on) for r in self.routes]
        for at, on in {pair for pair in pairs if pairs.count(pair) > 1}:
            yield f"two routes at {at} on {on.__name__}"
        for at, on in self.ignored & set(pairs):
            yield f"routed and ignored: {at} on {on.__name__}"
        for at in At:
            for on in EVENTS:
                if (at, on) not in self.ignored and (at, on) not in pairs:
                    yield f"neither routed nor ignored: {at} on {on.__name__}"
        reachable = {At.NEW} | {to for r in self.routes for to in r.leads_to}
        yield from (f"unreachable stage {at}" for at in At if at not in reachable)
        leaving = {r.at for r in self.routes if set(r.leads_to) - {r.at}}
        yield from (f"dead end {at}" for at in At if at not in leaving | FINAL)


def after(procedure: Procedure, case: Case, event: Event, ctx: Context) -> Case:
    """The case after the event: one step, or unchanged where the event is ignored."""
    route = procedure.route(case.at, type(event))
    if route is None:
        return case
    try:
        moved = route.step(case, event, ctx)
    except Refused as refused:
        ctx.helpdesk.update(
            case.ticket, TicketUpdate(brand.refused(case.requester_name, str(refused)))
        )
        return case
    except NeedsHuman as needed:
        return with_agent(case, str(needed), ctx)
    assert moved.at in route.leads_to, f"{case.at} must not lead to {moved.at}"
    return moved


def with_agent(case: Case, what: str, ctx: Context, or_else: str = "") -> Case:
    """Lay the case before an agent, who hands it back at the same stage.

    `or_else` says what else an agent can do.
    """
    note = agent.decision_wanted(what, case.at, or_else)
    ctx.helpdesk.update(case.ticket, TicketUpdate(note, public=False, stage=At.WITH_AGENT))
    return case.moved(At.WITH_AGENT, resume_at=case.at)


def put_back(case: Case, ctx: Context) -> Case:
    """The ticket waits on: a reply that needs no answer has opened it."""
    ctx.helpdesk.update(case.ticket, TicketUpdate(stage=case.at))
    return case


def goes_on(procedure: Procedure, case: Case) -> bool:
    """Whether the bot itself has work to do at the stage the case has come to."""
    return procedure.route(case.at, Reached) is not None
