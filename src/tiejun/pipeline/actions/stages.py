"""Facts move stages: what visits prove, what silence ends, and who the owner is when a company changes hands."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Q

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.customers.queries.family import families_of, family_of
from tiejun.foundation import audit
from tiejun.foundation.refusals import Refused
from tiejun.pipeline import rules
from tiejun.pipeline.models import UNDECIDED, Opportunity, Order, Proof, StageChange, VisitFact
from tiejun.pipeline.rules import Category, Refusal, Stage

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.reach import ScopedQuerySet
    from tiejun.access.scope import Scope
    from tiejun.pipeline.rules import NotedVisit


@action(Ability.EDIT_OPPORTUNITY)
def note_visits(scope: Scope, *, visits: Sequence[NotedVisit], now: datetime) -> list[Opportunity]:
    """Let the facts of visits prove the stages of their companies' undecided opportunities; returns those that moved.

    Visits are taken in the order in which they happened. One that is noted again after an amendment withdraws what it no longer proves;
    of one that is told twice the last word counts.
    """
    told = {visit.visit_id: visit for visit in visits}
    in_order = sorted(told.values(), key=lambda visit: (visit.happened_at, visit.visit_id))
    _keep_facts(in_order)
    families = families_of(scope, {visit.company_id for visit in in_order})
    undecided = Opportunity.objects.select_for_update().filter(company_id__in=families, stage__in=UNDECIDED)
    rows = list(undecided.order_by("pk"))
    live = _live_proofs(rows)
    moved = []
    for row in rows:
        own = [visit for visit in in_order if visit.company_id in families[row.company_id]]
        if _note_proofs(scope, row, own, live[row.pk], now=now):
            moved.append(row)
    audit.record(
        scope,
        "pipeline.visits_noted",
        visits=audit.ids(*(visit.visit_id for visit in in_order)),
        moved=audit.ids(*(row.pk for row in moved)),
    )
    return moved


def _keep_facts(visits: Sequence[NotedVisit]) -> None:
    VisitFact.objects.bulk_create(
        [
            VisitFact(
                visit_id=visit.visit_id,
                company_id=visit.company_id,
                stages=sorted(stage.value for stage in visit.proven),
                happened_at=visit.happened_at,
            )
            for visit in visits
        ],
        update_conflicts=True,
        unique_fields=["visit_id"],
        update_fields=["company_id", "stages", "happened_at"],
    )


def _live_proofs(rows: Sequence[Opportunity]) -> dict[UUID, set[tuple[UUID | None, Stage]]]:
    live = Proof.objects.filter(opportunity__in=rows, withdrawn_at=None) if rows else Proof.objects.none()
    found: dict[UUID, set[tuple[UUID | None, Stage]]] = {row.pk: set() for row in rows}
    for opportunity_id, source_id, stage in live.values_list("opportunity_id", "source_id", "stage"):
        found[opportunity_id].add((source_id, Stage(stage)))
    return found


def _note_proofs(
    scope: Scope,
    row: Opportunity,
    visits: Sequence[NotedVisit],
    live: set[tuple[UUID | None, Stage]],
    *,
    now: datetime,
) -> bool:
    """Let an opportunity's visits, in their order, prove and withdraw, then move it; tells whether it moved. Changes `live`."""
    last = visits[-1].visit_id if visits else None  # whatever happens wakes what slept
    for visit in visits:
        proven = {(visit.visit_id, stage) for stage in visit.proven}
        gone = {one for one in live if one[0] == visit.visit_id} - proven
        if gone:
            _withdraw(row, visit.visit_id, [stage for _visit_id, stage in gone], now)
        live -= gone
        live |= proven
        last = visit.visit_id if proven or gone else last
    _keep_proofs(row, visits)
    latest = max((visit.happened_at for visit in visits), default=row.changed_at)
    if latest > row.changed_at:
        row.changed_at = latest
        row.save(update_fields=["changed_at"])
    stage = rules.stage_from({stage for _source_id, stage in live})
    return last is not None and _move(scope, row, stage, source=StageChange.Source.VISIT, source_id=last, now=now)


def _withdraw(row: Opportunity, visit_id: UUID, stages: Collection[Stage], now: datetime) -> None:
    gone = Proof.objects.filter(opportunity=row, source_id=visit_id, withdrawn_at=None, stage__in=stages)
    gone.update(withdrawn_at=now)


def _keep_proofs(row: Opportunity, visits: Sequence[NotedVisit]) -> None:
    proofs = [
        Proof(
            opportunity=row,
            stage=stage.value,
            source=Proof.Source.VISIT,
            source_id=visit.visit_id,
            happened_at=visit.happened_at,
        )
        for visit in visits
        for stage in visit.proven
    ]
    Proof.objects.bulk_create(
        proofs,
        update_conflicts=True,
        unique_fields=["opportunity", "stage", "source_id"],
        update_fields=["withdrawn_at"],
    )


