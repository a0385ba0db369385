"""What a rating of a skill can rest on: what was seen of the person lately, with the words of the choice."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.coaching.queries.points import accompanied_days
from tiejun.customers import queries as customers
from tiejun.foundation.times import business_day
from tiejun.meetings.queries.drilled import drills_played
from tiejun.pipeline.queries.sales import signed_orders
from tiejun.talent.queries.levels import spent
from tiejun.talent.queries.policy import talent_policy
from tiejun.talent.rules import HEARTS_AND_POWERS, EvidenceKind, Skill, shown_by
from tiejun.talent.rules.rating import Offered, Proof
from tiejun.visits.queries.technique import seen_visits

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.visits.queries.technique import SeenVisit

MOST_VISITS = 60
SHOWN_VISITS = 8
MOST_DEALS = 8
MOST_DRILLS = 6


def evidence_of(scope: Scope, person_id: UUID, skill: Skill, *, now: datetime) -> list[Offered]:
    """Return what was seen lately of a person that the asker reaches and bears on a skill: accompanied days, drills, deals, visits.

    Accompanied days are those that have begun: what is sealed is evidence of nothing.
    """
    today = business_day(now, scope.zone)
    since = today - timedelta(days=talent_policy(scope, now).number("evidence_days"))
    gone = spent(scope, person_id, skill)
    days = [
        (Proof(EvidenceKind.COACHING, one.plan_id), one.day, one.point)
        for one in accompanied_days(
            scope, person_id, since=since, until=today + timedelta(days=1), ability=Ability.VIEW_COACHING
        )
    ]
    drills = [
        (Proof(EvidenceKind.DRILL, one.drill_id), one.day, one.subject.value)
        for one in drills_played(scope, [person_id], since=since, now=now)[person_id]
        if skill in HEARTS_AND_POWERS or shown_by(one.subject) is skill
    ]
    found = [*days, *drills[:MOST_DRILLS], *_sold(scope, person_id, skill, since, today)]
    return [Offered(proof, on, words, proof.id in gone) for proof, on, words in found]


def _sold(scope: Scope, person_id: UUID, skill: Skill, since: date, today: date) -> list[tuple[Proof, date, str]]:
    until = today + timedelta(days=1)
    orders = signed_orders(scope, person_id, since=since, until=until, limit=MOST_DEALS)
    visits = seen_visits(scope, person_id, since=since, until=until, limit=MOST_VISITS)
    visits = [one for one in visits if _shows(one, skill)][:SHOWN_VISITS]
    names = customers.briefs(scope, {*(one.company_id for one in orders), *(one.company_id for one in visits)})
    return [
        *((Proof(EvidenceKind.DEAL, one.order_id), one.signed_on, _name(names, one.company_id)) for one in orders),
        *((Proof(EvidenceKind.VISIT, one.visit_id), one.day, _name(names, one.company_id)) for one in visits),
    ]


def _shows(one: SeenVisit, skill: Skill) -> bool:
    """Tell whether a skill can be seen at a visit; a heart or power at each effective one."""
    return {
        Skill.PITCH: one.explained,
        Skill.DEMO: one.demonstrated,
        Skill.CLOSE: one.trial_closed,
        Skill.OBJECTION: one.trial_closed and not one.refused,
        Skill.KIT: one.order_presented,
        Skill.PROSPECTING: one.is_new_effective,
    }.get(skill, one.is_effective)


def _name(names: dict[UUID, customers.CompanyBrief], company_id: UUID) -> str:
    return names[company_id].name if company_id in names else ""
