from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from ninja import Router, Schema, Status

from tiejun.engines.districts.shapes import Fault
from tiejun.foundation.refusals import Invalid
from tiejun.foundation.schemas import Day, In, Line, Text
from tiejun.org.actions import territories as actions
from tiejun.org.actions.territories import Coverage
from tiejun.org.queries import coverage, territories
from tiejun.org.rules import drawn_ring
from tiejun.org.texts import SHAPE_FAULTS

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest

    Request = TiejunRequest

router = Router(tags=["territories"])


class WorkerOut(Schema):
    """Who works a territory, both ends included."""

    assignment_id: UUID
    person_id: UUID
    name: str
    starts_on: date
    ends_on: date | None


class TerritoryOut(Schema):
    """A territory; `covers` are the names of what it covers, none = everything."""

    territory_id: UUID
    name: str
    unit_id: UUID
    unit_name: str
    district_codes: list[str]
    building_ids: list[UUID]
    segment_ids: list[UUID]
    covers: list[str]
    workers: list[WorkerOut]
    closed_on: date | None
    boundary: list[tuple[float, float]]
    version: int


class GapOut(Schema):
    """A district that no territory covers; `segments`: only for these, none = for all."""

    district: str
    segments: list[str]


class OverlapOut(Schema):
    """Two territories over one district or building."""

    place: str
    one: str
    other: str
    segments: list[str]


class CoverageOut(Schema):
    """Gaps and overlaps, null for who does not see all territories; `idle`: territories that nobody works."""

    gaps: list[GapOut] | None
    overlaps: list[OverlapOut] | None
    idle: list[str]


class CoverageIn(In):
    """What a territory covers; districts by their code of GB/T 2260, `boundary`: a Polygon as GeoJSON text, whose buildings it takes in."""

    name: Line
    district_codes: list[Line] = []
    building_ids: list[UUID] = []
    segment_ids: list[UUID] = []
    boundary: Text = ""

    def coverage(self) -> Coverage:
        """Return it as the action takes it."""
        ring = drawn_ring(self.boundary)
        if isinstance(ring, Fault):
            raise Invalid(boundary=SHAPE_FAULTS[ring])
        return Coverage(tuple(self.district_codes), tuple(self.building_ids), tuple(self.segment_ids), ring)


class TerritoryIn(CoverageIn):
    """A new territory."""

    unit_id: UUID


class TerritoryEditIn(CoverageIn):
    """A territory as it shall be."""

    version: int


class WorkerIn(In):
    """Who works a territory from when to when."""

    person_id: UUID
    starts_on: Day
    ends_on: Day | None = None


class WorkerEndIn(In):
    """The last day."""

    ends_on: Day


@router.get("/territories", response=list[TerritoryOut], summary="List the territories within reach")
def list_territories(request: Request) -> Any:
    return territories.territories(request.scope, now=request.now)


@router.get("/territories/coverage", response=CoverageOut, summary="Find gaps and overlaps")
def find_gaps(request: Request) -> Any:
    return coverage.coverage(request.scope, now=request.now)


@router.post("/territories", response={201: TerritoryOut}, summary="Make a territory")
def make_territory(request: Request, facts: TerritoryIn) -> Any:
    made = actions.make_territory(request.scope, name=facts.name, unit_id=facts.unit_id, coverage=facts.coverage())
    return Status(201, territories.territory(request.scope, made.pk, now=request.now))


@router.post(
    "/territories/{uuid:territory_id}",
    response=TerritoryOut,
    summary="Change what a territory covers",
)
def edit_territory(request: Request, territory_id: UUID, facts: TerritoryEditIn) -> Any:
    actions.edit_territory(
        request.scope,
        territory_id=territory_id,
        version=facts.version,
        name=facts.name,
        coverage=facts.coverage(),
    )
    return territories.territory(request.scope, territory_id, now=request.now)


@router.post(
    "/territories/{uuid:territory_id}/people",
    response={201: TerritoryOut},
    summary="Give a territory to a person",
)
def assign_territory(request: Request, territory_id: UUID, facts: WorkerIn) -> Any:
    actions.assign_territory(request.scope, territory_id=territory_id, **facts.dict())
    return Status(201, territories.territory(request.scope, territory_id, now=request.now))


@router.post(
    "/territories/people/{uuid:assignment_id}/end",
    response=TerritoryOut,
    summary="End a person's work in a territory",
)
def take_territory(request: Request, assignment_id: UUID, facts: WorkerEndIn) -> Any:
    row = actions.take_territory(request.scope, assignment_id=assignment_id, ends_on=facts.ends_on)
    return territories.territory(request.scope, row.territory_id, now=request.now)
