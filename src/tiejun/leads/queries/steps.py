"""What can be done with a lead besides contacting it: for its page, by the same rules as the actions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.foundation import policies, refusals
from tiejun.leads import texts
from tiejun.leads.models import ExtensionRequest, Lead, LeadClosing, LeadFreeze, LeadTenure
from tiejun.leads.queries.extensions import requests_of_tenure
from tiejun.leads.queries.holding import held_facts
from tiejun.leads.rules import Refusal
from tiejun.leads.rules.extending import RequestFacts, why_not_request
from tiejun.leads.rules.swapping import why_not_promote
from tiejun.org import queries as org

if TYPE_CHECKING:
    from datetime import datetime

    from django.utils.functional import _StrPromise

    from tiejun.access.scope import Scope
    from tiejun.leads.rules import SeatFacts

Status = Lead.Status
SWAP_INSTEAD = (Refusal.CAP_REACHED, Refusal.SWAP_NEEDED)


@dataclass(frozen=True, slots=True)
class Step:
    """A dialog that the page offers: its url name (`leads:…`), words, icon, and why it cannot be taken (empty when it can)."""

    key: str
    words: _StrPromise | str
    icon: str
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Stop:
    """A freeze or a closing, as the page tells it; `note` is empty for who does not see what was said."""

    words: _StrPromise | str
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LeadSteps:
    """What the asker may do with a lead, and what stands in its way."""

    may_promote: bool = False
    why_not_promote: str = ""
    offers_swap: bool = False
    more: list[Step] = field(default_factory=list)
    extension: ExtensionRequest | None = None
    freeze: Stop | None = None
    closing: Stop | None = None

    @property
    def extension_words(self) -> str:
        """Return the state of the request in the reader's language."""
        return str(texts.EXTENSION_STATUSES[self.extension.status]) if self.extension else ""


def lead_steps(
    scope: Scope,
    lead: Lead,
    tenure: LeadTenure | None,
    *,
    seat: SeatFacts | None,
    why_not_claim: Refusal | None,
    now: datetime,
) -> LeadSteps:
    """Return the steps for a lead that the asker sees; `why_not_claim` as its page found it."""
    asked = requests_of_tenure(scope, tenure.pk) if tenure else []
    is_mine = tenure is not None and tenure.person_id == scope.person_id
    may_promote = is_mine and tenure is not None and tenure.kind == LeadTenure.Kind.ALLOTTED and seat is not None
    why_not = _why_not_promote(scope, lead, tenure, seat, now) if may_promote and seat else None
    sees_notes = scope.covers(Ability.VIEW_LEADS, owner_id=lead.owner_id, unit_id=lead.unit_id)
    return LeadSteps(
        may_promote=may_promote,
        why_not_promote=refusals.words_of(why_not, held=seat.held, cap=seat.cap) if why_not and seat else "",
        offers_swap=why_not in SWAP_INSTEAD if may_promote else why_not_claim in SWAP_INSTEAD,
        more=_more(scope, lead, tenure, asked, now),
        extension=asked[0] if asked else None,
        freeze=_freeze(lead, sees_notes=sees_notes),
        closing=_closing(scope, lead, sees_notes=sees_notes),
    )


def _why_not_promote(
    scope: Scope, lead: Lead, tenure: LeadTenure | None, seat: SeatFacts, now: datetime
) -> Refusal | None:
    mode = policies.book(now).text("lead.swap_mode", scope.unit_chain)
    return why_not_promote(seat, held_facts(scope, lead, tenure), mode)


def _more(
    scope: Scope, lead: Lead, tenure: LeadTenure | None, asked: list[ExtensionRequest], now: datetime
) -> list[Step]:
    def covers(ability: Ability) -> bool:
        return scope.covers(ability, owner_id=lead.owner_id, unit_id=lead.unit_id)

    steps = []
    if tenure is not None and tenure.person_id == scope.person_id and scope.can(Ability.REQUEST_EXTENSION):
        why_not = _why_not_extend(scope, tenure, asked, now)
        if why_not is not Refusal.NO_DEADLINE:
            steps.append(Step("extend", texts.STEPS["extend"], "calendar-plus", _said(why_not)))
    if tenure is not None and tenure.kind != LeadTenure.Kind.PROTECTED and covers(Ability.CLOSE_LEAD):
        steps += [Step("invalid", texts.STEPS["invalid"], "ban"), Step("lost", texts.STEPS["lost"], "circle-x")]
    is_open = lead.status not in (Status.CLOSED_INVALID, Status.CLOSED_LOST, Status.MERGED)
    if is_open and (covers(Ability.FREEZE_LEAD) or (lead.owner_id is None and scope.can(Ability.FREEZE_LEAD))):
        key = "thaw" if lead.frozen_reason else "freeze"
        steps.append(Step(key, texts.STEPS[key], "snowflake"))
    if lead.status == Status.RESTING and scope.can(Ability.REOPEN_LEAD):
        steps.append(Step("wake", texts.STEPS["wake"], "alarm-clock"))
    if lead.status in (Status.CLOSED_INVALID, Status.CLOSED_LOST) and covers(Ability.REOPEN_LEAD):
        steps.append(Step("reopen", texts.STEPS["reopen"], "rotate-ccw"))
    return steps


def _why_not_extend(scope: Scope, tenure: LeadTenure, asked: list[ExtensionRequest], now: datetime) -> Refusal | None:
    is_open = any(row.status == ExtensionRequest.Status.OPEN for row in asked)
    facts = RequestFacts(tenure.kind, tenure.due_at is not None, len(asked), is_open)
    most = policies.book(now).integer("lead.extension_max", org.unit_chain(scope, tenure.unit_id))
    return why_not_request(facts, most, reason="asked on the page")


def _said(refusal: Refusal | None) -> str:
    return refusals.words_of(refusal) if refusal else ""


def _freeze(lead: Lead, *, sees_notes: bool) -> Stop | None:
    if not lead.frozen_reason:
        return None
    row = LeadFreeze.objects.filter(lead=lead, thawed_at=None).first()
    if row is None:
        return Stop(texts.FREEZES.get(lead.frozen_reason, lead.frozen_reason), "", lead.last_activity_at)
    return Stop(texts.FREEZES[row.kind], row.note if sees_notes else "", row.frozen_at)


def _closing(scope: Scope, lead: Lead, *, sees_notes: bool) -> Stop | None:
    row = LeadClosing.objects.filter(lead=lead, reopened_at=None).first()
    if row is None:
        return None
    is_told = sees_notes or scope.person_id in (row.person_id, row.closed_by_id)
    parts = (str(texts.CLOSING_REASONS[row.outcome][row.reason]), str(texts.EVIDENCE.get(row.evidence, "")))
    return Stop(" · ".join(filter(None, parts)), row.note if is_told else "", row.closed_at)
