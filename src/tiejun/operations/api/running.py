"""The clock, policies and audit for programs."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Query, Router, Schema, Status
from pydantic import Field, JsonValue

from tiejun.foundation.schemas import Day, In, Line, Moment, PageOut, Text
from tiejun.foundation.web import TiejunRequest
from tiejun.operations.actions import audit as audit_actions
from tiejun.operations.actions import clock as clock_actions
from tiejun.operations.actions import policies as policy_actions
from tiejun.operations.queries import audit, clock, policies

router = Router()
Cursor = Annotated[Line, Field(max_length=600)]
Size = Annotated[int, Field(ge=1, le=200)]


# -- clock -----------------------------------------------------------------------------------------------------------
class RunOut(Schema):
    id: UUID
    event: str
    name: str
    unit_id: UUID
    unit_name: str
    business_day: date
    due_at: datetime
    status: str
    finished_at: datetime | None
    attempts: int
    outcome: dict[str, Any]
    error: str


class StartedOut(Schema):
    id: UUID
    status: str


class OperationReasonIn(In):
    reason: Line = ""


@router.get("/operations/runs", response=PageOut[RunOut])
def runs(  # noqa: PLR0917 -- the fields of the query
    request: TiejunRequest,
    status: Line = "",
    event: Line = "",
    unit_id: UUID | None = None,
    day: Day | None = None,
    cursor: Cursor | None = None,
    size: Size = 50,
) -> Any:
    """List runs of the business clock, the latest first."""
    wanted = clock.RunFilter(status=status, event=event, unit_id=unit_id, day=day)
    page = clock.runs_page(request.scope, wanted, cursor=cursor, size=size)
    return {"items": page.rows, "next": page.next_cursor, "previous": page.previous_cursor}


@router.post("/operations/runs/{run_id}/start", response=StartedOut)
def start_run(request: TiejunRequest, run_id: UUID, body: OperationReasonIn) -> Any:
    """Run a later event of the clock now."""
    return clock_actions.run_now(request.scope, run_id=run_id, reason=body.reason, now=request.now)


@router.post("/operations/runs/{run_id}/retry", response=StartedOut)
def retry_run(request: TiejunRequest, run_id: UUID, body: OperationReasonIn) -> Any:
    """Try a failed event of the clock again."""
    return clock_actions.retry_run(request.scope, run_id=run_id, reason=body.reason, now=request.now)


# -- policies --------------------------------------------------------------------------------------------------------
class PolicyOut(Schema):
    key: str
    name: str
    value: Any
    measure: str
    is_sensitive: bool
    origin: str
    version_id: UUID | None


class VersionOut(Schema):
    id: UUID
    key: str
    value: Any
    state: str
    valid_from: datetime
    valid_to: datetime | None
    author: str
    approver: str
    reason: str


class PolicyDraftIn(In):
    key: Line
    value: JsonValue
    unit_id: UUID | None = None
    valid_from: Moment | None = None
    reason: Annotated[Text, Field(min_length=1, max_length=500)]


class DraftOut(Schema):
    id: UUID
    status: str
    valid_from: datetime


@router.get("/operations/policies", response=list[PolicyOut])
def policy_values(request: TiejunRequest, unit_id: UUID | None = None, search: Line = "") -> Any:
    """List every policy value in force, for the company or a unit."""
    groups = policies.policy_groups(request.scope, now=request.now, unit_id=unit_id, search=search)
    return [line for group in groups for line in group.lines]


@router.get("/operations/policies/{key}", response=list[VersionOut])
def policy_history(request: TiejunRequest, key: Line) -> Any:
    """List the versions of a key, the newest first."""
    return policies.policy_detail(request.scope, key, now=request.now).history


@router.post("/operations/policy-versions", response={201: DraftOut})
def draft_policy(request: TiejunRequest, body: PolicyDraftIn) -> Any:
    """Draft a policy value."""
    row = policy_actions.draft_policy(
        request.scope,
        key=body.key,
        value=body.value,
        unit_id=body.unit_id,
        valid_from=body.valid_from,
        reason=body.reason,
        now=request.now,
    )
    return Status(201, row)


@router.post("/operations/policy-versions/{version_id}/put-in-force", response=DraftOut)
def put_in_force(request: TiejunRequest, version_id: UUID) -> Any:
    """Put one's draft of an ordinary key in force."""
    return policy_actions.put_in_force(request.scope, version_id=version_id, now=request.now)


@router.post("/operations/policy-versions/{version_id}/approve", response=DraftOut)
def approve_policy(request: TiejunRequest, version_id: UUID) -> Any:
    """Approve a draft as the second person."""
    return policy_actions.approve_policy(request.scope, version_id=version_id, now=request.now)


@router.post("/operations/policy-versions/{version_id}/withdraw", response=DraftOut)
def withdraw_policy(request: TiejunRequest, version_id: UUID, body: OperationReasonIn) -> Any:
    """Take back a draft or end an ordinary version."""
    return policy_actions.withdraw_policy(request.scope, version_id=version_id, reason=body.reason, now=request.now)


@router.post("/operations/policy-versions/{version_id}/end", response=DraftOut)
def end_policy(request: TiejunRequest, version_id: UUID, body: OperationReasonIn) -> Any:
    """End any version, as one who approves."""
    return policy_actions.end_policy(request.scope, version_id=version_id, reason=body.reason, now=request.now)


# -- audit -----------------------------------------------------------------------------------------------------------
class EntryOut(Schema):
    seq: int
    at: datetime
    who: str
    person_id: UUID | None
    event: str
    name: str
    target_kind: str
    target_id: UUID | None
    facts: list[tuple[str, Any]]
    reason: str
    origin: str


class AuditIn(Schema):
    person_id: UUID | None = None
    event: Line = ""
    target_id: UUID | None = None
    day: Day | None = None
    cursor: Cursor | None = None
    size: Size = 50

    def wanted(self) -> audit.AuditFilter:
        """Return the filter."""
        return audit.AuditFilter(person_id=self.person_id, event=self.event, target_id=self.target_id, day=self.day)


class CheckOut(Schema):
    id: UUID
    status: str
    asked_at: datetime
    finished_at: datetime | None
    entries: int
    head_hash: str
    faults: list[dict[str, Any]]


@router.get("/audit", response=PageOut[EntryOut])
def audit_entries(request: TiejunRequest, wanted: Query[AuditIn]) -> Any:
    """List the audit log, the newest entry first."""
    page = audit.entries_page(request.scope, wanted.wanted(), cursor=wanted.cursor, size=wanted.size)
    return {"items": page.lines, "next": page.next_cursor, "previous": page.previous_cursor}


@router.get("/audit/own", response=PageOut[EntryOut])
def own_trail(request: TiejunRequest, wanted: Query[AuditIn]) -> Any:
    """List one's own trail, the newest entry first."""
    page = audit.own_trail(request.scope, wanted.wanted(), cursor=wanted.cursor, size=wanted.size)
    return {"items": page.lines, "next": page.next_cursor, "previous": page.previous_cursor}


@router.post("/audit/checks", response={201: CheckOut})
def check_chain(request: TiejunRequest) -> Any:
    """Check the audit chain; a long one is walked by a job: ask again for the result."""
    return Status(201, audit_actions.ask_check(request.scope, now=request.now))


@router.get("/audit/checks/{check_id}", response=CheckOut)
def chain_check(request: TiejunRequest, check_id: UUID) -> Any:
    """Show a check of the audit chain."""
    return audit.last_check(request.scope, check_id)
