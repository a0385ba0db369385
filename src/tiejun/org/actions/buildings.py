"""Buildings as they are kept: reported from the field, confirmed, changed, and two that are one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.engines.districts.divisions import division
from tiejun.foundation import audit
from tiejun.foundation.events import announce
from tiejun.foundation.idempotency import KeyReused
from tiejun.foundation.refusals import Invalid, NotFound, Refused, Stale
from tiejun.foundation.times import local_date
from tiejun.org.events import BuildingReported
from tiejun.org.models import Building, TerritoryRule
from tiejun.org.rules import Refusal

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from tiejun.access.scope import Scope
    from tiejun.engines.geo import Point

MOST_FLOORS, MOST_DOORS = 200, 20_000


@dataclass(frozen=True, slots=True)
class BuildingFacts:
    """A building as it is known; `place` in WGS-84, None where nobody said; `floors` and `doors`: how many there are, None unknown."""

    name: str
    district_code: str
    address: str = ""
    place: Point | None = None
    floors: int | None = None
    doors: int | None = None
    entrance_note: str = ""


@action(Ability.RECORD_VISIT)
def report_building(scope: Scope, *, building_id: UUID, facts: BuildingFacts, now: datetime) -> Building:
    """Take in a building that a representative found, under the id that the phone gave it; sales operations confirm it later.

    One of this name in this district is the building meant: the given id then stands for it. The same id with the same contents
    returns it again. Raises `Invalid`, `KeyReused` for other contents, `NotFound` for somebody else's id.
    """
    values = _columns(facts)
    known = Building.objects.select_for_update().filter(pk=building_id).first()
    if known is not None:
        return _repeated(scope, known, values)
    same = _of_name(facts.district_code, values["name"]).select_for_update().first()
    row = Building.objects.create(
        id=building_id, **values, merged_into=same, reported_by_id=scope.own_id, reported_at=now
    )
    if same is None:
        announce(BuildingReported(row.pk, row.name, scope.own_id, local_date(now, scope.zone)))
    audit.record(scope, "org.building_reported", row, name=row.name, district=row.district_code, same=same and same.pk)
    return same or row


def _repeated(scope: Scope, known: Building, values: dict[str, object]) -> Building:
    if known.reported_by_id != scope.person_id or known.reported_by_id is None:
        raise NotFound
    if known.reported_name != values["name"]:
        raise KeyReused(str(known.pk))
    audit.record(scope, "org.building_report_repeated", known)
    return known.merged_into or known


@action(Ability.MANAGE_BUILDINGS)
def edit_building(scope: Scope, *, building_id: UUID, version: int, facts: BuildingFacts, now: datetime) -> Building:
    """Change a building; one that was reported is confirmed by it, for which it needs a place.

    Raises `NotFound`, `Stale`, `Invalid` and `Refused` (SAME_BUILDING) when another one has this name in this district.
    """
    row = _locked(building_id)
    if row.version != version:
        raise Stale(row)
    values = _columns(facts)
    if facts.place is None:
        raise Invalid(place=_("Say where the building stands."))
    if _of_name(facts.district_code, values["name"]).exclude(pk=row.pk).exists():
        raise Refused(Refusal.SAME_BUILDING)
    is_confirmed = row.reported_at is not None and row.confirmed_at is None
    if is_confirmed:
        values |= {"confirmed_at": now, "confirmed_by_id": scope.person_id}
    values.pop("reported_name")
    Building.objects.filter(pk=row.pk).update(**values, version=F("version") + 1)
    audit.record(scope, "org.building_edited", row, name=values["name"], confirmed=is_confirmed)
    row.refresh_from_db()
    return row


@action(Ability.MANAGE_BUILDINGS)
def absorb_building(scope: Scope, *, kept_id: UUID, doubled_id: UUID) -> Building:
    """Let a building stand for another one that is the same: its id goes on meaning the kept one, territories follow.

    Called by `visits`, which moves what belongs to it. Raises `NotFound`, `Refused` (SAME_BUILDING) for one and the same.
    """
    if kept_id == doubled_id:
        raise Refused(Refusal.SAME_BUILDING)
    first, second = sorted((kept_id, doubled_id))
    rows = {row.pk: row for row in (_locked(first), _locked(second))}
    kept, doubled = rows[kept_id], rows[doubled_id]
    rules = TerritoryRule.objects.filter(building=doubled)
    rules.filter(territory__in=TerritoryRule.objects.filter(building=kept).values("territory")).delete()
    TerritoryRule.objects.filter(building=doubled).update(building=kept)
    Building.objects.filter(merged_into=doubled).update(merged_into=kept)
    Building.objects.filter(pk=doubled.pk).update(merged_into=kept, version=F("version") + 1)
    for name in ("address", "entrance_note", "floors", "doors"):
        setattr(kept, name, getattr(kept, name) or getattr(doubled, name))
    kept.version += 1
    kept.save(update_fields=["address", "entrance_note", "floors", "doors", "version"])
    audit.record(scope, "org.building_absorbed", kept, doubled=doubled.pk, name=doubled.name)
    return kept


def _locked(building_id: UUID) -> Building:
    row = Building.objects.select_for_update(of=("self",)).filter(pk=building_id, merged_into=None).first()
    if row is None:
        raise NotFound
    return row


def _of_name(district_code: str, name: object) -> QuerySet[Building]:
    return Building.objects.filter(district_code=district_code, name__iexact=name, merged_into=None)


def _columns(facts: BuildingFacts) -> dict[str, object]:
    name = " ".join(facts.name.replace("\x00", "").split())
    if not name or len(name) > 120:
        raise Invalid(name=_("A building needs a name of at most 120 characters."))
    if division(facts.district_code) is None:
        raise Invalid(district_code=_("Choose the district."))
    if facts.floors is not None and not 1 <= facts.floors <= MOST_FLOORS:
        raise Invalid(floors=_("Between 1 and 200 floors."))
    if facts.doors is not None and not 1 <= facts.doors <= MOST_DOORS:
        raise Invalid(doors=_("Between 1 and 20,000 doors."))
    return {
        "name": name,
        "reported_name": name,
        "district_code": facts.district_code,
        "address": facts.address.strip()[:300],
        "latitude": facts.place.lat if facts.place else None,
        "longitude": facts.place.lng if facts.place else None,
        "floors": facts.floors,
        "doors": facts.doors,
        "entrance_note": facts.entrance_note.strip()[:300],
    }
