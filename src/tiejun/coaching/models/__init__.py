from tiejun.coaching.models.field import CoachingSummary, CoachingVisit, PointRating
from tiejun.coaching.models.following import ApplicationCheck, PointDeal, Praise, SpotCheck
from tiejun.coaching.models.plans import CoachingPlan, ImprovementPoint, PlanPoint

__all__ = [
    "ApplicationCheck",
    "CoachingPlan",
    "CoachingSummary",
    "CoachingVisit",
    "ImprovementPoint",
    "PlanPoint",
    "PointDeal",
    "PointRating",
    "Praise",
    "SpotCheck",
]
