"""What the brand need not be asked: what its site serves now, and its earlier renewals say it.

Only a certificate that is good for the site and for nobody else's names speaks of the brand;
one that a hoster shares among its customers has the hoster's details.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.case import Case, Source
from bot.ports import Context, Renewal
from bot.x509 import facts, judging, names
from bot.x509.details import Details, Field
from handlers import brands

_WHO = (Field.ORGANIZATION, Field.LOCALITY, Field.STATE, Field.COUNTRY)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Values for the form.  `whole` says that they may be used without asking.

    `served` is the SHA-256 (hex) of the certificate that the site serves, `until` its end.
    """

    fields: Mapping[Field, str] = field(default_factory=dict)
    source: Source = Source.LIVE
    whole: bool = False
    served: str = ""
    until: datetime | None = None


def likely_host(case: Case, ctx: Context) -> str:
    """The only site that the brand has had renewed, else its only domain; empty for several."""
    sites = {renewal.host for renewal in brands.earlier(case, ctx)}
    if len(sites) == 1:
        return sites.pop()
    domains = ctx.helpdesk.domains(case.organization) if case.organization and not sites else ()
    return domains[0] if len(domains) == 1 else ""


def _last_environment(case: Case, ctx: Context) -> str:
    """Where the site was renewed last; production when it never was."""
    before = (r.environment for r in brands.earlier(case, ctx) if r.host == case.host)
    return next(before, case.environment)


def about(case: Case, host: str, environment: str, ctx: Context) -> tuple[Case, Proposal]:
    """The case with its site, named or else the only one there can be, and what is known of it."""
    case = case.with_(host=host or likely_host(case, ctx))
    case = case.with_(environment=environment or _last_environment(case, ctx))
    proposal = for_site(case, ctx)
    if not host:
        # A guess is for the brand to confirm.
        proposal = replace(proposal, source=Source.LIVE, whole=False)
    return case.with_(served=proposal.served, served_until=proposal.until), proposal


def for_site(case: Case, ctx: Context) -> Proposal:
    """All that is known of the case's site; nothing when the site is not known."""
    if not case.host:
        return Proposal()
    before = brands.earlier(case, ctx)
    earlier = next((r for r in before if r.host == case.host), None)
    chain = ctx.sites.served(case.site).chain
    read = facts.read(chain[0]) if chain else None
    if read is None:
        return Proposal({Field.COMMON_NAME: case.host} | _of_earlier(earlier, before))
    written = _readable(read.names or (read.common_name,))
    own = _good_for(case, written) and not brands.strangers(written, case, ctx)
    live = judging.from_certificate(chain[0]) if own else {Field.COMMON_NAME: case.host}
    further = _lacking(live, _of_earlier(earlier, before))
    asked = [field for field in _WHO if field in further]
    return Proposal(
        live | further,
        source=Source.EARLIER if asked else Source.LIVE,
        whole=own
        and (not asked or earlier is not None)
        and (len(set(map(names.holder, written))) == 1 or brands.checked(case, ctx)),
        served=read.sha256,
        until=read.not_after,
    )


def _good_for(case: Case, written: list[str]) -> bool:
    return any(names.covers(pattern, case.site) for pattern in written)


def _lacking(live: Mapping[Field, str], earlier: Mapping[Field, str]) -> dict[Field, str]:
    """What an earlier renewal adds; who the brand is comes from one of the two alone."""
    known = {*live, *(_WHO if live.get(Field.ORGANIZATION) else ())}
    return {field: value for field, value in earlier.items() if field not in known}


def _of_earlier(same_site: Renewal | None, before: tuple[Renewal, ...]) -> dict[Field, str]:
    """The last renewal of the site; of another site, only who the brand is."""
    if same_site is not None:
        return _fields(same_site.details)
    if before:
        said = _fields(before[0].details)
        return {k: said[k] for k in _WHO if k in said}
    return {}


def _fields(details: Details) -> dict[Field, str]:
    values = {
        Field.COMMON_NAME: details.common_name,
        Field.ORGANIZATION: details.organization,
        Field.LOCALITY: details.locality,
        Field.STATE: details.state,
        Field.COUNTRY: details.country,
        Field.BITS: details.key.value,
        Field.NAMES: ", ".join(n for n in details.names if n != details.common_name),
    }
    return {k: v for k, v in values.items() if v}


def _readable(written: tuple[str, ...]) -> list[str]:
    """Names as certificates hold them, in the form in which names are compared."""
    found = []
    for name in written:
        try:
            found.append(names.host(name))
        except names.NameFault:
            found.append(name.lower())
    return found
