from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from ninja import Query, Router, Schema, Status
from pydantic import Field

from tiejun.access.abilities import Ability
from tiejun.access.roles import Role
from tiejun.foundation.schemas import Day, In, Line, PageOut
from tiejun.foundation.times import local_date
from tiejun.org.actions import leave as leave_actions
from tiejun.org.actions import people as people_actions
from tiejun.org.actions import positions as position_actions
from tiejun.org.actions import units as unit_actions
from tiejun.org.queries import leave, people, units

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest

    Request = TiejunRequest

router = Router(tags=["people"])
Size = Annotated[int, Field(ge=1, le=200)]


class PersonOut(Schema):
    """A person in a list; `phone` is masked."""

    person_id: UUID
    name: str
    staff_number: str
    role: Role | None
    unit_id: UUID | None
    unit_name: str
    phone: str
    away: str
    left_on: date | None


class PositionOut(Schema):
    """A role at a unit over time."""

    position_id: UUID
    role: Role
    unit_id: UUID
    unit_name: str
    starts_on: date
    ends_on: date | None
    is_primary: bool
    is_acting: bool
    is_current: bool
    leader: str


class ProfileOut(Schema):
    """A person with all positions; `phone` is masked unless one may see it."""

    person_id: UUID
    name: str
    staff_number: str
    email: str
    phone: str
    joined_on: date
    left_on: date | None
    version: int
    role: Role | None
    unit_id: UUID | None
    unit_name: str
    tenures: list[PositionOut]


class UnitOut(Schema):
    """A unit of the tree."""

    unit_id: UUID
    name: str
    kind: str
    parent_id: UUID | None
    leader: str
    leader_id: UUID | None
    acting_leader: str
    people: int
    people_below: int
    closed_on: date | None
    version: int


class LeaveOut(Schema):
    """Days away, both ends included."""

    leave_id: UUID
    person_id: UUID
    name: str
    unit_name: str
    kind: str
    part: str
    starts_on: date
    ends_on: date
    note: str
    is_own: bool


class MeOut(Schema):
    """Who asks, and what they may do."""

    person_id: UUID | None
    unit_id: UUID | None
    zone: str
    roles: list[Role]
    abilities: list[Ability]


class JoinIn(In):
    """A person joins."""

    name: Line
    unit_id: UUID
    role: Role
    joined_on: Day
    staff_number: Line = ""
    phone: Line = ""
    email: Line = ""


class PersonIn(In):
    """What changes about a person; `phone` null keeps the number, empty removes it."""

    version: int
    name: Line
    email: Line = ""
    phone: Line | None = None


class LeavingIn(In):
    """The last day."""

    left_on: Day


class PersonMoveIn(In):
    """A person's own position changes from a day on."""

    unit_id: UUID
    role: Role | None = None
    starts_on: Day


class GrantIn(In):
    """A further role."""

    role: Role
    unit_id: UUID
    starts_on: Day
    ends_on: Day | None = None


class EndRoleIn(In):
    """The last day of a role."""

    ends_on: Day


class ActingIn(In):
    """Somebody stands in for a unit's leader."""

    person_id: UUID
    starts_on: Day
    ends_on: Day


class UnitIn(In):
    """A new unit."""

    name: Line
    kind: Line
    parent_id: UUID
    city_code: Line = ""


class UnitChangeIn(In):
    """A unit's new name."""

    version: int
    name: Line


class UnitMoveIn(In):
    """A unit's new place."""

    parent_id: UUID


class UnitCloseIn(In):
    """The day from which a unit is closed."""

    closed_on: Day


class LeaveIn(In):
    """Days away; without `person_id` one's own, without `ends_on` one day."""

    person_id: UUID | None = None
    kind: Line
    part: Line = "FULL"
    starts_on: Day
    ends_on: Day | None = None
    note: Line = ""


class CreatedOut(Schema):
    """The id of what was written."""

    id: UUID


class PeopleQuery(Schema):
    """Filters of the list."""

    q: Line = ""
    unit_id: UUID | None = None
    role: Role | None = None
    state: Annotated[str, Field(pattern="^(present|left)$")] = "present"
    cursor: str | None = None
    size: Size = 50


@router.get("/people", response=PageOut[PersonOut], summary="List people within reach")
def list_people(request: Request, filters: Query[PeopleQuery]) -> Any:
    wanted = people.PeopleFilter(filters.q, filters.unit_id, filters.role, filters.state)
    page = people.people_page(request.scope, wanted, cursor=filters.cursor, size=filters.size, now=request.now)
    return {"items": page.lines, "next": page.next_cursor, "previous": page.previous_cursor}


@router.post("/people", response={201: ProfileOut}, summary="Let a person join")
def join(request: Request, facts: JoinIn) -> Any:
    person = people_actions.add_person(request.scope, **facts.dict(), now=request.now)
    return Status(201, people.profile(request.scope, person.pk, now=request.now))


@router.get("/people/{uuid:person_id}", response=ProfileOut, summary="Read a person")
def read_person(request: Request, person_id: UUID) -> Any:
    return people.profile(request.scope, person_id, now=request.now)


