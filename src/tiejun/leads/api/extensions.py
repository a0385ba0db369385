from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from ninja import Router, Schema, Status
from pydantic import Field

from tiejun.foundation.schemas import In, Moment, Text
from tiejun.leads.actions import extensions
from tiejun.leads.queries import extensions as desk

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest

router = Router()


class ExtensionIn(In):
    """Why more days are needed."""

    reason: Annotated[Text, Field(min_length=1, max_length=300)]


class DecisionIn(In):
    """Yes or no; a "no" needs a note."""

    granted: bool
    note: Annotated[Text, Field(max_length=300)] = ""


class ExtensionOut(Schema):
    """A request for more working days."""

    id: UUID
    tenure_id: UUID
    person_id: UUID
    reason: str
    days: int
    status: str
    asked_at: Moment
    decided_at: Moment | None
    note: str


@router.get("/lead-extensions", response=list[ExtensionOut])
def waiting(request: TiejunRequest) -> Any:
    """List the requests that wait for the asker's decision, the nearest deadline first."""
    return [line.request for line in desk.extension_desk(request.scope, request.now).waiting]


@router.post("/leads/{lead_id}/extensions", response={201: ExtensionOut})
def ask(request: TiejunRequest, lead_id: UUID, body: ExtensionIn) -> Any:
    """Ask for more working days to follow up a lead."""
    row = extensions.request_extension(request.scope, lead_id=lead_id, reason=body.reason, now=request.now)
    return Status(201, row)


@router.post("/lead-extensions/{request_id}/decide", response=ExtensionOut)
def decide(request: TiejunRequest, request_id: UUID, body: DecisionIn) -> Any:
    """Grant or deny a request."""
    return extensions.decide_extension(
        request.scope, request_id=request_id, granted=body.granted, note=body.note, now=request.now
    )
