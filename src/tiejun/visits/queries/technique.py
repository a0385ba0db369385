"""How persons sold in a span of days, counted from the facts of their visits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from tiejun.access.abilities import Ability
from tiejun.visits.models import Visit
from tiejun.visits.rules.vocabulary import RECORDED

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

    from tiejun.access.scope import Scope


@dataclass(frozen=True, slots=True)
class Technique:
    """Counts of a person's visits: all, effective, newly effective, explained, with a demo, with a trial close, with an order
    presented, clearly refused, with a next step; at which the customer objected (a refusal, soft or clear), and where the
    objection was answered by a close or a next step.
    """

    visits: int = 0
    effective: int = 0
    new_effective: int = 0
    explained: int = 0
    demonstrated: int = 0
    trial_closed: int = 0
    ordered: int = 0
    refused: int = 0
    next_steps: int = 0
    objected: int = 0
    answered: int = 0


def techniques(scope: Scope, person_ids: Iterable[UUID], *, since: date, until: date) -> dict[UUID, Technique]:
    """Return how each person sold from `since` to `until` (exclusive) within reach, in one query; nobody without a visit."""
    rows = Visit.objects.within(scope, Ability.VIEW_VISITS).filter(
        person__in=list(person_ids), business_day__gte=since, business_day__lt=until, state__in=RECORDED
    )
    tried, objected = ~Q(trial_close="NOT_TRIED"), ~Q(refusal="NONE")
    found = (
        rows.order_by()
        .values_list("person_id")
        .annotate(
            n=Count("pk"),
            effective=Count("pk", filter=Q(effective_visit=True)),
            new=Count("pk", filter=Q(new_effective_customer=True)),
            explained=Count("pk", filter=Q(service_explained=True)),
            demonstrated=Count("pk", filter=Q(demo_steps_done__gt=0)),
            tried=Count("pk", filter=tried),
            ordered=Count("pk", filter=Q(order_presented=True)),
            refused=Count("pk", filter=Q(refusal="CLEAR")),
            steps=Count("pk", filter=Q(next_step_at__isnull=False)),
            objected=Count("pk", filter=objected),
            answered=Count("pk", filter=objected & (tried | Q(next_step_at__isnull=False))),
        )
    )
    return {row[0]: Technique(*row[1:]) for row in found}


@dataclass(frozen=True, slots=True)
class DayTechnique:
    """Counts of a person's visits of one day: all, explained, with a demo, with a trial close; and at which the customer
    objected (a refusal, soft or clear), and there closed again or left with a next step.
    """

    visits: int = 0
    explained: int = 0
    demonstrated: int = 0
    trial_closed: int = 0
    objected: int = 0
    closed_again: int = 0
    booked: int = 0


def techniques_by_day(
    scope: Scope, person_ids: Iterable[UUID], days: Iterable[date]
) -> dict[tuple[UUID, date], DayTechnique]:
    """Return how each person sold on each of some days within reach, in one query; nothing for a day without a visit."""
    rows = Visit.objects.within(scope, Ability.VIEW_VISITS).filter(
        person__in=list(person_ids), business_day__in=list(days), state__in=RECORDED
    )
    tried, objected = ~Q(trial_close="NOT_TRIED"), ~Q(refusal="NONE")
    found = (
        rows.order_by()
        .values_list("person_id", "business_day")
        .annotate(
            n=Count("pk"),
            explained=Count("pk", filter=Q(service_explained=True)),
            demonstrated=Count("pk", filter=Q(demo_steps_done__gt=0)),
            tried=Count("pk", filter=tried),
            objected=Count("pk", filter=objected),
            again=Count("pk", filter=objected & tried),
            booked=Count("pk", filter=objected & Q(next_step_at__isnull=False)),
        )
    )
    return {(row[0], row[1]): DayTechnique(*row[2:]) for row in found}


@dataclass(frozen=True, slots=True)
class SeenVisit:
    """A recorded visit with what was done at it."""

    visit_id: UUID
    company_id: UUID
    day: date
    is_effective: bool
    is_new_effective: bool
    explained: bool
    demonstrated: bool
    trial_closed: bool
    order_presented: bool
    refused: bool


def seen_visits(scope: Scope, person_id: UUID, *, since: date, until: date, limit: int) -> list[SeenVisit]:
    """Return a person's recorded visits from `since` to `until` (exclusive) within reach, the newest first, in one query."""
    rows = Visit.objects.within(scope, Ability.VIEW_VISITS).filter(
        person=person_id, business_day__gte=since, business_day__lt=until, state__in=RECORDED
    )
    return [
        SeenVisit(
            visit_id=one.pk,
            company_id=one.company_id,
            day=one.business_day,
            is_effective=one.effective_visit,
            is_new_effective=one.new_effective_customer,
            explained=one.service_explained,
            demonstrated=one.demo_steps_done > 0,
            trial_closed=one.trial_close != "NOT_TRIED",
            order_presented=one.order_presented,
            refused=one.refusal == "CLEAR",
        )
        for one in rows.order_by("-started_at", "-pk")[:limit]
    ]
