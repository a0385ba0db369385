"""Many leads with one click, each through the action of a single one; and the way back, as an action of its own."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit, policies
from tiejun.foundation.refusals import Invalid, NotFound, Refused
from tiejun.leads import rules
from tiejun.leads.actions import claim_lead, release_lead
from tiejun.leads.actions._tenure import End, Kind, Start, Status, begin, end, locked, set_holder
from tiejun.leads.actions.allotting import assign_leads
from tiejun.leads.locks import lock_open_tenure, lock_seats
from tiejun.leads.models import AllotmentItem, BulkAction, Cooldown, FollowUp, Lead, LeadTenure
from tiejun.leads.queries import holding, lead_in_reach
from tiejun.leads.rules.undoing import worked_on
from tiejun.marketing.actions.tags import put_tag, take_tag
from tiejun.marketing.queries.tags import tags

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tiejun.access.scope import Scope

Step = dict[str, Any]
Bulk = BulkAction.Kind


@action(Ability.CLAIM_LEAD)
def claim_many(scope: Scope, *, lead_ids: Sequence[UUID], now: datetime) -> BulkAction:
    """Claim leads one after the other, by the rules of a single claim; what is refused is counted by its refusal.

    Raises `Invalid` for none, or more than the policy's `lead.bulk_most`.
    """

    def claim(lead_id: UUID) -> Step:
        return {"tenure": str(claim_lead(scope, lead_id=lead_id, now=now).pk)}

    lock_seats([scope.own_id])
    return _kept(scope, Bulk.CLAIM, _each(scope, lead_ids, claim, now), now)


@action(Ability.RELEASE_LEAD)
def release_many(scope: Scope, *, lead_ids: Sequence[UUID], reason: str, now: datetime) -> BulkAction:
    """Give held leads back to their pools for one reason, by the rules of a single release; raises as `claim_many`."""

    def release(lead_id: UUID) -> Step:
        step_at = lead_in_reach(scope, lead_id, Ability.RELEASE_LEAD).next_step_at
        held = LeadTenure.objects.filter(lead=lead_id, ended_at=None).first()
        release_lead(scope, lead_id=lead_id, reason=reason, now=now)
        return {"tenure": str(held.pk) if held else "", "next_step_at": step_at.isoformat() if step_at else ""}

    return _kept(scope, Bulk.RELEASE, _each(scope, lead_ids, release, now), now)


@action(Ability.RECORD_FOLLOW_UP)
def tag_many(scope: Scope, *, lead_ids: Sequence[UUID], tag_id: UUID, now: datetime) -> BulkAction:
    """Put one tag on leads within reach beside those they carry; raises `NotFound` for the tag, else as `claim_many`."""
    if tag_id not in {chip.id for chip in tags(scope)}:
        raise NotFound

    def tag(lead_id: UUID) -> Step:
        lead_in_reach(scope, lead_id, Ability.RECORD_FOLLOW_UP)
        return {"tag": str(tag_id) if put_tag(scope, lead_id=lead_id, tag_id=tag_id, now=now) else ""}

    return _kept(scope, Bulk.TAG, _each(scope, lead_ids, tag, now), now)


@action(Ability.ASSIGN_LEADS)
def assign_many(
    scope: Scope, *, lead_ids: Sequence[UUID], person_ids: Sequence[UUID], reason: str, now: datetime
) -> BulkAction:
    """Put leads on working lists (`allotting.assign_leads`, whose refusals it raises) in a way that can be taken back."""
    run = assign_leads(scope, lead_ids=lead_ids, person_ids=person_ids, reason=reason, now=now)
    items = AllotmentItem.objects.filter(run=run, tenure__isnull=False).order_by("lead").values_list("lead", "tenure")
    tried = _Tried(
        [{"lead": str(lead_id), "tenure": str(tenure_id)} for lead_id, tenure_id in items], asked=len(lead_ids)
    )
    return _kept(scope, Bulk.ASSIGN, tried, now)


@action(Ability.UNDO_BULK)
def undo_bulk(scope: Scope, *, bulk_id: UUID, now: datetime) -> BulkAction:
    """Take one's own bulk action back, lead by lead, where nothing has happened to the lead since; `undone` says how many.

    A follow-up or an opportunity is something: such a lead stays with its holder.

    Claims and assignments end as UNDONE, without cool-down; the day's claims stay spent. A lead given back is held again
    with the deadlines it had. Raises `NotFound`, `Refused` (UNDO_IS_OVER, ALREADY_UNDONE).
    """
    row = BulkAction.objects.within(scope, Ability.UNDO_BULK).select_for_update(of=("self",)).filter(pk=bulk_id).first()
    if row is None or row.person_id != scope.person_id:
        raise NotFound
    refusal = rules.why_not_undo(row.undone_at, row.undo_until, now)
    if refusal:
        raise Refused(refusal)
    persons = LeadTenure.objects.filter(pk__in=[step["tenure"] for step in row.steps if step.get("tenure")])
    lock_seats(persons.values_list("person_id", flat=True))
    way_back = {Bulk.CLAIM: _unclaim, Bulk.ASSIGN: _unclaim, Bulk.RELEASE: _hold_again, Bulk.TAG: _untag}[
        Bulk(row.kind)
    ]
    row.undone = sum(way_back(scope, step, now) for step in _not_worked_on(scope, row))
    row.undone_at = now
    row.save(update_fields=["undone", "undone_at"])
    audit.record(scope, "leads.bulk_undone", row, kind=row.kind, done=row.done, undone=row.undone)
    return row


# -- forth -------------------------------------------------------------------------------------------------------------
@dataclass(slots=True)
class _Tried:
    steps: list[Step] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    asked: int = 0


def _each(scope: Scope, lead_ids: Sequence[UUID], one: Callable[[UUID], Step], now: datetime) -> _Tried:
    wanted = sorted(set(lead_ids))
    most = policies.book(now).integer("lead.bulk_most", scope.unit_chain)
    if not wanted or len(wanted) > most:
        raise Invalid(lead=_("Choose 1 to %(most)s leads.") % {"most": most})
    tried = _Tried(asked=len(wanted))
    for lead_id in wanted:
        try:
            with transaction.atomic():
                tried.steps.append({"lead": str(lead_id), **one(lead_id)})
        except Refused as refused:
            tried.refused[refused.refusal.value] += 1
        except NotFound:
            tried.refused[rules.Refusal.NOT_HELD.value] += 1
    return tried


def _kept(scope: Scope, kind: Bulk, tried: _Tried, now: datetime) -> BulkAction:
    minutes = policies.book(now).integer("lead.undo_minutes", scope.unit_chain)
    row = BulkAction.objects.create(
        person_id=scope.own_id,
        unit_id=scope.unit_id,
        kind=kind,
        asked=tried.asked,
        done=len(tried.steps),
        refused=dict(tried.refused),
        steps=tried.steps,
        made_at=now,
        undo_until=now + timedelta(minutes=minutes),
    )
    audit.record(scope, "leads.bulk_done", row, kind=kind, asked=row.asked, done=row.done)
    return row


# -- and back ----------------------------------------------------------------------------------------------------------
def _not_worked_on(scope: Scope, row: BulkAction) -> list[Step]:
    """Return the steps to take back in the order of their locks; an opportunity opened since keeps a claim or assignment."""
    steps = sorted(row.steps, key=lambda step: str(step["lead"]))
    if row.kind not in (Bulk.CLAIM, Bulk.ASSIGN):
        return steps
    companies = dict(Lead.objects.filter(pk__in=[step["lead"] for step in steps]).values_list("pk", "company_id"))
    worked = worked_on(scope, dict.fromkeys(companies.values(), row.made_at))
    return [step for step in steps if companies[UUID(step["lead"])] not in worked]


def _unclaim(scope: Scope, step: Step, now: datetime) -> int:
    lead = locked(UUID(step["lead"]))
    tenure = lock_open_tenure(lead.pk)
    was_worked = tenure is not None and FollowUp.objects.filter(tenure=tenure).exists()
    if tenure is None or str(tenure.pk) != step["tenure"] or was_worked:
        return 0
    end(tenure, End.UNDONE, "", now)
    set_holder(scope, lead, None, now=now, status=Status.POOLED)
    if tenure.kind == Kind.PRIVATE:
        # A holding that never was one does not count among the earlier ones.
        Lead.objects.filter(pk=lead.pk).update(tenures_count=F("tenures_count") - 1)
    return 1


def _hold_again(scope: Scope, step: Step, now: datetime) -> int:
    lead, former = (
        locked(UUID(step["lead"])),
        LeadTenure.objects.filter(pk__in=[step["tenure"]] if step["tenure"] else []).first(),
    )
    latest = LeadTenure.objects.filter(lead=lead).order_by("-started_at", "-pk").first()
    is_free = lead.status == Status.POOLED and lead.owner_id is None and not lead.frozen_reason
    if former is None or latest != former or not is_free or former.kind != Kind.PRIVATE:
        return 0
    holder = holding.holder_of_tenure(scope, former)
    seat = holding.seat_facts(scope, holder, now)
    if rules.why_no_room(seat):
        return 0
    fresh = begin(scope, lead, holder, start=Start.RESTORED, kind=Kind.PRIVATE, now=now)
    fresh.due_at, fresh.no_deal_due_at = former.due_at, former.no_deal_due_at
    fresh.last_qualifying_at, fresh.policy_facts = former.last_qualifying_at, former.policy_facts
    fresh.save(update_fields=["due_at", "no_deal_due_at", "last_qualifying_at", "policy_facts"])
    step_at = datetime.fromisoformat(step["next_step_at"]) if step.get("next_step_at") else None
    Lead.objects.filter(pk=lead.pk).update(tenures_count=F("tenures_count") - 1, next_step_at=step_at)
    Cooldown.objects.filter(lead=lead, person=former.person_id, cause=End.RELEASED, until__gt=now).update(until=now)
    return 1


def _untag(scope: Scope, step: Step, _now: datetime) -> int:
    return int(bool(step["tag"]) and take_tag(scope, lead_id=UUID(step["lead"]), tag_id=UUID(step["tag"])))
