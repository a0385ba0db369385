from tiejun.leads.models.allotments import AllotmentItem, AllotmentRun, AllotmentShare, LeadScore
from tiejun.leads.models.bulk import BulkAction
from tiejun.leads.models.canvassing import ForeignVisit
from tiejun.leads.models.conflicts import OwnershipConflict
from tiejun.leads.models.exchanges import ExtensionRequest, RuleOverride, Swap
from tiejun.leads.models.leads import Lead, LeadClosing, LeadFreeze, LeadView
from tiejun.leads.models.pools import Pool, PoolMember, PoolSeat
from tiejun.leads.models.reclaims import LeadReminder, ReclaimItem, ReclaimRun
from tiejun.leads.models.tenures import Cooldown, FollowUp, LeadTenure

__all__ = [
    "AllotmentItem",
    "AllotmentRun",
    "AllotmentShare",
    "BulkAction",
    "Cooldown",
    "ExtensionRequest",
    "FollowUp",
    "ForeignVisit",
    "Lead",
    "LeadClosing",
    "LeadFreeze",
    "LeadReminder",
    "LeadScore",
    "LeadTenure",
    "LeadView",
    "OwnershipConflict",
    "Pool",
    "PoolMember",
    "PoolSeat",
    "ReclaimItem",
    "ReclaimRun",
    "RuleOverride",
    "Swap",
]
