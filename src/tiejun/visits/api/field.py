"""In the field: evidence, the customer's word, doors, and the day's pack for a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from ninja import Router, Status

from tiejun.visits.actions import evidence
from tiejun.visits.actions.canvassing import record_door
from tiejun.visits.api.schemas import BuildingOut, ConfirmationOut, DoorIn, DoorOut, EvidenceOut, VisitOut
from tiejun.visits.api.visits import capture_of, visit_out
from tiejun.visits.queries.canvassing import building_page
from tiejun.visits.queries.pack import day_pack
from tiejun.visits.queries.visits import visit_in_reach
from tiejun.visits.rules.vocabulary import DoorInput

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest

router = Router(tags=["visits"])


@router.get(
    "/day-pack",
    response=dict[str, Any],
    summary="Today for one's own phone: plan, customers, buildings",
)
def show_pack(request: TiejunRequest) -> dict[str, Any]:
    return day_pack(request.scope, now=request.now)


@router.post(
    "/visits/{uuid:visit_id}/photos",
    response={201: EvidenceOut},
    summary="Add a photo to one's own visit: the body is the picture",
    openapi_extra={"requestBody": {"content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}}},
)
def add_photo(request: TiejunRequest, visit_id: UUID) -> Status[Any]:
    record_key = visit_in_reach(request.scope, visit_id).record_key or visit_id  # nothing is recorded under its own id
    row = evidence.attach_photo(request.scope, record_key=record_key, content=request.body, now=request.now)
    return Status(201, row)


@router.post(
    "/visits/{uuid:visit_id}/confirmation",
    response={201: ConfirmationOut},
    summary="Ask the customer to confirm",
)
def ask_customer(request: TiejunRequest, visit_id: UUID) -> Status[dict[str, Any]]:
    row = evidence.ask_customer(request.scope, visit_id=visit_id, now=request.now)
    return Status(201, {"token": row.token, "expires_at": row.expires_at, "answer": row.answer})


@router.post("/visits/{uuid:visit_id}/accompanied", response=VisitOut, summary="Say that one went along")
def accompany(request: TiejunRequest, visit_id: UUID) -> VisitOut:
    return visit_out(evidence.note_accompanied(request.scope, visit_id=visit_id, now=request.now))


@router.post("/doors", response={200: DoorOut, 201: DoorOut}, summary="Record a knock on a door")
def knock(request: TiejunRequest, sent: DoorIn) -> Status[Any]:
    facts = DoorInput(
        sent.client_key, sent.building_id, sent.floor, sent.door, sent.result, sent.company_name, sent.in_charge, sent.phone[:20],
        sent.product, capture_of(sent.capture),
    )  # fmt: skip
    row = record_door(request.scope, facts=facts, now=request.now)
    return Status(201 if row.received_at == request.now else 200, row)


@router.get(
    "/buildings/{uuid:building_id}/doors",
    response=BuildingOut,
    summary="A building's doors and yield",
)
def list_doors(request: TiejunRequest, building_id: UUID) -> dict[str, Any]:
    page = building_page(request.scope, building_id, now=request.now)
    doors = [door for floor in page.floors for door in floor.doors]
    return {
        "building_id": page.building.pk, "name": page.building.name, "doors": doors,
        "door_count": page.yields.doors, "usable_count": page.yields.usable, "yield_percent": page.yields.percent,
    }  # fmt: skip
