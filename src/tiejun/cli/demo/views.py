"""Lists as people of the demo company like them, and a territory with a boundary drawn on the map."""

from __future__ import annotations

from math import hypot
from typing import TYPE_CHECKING

from tiejun.cli.demo.company import SYSTEM
from tiejun.cli.demo.names import words
from tiejun.lists.actions import Wish, save_view
from tiejun.org.actions import territories
from tiejun.org.actions.territories import Coverage
from tiejun.org.queries import scope_of_person
from tiejun.org.queries.territories import all_building_places

if TYPE_CHECKING:
    from datetime import datetime

    from tiejun.cli.demo.company import DemoStaff

NEIGHBOURS = 6
MARGIN = 0.002  # degrees: about 200 m


def keep_views(staff: DemoStaff, now: datetime) -> None:
    """Keep a view of one's own leads, and one that a supervisor shows the group."""
    said = words()["views"]
    rep = staff.reps[0].scope(now)
    save_view(rep, kind="leads.mine", address="sort=step", wish=Wish(said["own"]), now=now)
    leader = scope_of_person(staff.supervisors[0], at=now, origin="demo")
    wish = Wish(said["shared"], is_shared=True)
    save_view(leader, kind="leads.pool", address="intent=HIGH", wish=wish, now=now)


def draw_boundary(staff: DemoStaff) -> None:
    """Draw a territory around some buildings that stand close together, where the demo knows any."""
    places = all_building_places(SYSTEM)
    if not places:
        return
    first = places[0]
    near = sorted(places, key=lambda place: hypot(place.longitude - first.longitude, place.latitude - first.latitude))[
        :NEIGHBOURS
    ]
    west, east = min(place.longitude for place in near) - MARGIN, max(place.longitude for place in near) + MARGIN
    south, north = min(place.latitude for place in near) - MARGIN, max(place.latitude for place in near) + MARGIN
    ring = ((west, south), (east, south), (east, north), (west, north), (west, south))
    name = words()["views"]["territory"]
    territories.make_territory(SYSTEM, name=name, unit_id=staff.groups[0], coverage=Coverage(boundary=ring))