@router.patch("/people/{uuid:person_id}", response=ProfileOut, summary="Change a person")
def edit_person(request: Request, person_id: UUID, facts: PersonIn) -> Any:
    people_actions.edit_person(request.scope, person_id=person_id, **facts.dict(), now=request.now)
    return people.profile(request.scope, person_id, now=request.now)


@router.post("/people/{uuid:person_id}/leaving", response=ProfileOut, summary="Record that a person left")
def record_leaving(request: Request, person_id: UUID, facts: LeavingIn) -> Any:
    people_actions.record_leaving(request.scope, person_id=person_id, left_on=facts.left_on, now=request.now)
    return people.profile(request.scope, person_id, now=request.now)


@router.post(
    "/people/{uuid:person_id}/move",
    response=ProfileOut,
    summary="Move a person to another unit or role",
)
def move_person(request: Request, person_id: UUID, facts: PersonMoveIn) -> Any:
    position_actions.move_person(request.scope, person_id=person_id, **facts.dict(), now=request.now)
    return people.profile(request.scope, person_id, now=request.now)


@router.post("/people/{uuid:person_id}/roles", response={201: ProfileOut}, summary="Grant a further role")
def grant_role(request: Request, person_id: UUID, facts: GrantIn) -> Any:
    position_actions.grant_role(request.scope, person_id=person_id, **facts.dict(), now=request.now)
    return Status(201, people.profile(request.scope, person_id, now=request.now))


@router.post("/positions/{uuid:position_id}/end", response=CreatedOut, summary="End a role")
def end_role(request: Request, position_id: UUID, facts: EndRoleIn) -> Any:
    position = position_actions.end_role(request.scope, position_id=position_id, ends_on=facts.ends_on, now=request.now)
    return {"id": position.pk}


@router.get("/units", response=list[UnitOut], summary="Read the tree of units")
def list_units(request: Request, with_closed: Annotated[bool, Query()] = False) -> Any:  # noqa: FBT002 -- a query parameter
    return units.unit_tree(request.scope, with_closed=with_closed, now=request.now)


@router.post("/units", response={201: UnitOut}, summary="Add a unit")
def add_unit(request: Request, facts: UnitIn) -> Any:
    unit = unit_actions.add_unit(request.scope, **facts.dict(), now=request.now)
    return Status(201, units.unit_line(request.scope, unit.pk, now=request.now))


@router.patch("/units/{uuid:unit_id}", response=UnitOut, summary="Rename a unit")
def rename_unit(request: Request, unit_id: UUID, facts: UnitChangeIn) -> Any:
    unit_actions.rename_unit(request.scope, unit_id=unit_id, **facts.dict(), now=request.now)
    return units.unit_line(request.scope, unit_id, now=request.now)


@router.post("/units/{uuid:unit_id}/move", response=UnitOut, summary="Hang a unit under another one")
def move_unit(request: Request, unit_id: UUID, facts: UnitMoveIn) -> Any:
    unit_actions.move_unit(request.scope, unit_id=unit_id, parent_id=facts.parent_id, now=request.now)
    return units.unit_line(request.scope, unit_id, now=request.now)


@router.post("/units/{uuid:unit_id}/close", response=UnitOut, summary="Close a unit")
def close_unit(request: Request, unit_id: UUID, facts: UnitCloseIn) -> Any:
    unit_actions.close_unit(request.scope, unit_id=unit_id, closed_on=facts.closed_on, now=request.now)
    return units.unit_line(request.scope, unit_id, now=request.now)


@router.post("/units/{uuid:unit_id}/acting-leader", response={201: UnitOut}, summary="Appoint an acting leader")
def appoint_acting_leader(request: Request, unit_id: UUID, facts: ActingIn) -> Any:
    position_actions.appoint_acting_leader(request.scope, unit_id=unit_id, **facts.dict(), now=request.now)
    return Status(201, units.unit_line(request.scope, unit_id, now=request.now))


@router.get("/leave", response=list[LeaveOut], summary="List the leave of a month within reach")
def list_leave(request: Request, month: Day | None = None) -> Any:
    return leave.leave_month(
        request.scope, month=month or local_date(request.now, request.scope.zone), now=request.now
    ).lines


@router.post("/leave", response={201: CreatedOut}, summary="Record days away")
def record_leave(request: Request, facts: LeaveIn) -> Any:
    given = facts.dict()
    given["person_id"] = facts.person_id or request.scope.person_id
    given["ends_on"] = facts.ends_on or facts.starts_on
    return Status(201, {"id": leave_actions.record_leave(request.scope, **given, now=request.now).pk})


@router.post("/leave/{uuid:leave_id}/cancel", response=CreatedOut, summary="Cancel a leave")
def cancel_leave(request: Request, leave_id: UUID) -> Any:
    return {"id": leave_actions.cancel_leave(request.scope, leave_id=leave_id, now=request.now).pk}


@router.get("/me", response=MeOut, summary="Who asks")
def me(request: Request) -> Any:
    scope = request.scope
    abilities = [ability for ability in Ability if scope.can(ability)]
    return {
        "person_id": scope.person_id,
        "unit_id": scope.unit_id,
        "zone": scope.zone,
        "roles": sorted(scope.roles),
        "abilities": abilities,
    }
