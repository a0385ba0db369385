"""The machine's draft of a day: from closing classes, open opportunities, the day plan and the own rate of the last weeks."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from tiejun.customers.queries.closing import open_classes
from tiejun.forecast.rules.daily import DayNumbers, Deal, drafted
from tiejun.foundation.times import local_date
from tiejun.pipeline.queries.sales import open_deals
from tiejun.visits.queries.field_days import plans_on
from tiejun.visits.queries.history import frozen_days
from tiejun.visits.queries.policy import field_policy
from tiejun.visits.rules.vocabulary import ItemKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.customers.queries.closing import OpenClass
    from tiejun.pipeline.queries.sales import OpenDeal
    from tiejun.visits.queries.field_days import PlanOfDay

RATE_DAYS = 42
RESERVES = 5


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person's day will bring as far as the machine can tell."""

    deals: tuple[Deal, ...]
    numbers: DayNumbers


def machine_drafts(
    scope: Scope, person_ids: Sequence[UUID], day: date, *, now: datetime, leave: Mapping[UUID, str] | None = None
) -> dict[UUID, Draft]:
    """Return the draft of a day for each person within reach, in a number of queries that does not depend on theirs.

    `leave`: the part of the day on which somebody is away.
    """
    policy = field_policy(scope, now)
    held: dict[UUID, list[OpenClass]] = defaultdict(list)
    for row in open_classes(scope, person_ids):
        if _belongs(row, day, scope.zone):
            held[row.person_id].append(row)
    known = open_deals(scope, {row.company_id for rows in held.values() for row in rows})
    plans = plans_on(scope, person_ids, [day])
    rates = effective_rates(scope, person_ids, until=day)
    drafts = {}
    for person_id in person_ids:
        plan = plans.get((person_id, day))
        floor = policy.floor((leave or {}).get(person_id, ""))
        deals = _deals(held[person_id], known, plan)
        numbers = drafted(
            deals,
            stops=len(plan.route) if plan else 0,
            floor_visits=floor.visits,
            floor_effective=floor.effective_min,
            effective_rate=rates.get(person_id, 0.0),
        )
        drafts[person_id] = Draft(tuple(deals), numbers)
    return drafts


def _belongs(row: OpenClass, day: date, zone: str) -> bool:
    """Class A counts on its own day; class B once its next step is due by then."""
    if row.closing_class == "A":
        return row.expected_on is not None and row.expected_on == day
    return row.next_step_at is not None and local_date(row.next_step_at, zone) <= day


def _deals(rows: Sequence[OpenClass], known: Mapping[UUID, OpenDeal], plan: PlanOfDay | None) -> list[Deal]:
    backups = _backups(plan)
    found = []
    reserves = [row for row in rows if row.closing_class == "B"][:RESERVES]
    for row in [*(row for row in rows if row.closing_class == "A"), *reserves]:
        deal = known.get(row.company_id)
        found.append(
            Deal(
                company_id=row.company_id,
                closing_class=row.closing_class,
                amount_minor=row.amount_minor or (deal.amount_minor if deal else 0),
                opportunity_id=deal.opportunity_id if deal else None,
                backup_company_id=backups.get(row.company_id) or row.backup_company_id,
            )
        )
    return found


def _backups(plan: PlanOfDay | None) -> dict[UUID, UUID]:
    """Which company of the plan stands by for which."""
    if plan is None:
        return {}
    companies = {stop.item_id: stop.company_id for stop in plan.stops}
    return {
        companies[stop.backup_for]: stop.company_id
        for stop in plan.stops
        if stop.kind is ItemKind.BACKUP and stop.backup_for in companies
    }


def effective_rates(scope: Scope, person_ids: Sequence[UUID], *, until: date) -> dict[UUID, float]:
    """Return effective visits per visit of each person's last six weeks; who made no visit has no entry."""
    visits: Counter[UUID] = Counter()
    effective: Counter[UUID] = Counter()
    for row in frozen_days(scope, person_ids, since=until - timedelta(days=RATE_DAYS), until=until):
        visits[row.person_id] += row.visits
        effective[row.person_id] += row.effective_visits
    return {person_id: effective[person_id] / count for person_id, count in visits.items() if count}
