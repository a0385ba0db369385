from tiejun.meetings.models.drills import Drill, DrillScore
from tiejun.meetings.models.meetings import AgendaItem, Attendance, Meeting, ShareNote
from tiejun.meetings.models.outcomes import ActionItem, Decision
from tiejun.meetings.models.screens import WallScreen
from tiejun.meetings.models.talks import ContentDraft, MonthlySharing, OneToOne

__all__ = [
    "ActionItem",
    "AgendaItem",
    "Attendance",
    "ContentDraft",
    "Decision",
    "Drill",
    "DrillScore",
    "Meeting",
    "MonthlySharing",
    "OneToOne",
    "ShareNote",
    "WallScreen",
]
