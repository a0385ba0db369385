"""The leader's view of a day's plans: who has one, how far it goes, what it is worth, around whom it is built, who lacks a backup."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.org import queries as org_queries
from tiejun.visits.models import DayPlan, PlanItem
from tiejun.visits.rules.vocabulary import ItemKind, PlanState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.org.queries import TeamMember


@dataclass(frozen=True, slots=True)
class MemberPlan:
    """One representative's plan of a day; without one `state` is None. Money in minor units.

    `anchors`: the companies it is built around; `bare`: class A stops without a backup; `notices`: things it cannot keep.
    """

    person_id: UUID
    name: str
    unit_name: str
    leave_part: str
    state: PlanState | None
    is_submitted: bool
    is_late: bool
    stops: int
    wanted: int
    travel_metres: int
    ends_at: datetime | None
    expected_minor: int
    anchors: tuple[str, ...]
    bare: tuple[str, ...]
    notices: int

    @property
    def travel_km(self) -> float:
        """The way of the day in kilometres."""
        return self.travel_metres / 1000

    @property
    def needs_a_look(self) -> bool:
        """Something about the plan asks for a word."""
        return bool(self.bare or self.notices)


def team_plans(scope: Scope, *, day: date) -> list[MemberPlan]:
    """Return the plans of all representatives in reach: who has none first, then who needs a word; three queries for any number.

    Raises `PermissionRefused` for who leads nobody.
    """
    scope.require(Ability.VIEW_TEAM_TODAY)
    members = org_queries.members_in_reach(scope, Ability.VIEW_TEAM_TODAY, on=day)
    plans = {
        plan.person_id: plan
        for plan in DayPlan.objects.filter(person__in=[row.person_id for row in members], business_day=day)
    }
    items: dict[UUID, list[PlanItem]] = defaultdict(list)
    standing = PlanItem.objects.filter(plan__in=plans.values(), removed_in=None).select_related("company")
    for item in standing.defer("company__search_grams").order_by("position", "pk"):
        items[item.plan_id].append(item)
    rows = [
        _row(member, plan, items[plan.pk] if plan else ())
        for member, plan in ((member, plans.get(member.person_id)) for member in members)
    ]
    return sorted(
        rows, key=lambda row: (row.leave_part == "FULL", row.state is not None, not row.needs_a_look, row.name)
    )


def _row(member: TeamMember, plan: DayPlan | None, items: Sequence[PlanItem]) -> MemberPlan:
    route = [item for item in items if item.kind != ItemKind.BACKUP]
    covered = {item.backup_for_id for item in items}
    return MemberPlan(
        person_id=member.person_id,
        name=member.name,
        unit_name=member.unit_name,
        leave_part=member.leave_part,
        state=PlanState(plan.state) if plan else None,
        is_submitted=bool(plan and plan.submitted_at),
        is_late=plan.is_late if plan else False,
        stops=len(route),
        wanted=plan.morning_count + plan.afternoon_count if plan else 0,
        travel_metres=plan.travel_metres if plan else 0,
        ends_at=plan.ends_at if plan else None,
        expected_minor=plan.expected_minor if plan else 0,
        anchors=tuple(item.company.name for item in route if item.kind == ItemKind.ANCHOR),
        bare=tuple(item.company.name for item in route if item.company.closing_class == "A" and item.pk not in covered),
        notices=len(plan.notices) if plan else 0,
    )
