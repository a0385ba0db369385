from tiejun.visits.models.canvass import Door
from tiejun.visits.models.confirming import Confirmation
from tiejun.visits.models.field import (
    Amendment,
    CountAdjustment,
    DayLock,
    LocationConsent,
    Visit,
    VisitConflict,
    VisitContact,
    VisitEvidence,
    VisitPosition,
)
from tiejun.visits.models.plans import DayPlan, PlanItem

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
