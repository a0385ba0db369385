"""A day's way in a given order: when one arrives where, how far it is, when it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from tiejun.engines.geo import Point, travel
from tiejun.visits.rules.vocabulary import Slot

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Place:
    """A stop with its position in WGS-84 degrees, or None where nobody knows it."""

    company_id: UUID
    point: Point | None


@dataclass(frozen=True, slots=True)
class DayShape:
    """What a day's way is walked by: departure, the lunch hour, the length of a visit, stops before lunch."""

    departs_at: datetime
    lunch_starts_at: datetime
    lunch_ends_at: datetime
    service: timedelta
    unknown_leg: timedelta
    morning_count: int
    zone: str


@dataclass(frozen=True, slots=True)
class Leg:
    """The way to one stop: arrival, road metres from the stop before (0 where a position is unknown), half of the day."""

    company_id: UUID
    arrives_at: datetime
    metres: int
    slot: Slot


@dataclass(frozen=True, slots=True)
class Way:
    """A whole day: its legs in order, all metres, and the end of the last visit."""

    legs: tuple[Leg, ...]
    metres: int
    ends_at: datetime | None


def walk(places: Sequence[Place], shape: DayShape) -> Way:
    """Walk the stops in their order: the first `morning_count` before lunch, the others not before its end.

    The first stop is reached at departure; travel times are `engines.geo`'s by the hour of the day.
    """
    legs: list[Leg] = []
    at = shape.departs_at
    before: Point | None = None
    for number, place in enumerate(places):
        slot = Slot.MORNING if number < shape.morning_count else Slot.AFTERNOON
        metres, minutes = _leg(before, place.point, at, shape) if number else (0, timedelta(0))
        at += minutes
        if slot is Slot.AFTERNOON and at < shape.lunch_ends_at:
            at = shape.lunch_ends_at
        legs.append(Leg(place.company_id, at, metres, slot))
        at += shape.service
        before = place.point or before
    return Way(tuple(legs), sum(leg.metres for leg in legs), at if legs else None)


def _leg(before: Point | None, here: Point | None, at: datetime, shape: DayShape) -> tuple[int, timedelta]:
    if before is None or here is None:
        return 0, shape.unknown_leg
    local: time = at.astimezone(ZoneInfo(shape.zone)).time()
    way = travel(before, here, at=local)
    return round(way.road_m), timedelta(minutes=round(way.total_minutes))
