from tiejun.leads.models.allotments import AllotmentItem, AllotmentRun, AllotmentShare, LeadScore
from tiejun.leads.models.leads import Lead
from tiejun.leads.models.pools import Pool, PoolSeat
from tiejun.leads.models.reclaims import LeadReminder, ReclaimItem, ReclaimRun
from tiejun.leads.models.tenures import Cooldown, FollowUp, LeadTenure

__all__ = [
    "AllotmentItem",
    "AllotmentRun",
    "AllotmentShare",
    "Cooldown",
    "FollowUp",
    "Lead",
    "LeadReminder",
    "LeadScore",
    "LeadTenure",
    "Pool",
    "PoolSeat",
    "ReclaimItem",
    "ReclaimRun",
]
