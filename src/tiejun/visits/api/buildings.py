"""The reference of buildings for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from ninja import Query, Router, Schema, Status
from pydantic import Field

from tiejun.engines.geo import Point
from tiejun.foundation.schemas import In, Line, Moment, PageOut
from tiejun.org.actions.buildings import BuildingFacts, edit_building, report_building
from tiejun.org.queries.buildings import BuildingFilters
from tiejun.visits.actions.buildings import merge_buildings
from tiejun.visits.queries.buildings import buildings_page

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest
    from tiejun.org.models import Building

router = Router(tags=["visits"])
Name = Annotated[Line, Field(min_length=1, max_length=120)]
District = Annotated[Line, Field(pattern=r"^\d{6}$")]


class ReferenceOut(Schema):
    """A building; positions in WGS-84, null where nobody said. `waits`: reported from the field and not confirmed yet."""

    id: UUID
    name: str
    district_code: str
    address: str
    latitude: float | None
    longitude: float | None
    floors: int | None
    doors: int | None
    entrance_note: str
    reported_at: Moment | None
    confirmed_at: Moment | None
    waits: bool
    version: int


class KeptBuildingOut(ReferenceOut):
    """A building of the reference with what it yields."""

    companies: int
    door_count: int
    usable_count: int
    yield_percent: int | None


class ReportIn(In):
    """A building that is not in the reference; `id`: made by who reports it, so that doors can follow before the answer."""

    id: UUID
    name: Name
    district_code: District
    address: Annotated[Line, Field(max_length=300)] = ""
    floors: Annotated[int, Field(ge=1, le=200)] | None = None
    entrance_note: Annotated[Line, Field(max_length=300)] = ""


class BuildingEditIn(In):
    """A building as it shall be, which confirms it; position in WGS-84, `version` as read."""

    version: Annotated[int, Field(ge=1, le=2**31 - 1)]
    name: Name
    district_code: District
    address: Annotated[Line, Field(max_length=300)] = ""
    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]
    floors: Annotated[int, Field(ge=1, le=200)] | None = None
    doors: Annotated[int, Field(ge=1, le=20_000)] | None = None
    entrance_note: Annotated[Line, Field(max_length=300)] = ""


class BuildingMergeIn(In):
    """Which building is kept."""

    kept_id: UUID


class ReferenceQuery(Schema):
    """How the reference is cut."""

    q: Annotated[str, Field(max_length=60)] = ""
    district: Annotated[str, Field(max_length=6)] = ""
    waits: bool = False
    cursor: Annotated[str, Field(max_length=400)] = ""
    size: Annotated[int, Field(ge=1, le=200)] = 50


@router.get("/buildings", response=PageOut[KeptBuildingOut], summary="List the reference of buildings")
def list_buildings(request: TiejunRequest, wanted: Query[ReferenceQuery]) -> Any:
    filters = BuildingFilters(wanted.q, wanted.district, wanted.waits)
    page = buildings_page(request.scope, filters, wanted.cursor, wanted.size)
    items = [
        _out(line.building) | {
            "companies": line.companies, "door_count": line.yields.doors, "usable_count": line.yields.usable,
            "yield_percent": line.yields.percent,
        }
        for line in page.lines
    ]  # fmt: skip
    return {"items": items, "next": page.next, "previous": page.previous}


@router.post("/buildings", response={201: ReferenceOut}, summary="Report a building that nobody knows")
def report(request: TiejunRequest, body: ReportIn) -> Any:
    facts = BuildingFacts(**body.model_dump(exclude={"id"}))
    return Status(201, _out(report_building(request.scope, building_id=body.id, facts=facts, now=request.now)))


@router.put("/buildings/{uuid:building_id}", response=ReferenceOut, summary="Change or confirm a building")
def edit(request: TiejunRequest, building_id: UUID, body: BuildingEditIn) -> Any:
    given = body.model_dump(exclude={"version", "latitude", "longitude"})
    facts = BuildingFacts(**given, place=Point(body.longitude, body.latitude))
    row = edit_building(request.scope, building_id=building_id, version=body.version, facts=facts, now=request.now)
    return _out(row)


@router.post(
    "/buildings/{uuid:building_id}/merge",
    response=ReferenceOut,
    summary="Let a building stand for another",
)
def merge(request: TiejunRequest, building_id: UUID, body: BuildingMergeIn) -> Any:
    return _out(merge_buildings(request.scope, kept_id=body.kept_id, doubled_id=building_id))


def _out(row: Building) -> dict[str, Any]:
    plain = [name for name in ReferenceOut.model_fields if name not in ("id", "waits")]
    waits = row.reported_at is not None and row.confirmed_at is None
    return {"id": row.pk, "waits": waits} | {name: getattr(row, name) for name in plain}
