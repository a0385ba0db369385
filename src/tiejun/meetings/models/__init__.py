from tiejun.meetings.models.drills import Drill, DrillScore
from tiejun.meetings.models.meetings import AgendaItem, Attendance, Meeting, ShareNote
from tiejun.meetings.models.outcomes import ActionItem, Decision

__all__ = [
    "ActionItem",
    "AgendaItem",
    "Attendance",
    "Decision",
    "Drill",
    "DrillScore",
    "Meeting",
    "ShareNote",
]
