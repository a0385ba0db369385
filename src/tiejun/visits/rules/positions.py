"""What a position from a phone is worth. A phone can be wrong, refused, frozen or told to lie: it never stops a visit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tiejun.engines.geo import Point, distance_m
from tiejun.visits.rules.vocabulary import Flag, Presence

if TYPE_CHECKING:
    from tiejun.visits.rules.vocabulary import PhonePosition

# Rougher than this a reading cannot tell one street from the next.
COARSE_METRES = 1_000
# Nobody is this far from where they knock: then the site on the map is wrong, or the phone is.
ABSURD_METRES = 50_000
JUMP_FROM_METRES = 3_000
FASTEST_METRES_PER_SECOND = 200 / 3.6
SHORTEST = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Seen:
    """An earlier position of the same person; WGS-84 degrees."""

    latitude: float
    longitude: float
    at: datetime


def presence_at(here: PhonePosition, site: Point | None, *, in_range_metres: int) -> tuple[Presence, tuple[Flag, ...]]:
    """Compare a position with the site; its accuracy widens the radius, at most twofold."""
    if here.accuracy_metres > COARSE_METRES:
        return Presence.COARSE, (Flag.POSITION_COARSE,)
    if site is None:
        return Presence.SITE_UNKNOWN, ()
    away = distance_m(Point(lng=here.longitude, lat=here.latitude), site)
    if away <= in_range_metres + min(here.accuracy_metres, in_range_metres):
        return Presence.IN_RANGE, ()
    if away > ABSURD_METRES:
        return Presence.SITE_UNKNOWN, (Flag.FAR_FROM_SITE,)
    return Presence.OUT_OF_RANGE, ()


def movement_flags(here: PhonePosition, at: datetime, before: Seen | None, presence: Presence) -> tuple[Flag, ...]:
    """Say what is strange about a position after the earlier one, which was taken at another company.

    Frozen: the very same coordinates, out of range here. A jump: more than 3 km at more than 200 km/h.
    """
    if before is None:
        return ()
    if (here.latitude, here.longitude) == (before.latitude, before.longitude):
        return () if presence is Presence.IN_RANGE else (Flag.POSITION_FROZEN,)
    away = distance_m(Point(lng=here.longitude, lat=here.latitude), Point(lng=before.longitude, lat=before.latitude))
    spent = max(abs(at - before.at), SHORTEST).total_seconds()
    return (Flag.POSITION_JUMP,) if away > JUMP_FROM_METRES and away / spent > FASTEST_METRES_PER_SECOND else ()
