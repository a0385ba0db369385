"""How the night shared leads out, for programs."""

from datetime import date
from typing import Any
from uuid import UUID

from ninja import Router, Schema, Status

from tiejun.foundation.refusals import NotFound
from tiejun.foundation.schemas import Moment
from tiejun.foundation.web import TiejunRequest
from tiejun.leads.queries import allotments
from tiejun.operations.actions import allotment as actions

router = Router()


class AllotmentRunOut(Schema):
    """A run: `kind` NIGHT, PREVIEW or REPEAT, `state` OPEN, DONE or FAILED; `is_same`: a repetition gave the same answer."""

    id: UUID
    kind: str
    state: str
    day: date
    seed: int
    inputs_hash: str
    answer_hash: str
    figures: dict[str, Any]
    is_same: bool | None
    started_at: Moment
    finished_at: Moment | None


class ListShareOut(Schema):
    """One person's list after a run; money in minor units of CNY."""

    person_id: UUID
    name: str
    unit_name: str
    is_newcomer: bool
    kept: int
    planned: int
    given: int
    short: int
    fresh: int
    worth_minor: int
    value_minor: int


class AllotmentReportOut(Schema):
    """A run for the people within reach; `gini_here` of their lists."""

    run: AllotmentRunOut
    gini_here: float
    given: int
    short: int
    newcomers: int
    newcomer_fresh_percent: int
    floors_cost_minor: int
    fairness_cost_minor: int
    repetition: AllotmentRunOut | None
    shares: list[ListShareOut]


@router.get("/operations/allotments", response=list[AllotmentRunOut], summary="List the latest allotments")
def list_allotments(request: TiejunRequest) -> Any:
    return allotments.runs(request.scope)


@router.get(
    "/operations/allotments/{uuid:run_id}",
    response=AllotmentReportOut,
    summary="Read how a run shared leads out",
)
def read_report(request: TiejunRequest, run_id: UUID) -> Any:
    report = allotments.report(request.scope, run_id)
    if report is None:
        raise NotFound
    names = (
        "gini_here",
        "given",
        "short",
        "newcomers",
        "newcomer_fresh_percent",
        "floors_cost_minor",
        "fairness_cost_minor",
    )
    return {
        "run": report.run,
        "repetition": report.repetition,
        "shares": [_share(line) for line in report.lines],
        **{name: getattr(report, name) for name in names},
    }


@router.post(
    "/operations/allotments/look-ahead",
    response={201: AllotmentRunOut},
    summary="Ask what the next night would give",
)
def look_ahead(request: TiejunRequest) -> Any:
    return Status(201, actions.ask_ahead(request.scope, now=request.now))


@router.post(
    "/operations/allotments/{uuid:run_id}/repeat",
    response={201: AllotmentRunOut},
    summary="Compute a night again and compare",
)
def repeat(request: TiejunRequest, run_id: UUID) -> Any:
    return Status(201, actions.ask_again(request.scope, run_id=run_id, now=request.now))


def _share(line: allotments.ShareLine) -> dict[str, Any]:
    names = ("is_newcomer", "kept", "planned", "given", "short", "fresh", "worth_minor", "value_minor")
    facts = {name: getattr(line.share, name) for name in names}
    return {"person_id": line.person_id, "name": line.name, "unit_name": line.unit_name, **facts}
