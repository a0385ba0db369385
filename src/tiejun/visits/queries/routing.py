"""The way of a day: where the stops are, in which order, and how long it takes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from tiejun.customers import queries as customers_queries
from tiejun.engines.day_order import MOST_STOPS, Stop, order_day
from tiejun.engines.day_order import DayShape as EngineShape
from tiejun.engines.geo import Point
from tiejun.visits.rules.route import DayShape, Place, walk

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from tiejun.access.scope import Scope
    from tiejun.visits.queries.policy import FieldPolicy
    from tiejun.visits.rules.route import Way


def way_of(scope: Scope, company_ids: Sequence[UUID], *, day: date, policy: FieldPolicy, morning_count: int) -> Way:
    """Walk companies in the given order on a day."""
    return walk(_places(scope, company_ids), _shape(day, policy, morning_count))


def best_order(
    scope: Scope,
    company_ids: Sequence[UUID],
    *,
    day: date,
    policy: FieldPolicy,
    morning_count: int,
    appointments: Mapping[UUID, datetime],
) -> list[UUID]:
    """Return the companies in the order of the shortest way, appointments (aware, of that day) kept."""
    shape = _shape(day, policy, morning_count)
    service = round(shape.service.total_seconds() / 60)
    stops = [
        Stop(
            key=str(place.company_id),
            at=place.point,
            minutes=service,
            appointment_at=appointments.get(place.company_id),
        )
        for place in _places(scope, company_ids)[:MOST_STOPS]
    ]
    ends = policy.moment(day, "worktime.hours_end").time()
    engine_shape = EngineShape(morning_count, max(0, len(stops) - morning_count), shape.lunch_ends_at.time(), ends)
    ordered = [UUID(stop.key) for stop in order_day(stops, shape.departs_at, shape=engine_shape).stops]
    return [*ordered, *(company_id for company_id in company_ids if company_id not in set(ordered))]


def _places(scope: Scope, company_ids: Sequence[UUID]) -> list[Place]:
    briefs = customers_queries.briefs(scope, company_ids)
    return [
        Place(company_id, _point(briefs[company_id].latitude, briefs[company_id].longitude))
        for company_id in company_ids
    ]


def _point(latitude: float | None, longitude: float | None) -> Point | None:
    return None if latitude is None or longitude is None else Point(lng=longitude, lat=latitude)


def _shape(day: date, policy: FieldPolicy, morning_count: int) -> DayShape:
    minutes = policy.book.integer
    return DayShape(
        departs_at=policy.moment(day, "clock.departure"),
        lunch_starts_at=policy.moment(day, "clock.lunch_start"),
        lunch_ends_at=policy.moment(day, "clock.lunch_end"),
        service=timedelta(minutes=minutes("plan.service_minutes", policy.chain)),
        unknown_leg=timedelta(minutes=minutes("plan.unknown_leg_minutes", policy.chain)),
        morning_count=morning_count,
        zone=policy.zone,
    )