@action(Ability.EDIT_OPPORTUNITY)
def rest_silent(scope: Scope, *, unit_id: UUID, silent_since: datetime, now: datetime) -> int:
    """Put a unit's opportunities to sleep that nothing happened to since `silent_since`; returns how many. They wake by any fact."""
    rows = Opportunity.objects.select_for_update().filter(
        unit_id=unit_id, stage__in=[s.value for s in rules.OPEN_STAGES], changed_at__lt=silent_since
    )
    moved = [
        row
        for row in rows.order_by("pk")
        if _move(scope, row, Stage.DORMANT, source=StageChange.Source.SILENCE, source_id=None, now=now)
    ]
    audit.record(scope, "pipeline.rested", unit_id=unit_id, count=len(moved))
    return len(moved)


@action(Ability.EDIT_OPPORTUNITY)
def follow_holder(scope: Scope, *, company_id: UUID, person_id: UUID, unit_id: UUID, now: datetime) -> int:
    """Give a company's undecided opportunities and their drafts to its new holder; returns how many changed hands."""
    rows = Opportunity.objects.filter(company_id__in=family_of(scope, company_id), stage__in=UNDECIDED)
    count = _hand_over(rows, person_id, unit_id, now)
    audit.record(scope, "pipeline.owner_followed", company_id=company_id, person_id=person_id, count=count)
    return count


@action(Ability.EDIT_OPPORTUNITY)
def follow_holders(scope: Scope, *, holders: Mapping[UUID, tuple[UUID, UUID]], now: datetime) -> int:
    """Give the undecided opportunities of many companies to their new holders (company → person and unit); returns how many moved."""
    companies: dict[tuple[UUID, UUID], list[UUID]] = defaultdict(list)
    for company_id, holder in sorted(holders.items()):
        companies[holder].append(company_id)
    count = 0
    for (person_id, unit_id), ids in companies.items():
        rows = Opportunity.objects.filter(Q(company_id__in=ids) | Q(company__merged_into__in=ids), stage__in=UNDECIDED)
        count += _hand_over(rows, person_id, unit_id, now)
    audit.record(scope, "pipeline.owners_followed", companies=len(holders), count=count)
    return count


@action(Ability.EDIT_OPPORTUNITY)
def hand_over_all(scope: Scope, *, from_person_id: UUID, person_id: UUID, unit_id: UUID, now: datetime) -> int:
    """Give everything undecided of somebody who left to another person; returns how many opportunities changed hands."""
    count = _hand_over(
        Opportunity.objects.filter(owner_id=from_person_id, stage__in=UNDECIDED), person_id, unit_id, now
    )
    audit.record(scope, "pipeline.handed_over", from_person_id=from_person_id, person_id=person_id, count=count)
    return count


def _hand_over(rows: ScopedQuerySet[Opportunity], person_id: UUID, unit_id: UUID, now: datetime) -> int:
    changed = list(
        rows.exclude(owner_id=person_id, unit_id=unit_id)
        .select_for_update(of=("self",))
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    Order.objects.filter(opportunity_id__in=changed, status=Order.Status.DRAFT).update(
        owner_id=person_id, unit_id=unit_id, approved_by=None, approved_at=None
    )
    return Opportunity.objects.filter(pk__in=changed).update(owner_id=person_id, unit_id=unit_id, changed_at=now)


def _prove(row: Opportunity, stage: Stage, source: Proof.Source, source_id: UUID, now: datetime) -> None:
    Proof.objects.update_or_create(
        opportunity=row,
        stage=stage.value,
        source_id=source_id,
        defaults={"source": source.value, "happened_at": now, "withdrawn_at": None},
    )


def _disprove(row: Opportunity, stage: Stage, now: datetime, *, source_id: UUID | None = None) -> None:
    proofs = Proof.objects.filter(opportunity=row, stage=stage.value, withdrawn_at=None)
    if source_id is not None:
        proofs = proofs.filter(source_id=source_id)
    proofs.update(withdrawn_at=now)


def _settle(
    scope: Scope, row: Opportunity, *, source: StageChange.Source, source_id: UUID | None, now: datetime
) -> bool:
    """Derive the stage from the live proofs and move there; tells whether it moved."""
    live = Proof.objects.filter(opportunity=row, withdrawn_at=None).values_list("stage", flat=True)
    stage = rules.stage_from({Stage(value) for value in live})
    return _move(scope, row, stage, source=source, source_id=source_id, now=now)


def _move(
    scope: Scope, row: Opportunity, stage: Stage, *, source: StageChange.Source, source_id: UUID | None, now: datetime
) -> bool:
    if row.stage == stage.value:
        return False
    StageChange.objects.create(
        opportunity=row,
        stage_from=row.stage,
        stage_to=stage.value,
        source=source,
        source_id=source_id,
        changed_by_id=scope.person_id,
        changed_at=now,
    )
    was_decided = row.closed_at is not None
    is_decided = stage not in rules.UNDECIDED_STAGES
    row.stage, row.stage_at, row.changed_at = stage.value, now, max(now, row.changed_at)
    row.closed_at = (row.closed_at or now) if is_decided else None
    if is_decided:
        row.category = Category.OMITTED.value if stage is Stage.LOST else Category.CLOSED.value
    elif was_decided:
        row.category = Category.PIPELINE.value
    try:
        with transaction.atomic():
            row.save(
                update_fields=["stage", "stage_at", "changed_at", "closed_at", "category", "lost_reason", "lost_note"]
            )
    except IntegrityError as error:
        raise Refused(Refusal.ALREADY_OPEN) from error
    return True
