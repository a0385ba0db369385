from tiejun.visits.models.canvass import Door
from tiejun.visits.models.confirming import Confirmation
from tiejun.visits.models.field import (
    Amendment,
    CountAdjustment,
    DayLock,
    DayPlan,
    LocationConsent,
    PlanItem,
    Visit,
    VisitConflict,
    VisitContact,
    VisitEvidence,
    VisitPosition,
)

__all__ = [
    "Amendment",
    "Confirmation",
    "CountAdjustment",
    "DayLock",
    "DayPlan",
    "Door",
    "LocationConsent",
    "PlanItem",
    "Visit",
    "VisitConflict",
    "VisitContact",
    "VisitEvidence",
    "VisitPosition",
]
